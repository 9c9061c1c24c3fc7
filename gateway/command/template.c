#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "templates/embedded.h"
#include "templates/set.h"
#include "templates/words.h"

static const char *real_path(const char *path)
{
    return strcmp(path, "-") == 0 ? "/dev/stdin" : path;
}

static char *read_file(void *mem, const char *path, size_t *length)
{
    char *text = template_read_file(mem, real_path(path), length);

    if (!text)
        command_failed("%s: %s", path, strerror(errno));
    return text;
}

/* Files with other endings are escaped as HTML, the default of the Mustache specification. */
static enum template_kind kind_of(const char *path)
{
    enum template_kind kind = template_kind_of(path);

    return kind == TEMPLATE_RAW ? TEMPLATE_HTML : kind;
}

/* NULL after saying why, the way compilers do. */
static struct template *read_template(void *mem, const char *path)
{
    size_t length;
    char *source = read_file(mem, path, &length);
    const char *error;
    struct template *template = source ? template_compile(mem, source, length, kind_of(path), &error) : NULL;

    if (source && !template)
        fprintf(stderr, "%s:%s\n", path, error);
    return template;
}

static bool check_words(void *mem, const char *directory)
{
    const char *error;

    if (words_open(mem, directory, &error))
        return true;
    fprintf(stderr, "%s\n", error);
    return false;
}

static bool check_set(void *mem, const char *directory)
{
    struct template_set *set = template_set_new(mem);

    template_set_read(set, directory);
    template_set_check(set);
    if (set->errors)
        fputs(set->errors, stderr);
    return !set->errors;
}

static bool check_path(void *mem, const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
        return read_template(mem, path) != NULL;
    return words_are_in(path) ? check_words(mem, path) : check_set(mem, path);
}

/* The texts as `run` would use them; without a configuration, those of the program alone. */
static int check_own(void *mem)
{
    const struct config *config = NULL;

    if (command_config_path() || access(config_default_path(), F_OK) == 0) {
        config = command_config(mem);
        if (!config)
            return EXIT_WRONG_USE;
    }
    if (!check_words(mem, config ? config->templates : NULL))
        return EXIT_FAILURE;
    puts(words("all texts are sound"));
    return EXIT_SUCCESS;
}

static int check(void *mem, int argc, char **argv)
{
    bool is_sound = true;

    if (argc == 1)
        return check_own(mem);
    for (int i = 1; i < argc; i++) {
        bool is_path_sound = check_path(mem, argv[i]);

        if (is_path_sound)
            printf(words("%s: sound\n"), argv[i]);
        is_sound = is_sound && is_path_sound;
    }
    return is_sound ? EXIT_SUCCESS : EXIT_FAILURE;
}

static size_t line_of(const char *text, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* *data is NULL for null. False after saying what is wrong. */
static bool read_data(void *mem, const char *path, struct json_object **data)
{
    size_t length;
    char *text = read_file(mem, path, &length);
    struct json_tokener *tokener = json_tokener_new_ex(TEMPLATE_DEPTH);
    enum json_tokener_error error;

    if (!text || length >= INT32_MAX) {
        json_tokener_free(tokener);
        return false;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    /* With its NUL, which ends a bare number. */
    *data = json_tokener_parse_ex(tokener, text, (int)length + 1);
    error = json_tokener_get_error(tokener);
    if (error != json_tokener_success)
        fprintf(stderr, "%s:%zu: %s\n", path, line_of(text, json_tokener_get_parse_end(tokener)),
                json_tokener_error_desc(error));
    json_tokener_free(tokener);
    return error == json_tokener_success;
}

static bool read_partials(void *mem, const char *directory, struct template_set **partials)
{
    *partials = template_set_new(mem);
    if (directory)
        template_set_read(*partials, directory);
    if ((*partials)->errors)
        fputs((*partials)->errors, stderr);
    return !(*partials)->errors;
}

static int render(void *mem, int argc, char **argv)
{
    const char *data_path = NULL, *directory = NULL, *error;
    const struct option_spec options[] = { { "--data", NULL, &data_path },
                                           { "--partials", NULL, &directory } };
    struct template *template;
    struct template_set *partials;
    struct json_object *data = NULL;

    if (!command_options(&argc, argv, options, 2))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("render takes one template");
    if (data_path && strcmp(data_path, "-") == 0 && strcmp(argv[1], "-") == 0)
        return command_wrong_use("standard input is either the template or its data");
    template = read_template(mem, argv[1]);
    if (!template || !read_partials(mem, directory, &partials))
        return EXIT_FAILURE;
    if (data_path && !read_data(mem, data_path, &data))
        return EXIT_FAILURE;
    bool is_rendered = template_set_render(partials, template, data, stdout, &error);

    json_object_put(data);
    if (!is_rendered)
        return command_failed("%s: %s", argv[1], error);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : command_failed("%s", strerror(errno));
}

/* The built-in text of a name, with or without its ending; NULL: there is none. */
static const struct embedded_file *find_text(const char *folder, const char *name)
{
    size_t prefix = strlen(folder), length = strlen(name);

    for (const struct embedded_file *file = embedded_files; file->path; file++)
        if (strncmp(file->path, folder, prefix) == 0 && strncmp(file->path + prefix, name, length) == 0 &&
            (!file->path[prefix + length] || file->path[prefix + length] == '.'))
            return file;
    return NULL;
}

static int show(void *mem, int argc, char **argv)
{
    const char *language = "zh", *folder;
    const struct option_spec options[] = { { "--language", NULL, &language } };
    const struct embedded_file *found;

    if (!command_options(&argc, argv, options, 1))
        return EXIT_WRONG_USE;
    if (argc > 2)
        return command_wrong_use("show takes one name");
    folder = talloc_asprintf(mem, "templates/%s/", language);
    for (const struct embedded_file *file = embedded_files; argc == 1 && file->path; file++)
        if (strncmp(file->path, folder, strlen(folder)) == 0)
            puts(file->path + strlen(folder));
    found = argc == 2 ? find_text(folder, argv[1]) : NULL;
    if (argc == 2 && !found)
        return command_failed("there is no text %s: xiangyin template show lists them", argv[1]);
    if (found)
        fwrite(found->data, 1, found->size, stdout);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    int result;

    if (argc > 1 && strcmp(argv[1], "check") == 0)
        result = check(mem, argc - 1, argv + 1);
    else if (argc > 1 && strcmp(argv[1], "render") == 0)
        result = render(mem, argc - 1, argv + 1);
    else if (argc > 1 && strcmp(argv[1], "show") == 0)
        result = show(mem, argc - 1, argv + 1);
    else
        result = command_wrong_use("expected check, show or render");
    talloc_free(mem);
    return result;
}

const struct command command_template = {
    .name = "template",
    .summary = "checks and fills in the templates of what people read",
    .usage = "usage: xiangyin template check [-c FILE] [DIR|FILE]...\n"
             "       xiangyin template show [NAME] [--language zh|en]\n"
             "       xiangyin template render FILE [--data FILE.json] [--partials DIR]\n\n"
             "check prints errors as FILE:LINE: words. A folder with languages in it "
             "(zh, en) is checked together with the built-in\n"
             "texts, as templates = \"DIR\" in the configuration would use it; "
             "without arguments, the texts that run would use.\n"
             "show prints a built-in text, to be changed in DIR/zh/NAME.txt; without NAME, which there are.\n"
             "render fills in one Mustache template. Values are escaped "
             "according to the file's ending: .txt, .csv,\n"
             "others as HTML. {{>name}} is DIR/name with or without an ending. FILE or FILE.json may be -.\n",
    .run = run,
};
