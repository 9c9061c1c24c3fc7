#include "gateway/command/manual/page.h"

#include <string.h>
#include <talloc.h>

#include "gateway/command/manual/mdoc.h"
#include "gateway/command/subcommands.h"
#include "gateway/config/table.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/villager.h"
#include "templates/embedded.h"

static const char folder[] = "gateway/manual/";

/* A page's name without its folder; NULL: the file is not a page. */
static const char *page_name(const struct embedded_file *file)
{
    const char *dot = strrchr(file->path, '.');

    return strncmp(file->path, folder, strlen(folder)) == 0 && dot && strspn(dot + 1, "157") == 1 && !dot[2]
               ? file->path + strlen(folder)
               : NULL;
}

void page_list(FILE *out)
{
    for (const struct embedded_file *file = embedded_files; file->path; file++)
        if (page_name(file))
            fprintf(out, "%s\n", page_name(file));
}

static const struct command *find_command(const char *name, size_t length)
{
    for (const struct command *const *command = subcommands; *command; command++)
        if (strlen((*command)->name) == length && strncmp((*command)->name, name, length) == 0)
            return *command;
    return NULL;
}

static bool line_names(const char *line, const char *command)
{
    size_t length = strlen(command), word;

    for (line += strspn(line, " "); *line && *line != '\n'; line += word, line += strspn(line, " ")) {
        word = strcspn(line, " \n");
        if (word == length && strncmp(line, command, length) == 0)
            return true;
    }
    return false;
}

const char *page_of(const char *command)
{
    static const char mark[] = "\n@describe";

    for (const struct embedded_file *file = embedded_files; file->path; file++)
        for (const char *at = page_name(file) ? strstr(file->data, mark) : NULL; at;
             at = strstr(at + 1, mark))
            if (line_names(at + strlen(mark), command))
                return page_name(file);
    return NULL;
}

static void put_synopsis(FILE *out, const struct command *command)
{
    mdoc_synopsis(out, command);
}

static void put_description(FILE *out, const struct command *command)
{
    fprintf(out, ".Ss xiangyin %s\n", command->name);
    mdoc_description(out, command);
}

static void put_each(FILE *out, const char *names, void (*one)(FILE *out, const struct command *command))
{
    const char *first = names + strspn(names, " ");
    size_t length;

    for (names = first; *names && *names != '\n'; names += length, names += strspn(names, " ")) {
        const struct command *command;

        length = strcspn(names, " \n");
        command = find_command(names, length);
        if (command && one == put_synopsis && names != first)
            fputs(".Pp\n", out);
        if (command)
            one(out, command);
    }
}

/* Describes the subcommands that no page names. */
static void put_rest(FILE *out)
{
    for (const struct command *const *command = subcommands; *command; command++)
        if (!page_of((*command)->name))
            put_description(out, *command);
}

static void put_subcommands(FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (const struct command *const *command = subcommands; *command; command++) {
        const char *page = page_of((*command)->name);

        fprintf(out, ".It Cm %s\n", (*command)->name);
        mdoc_text(out, (*command)->summary);
        if (page)
            fprintf(out, ".Pq Xr %.*s %s\n", (int)strcspn(page, "."), page, strrchr(page, '.') + 1);
    }
    fputs(".El\n", out);
}

static void put_option(FILE *out, const struct config_option *option)
{
    char *kind = config_option_kind(NULL, option);

    fprintf(out, ".It Ic %s\n", option->name);
    mdoc_text(out, talloc_asprintf(kind, "%s (%s).", option->help, kind));
    talloc_free(kind);
}

static void put_sentence(FILE *out, const char *words)
{
    char *text = talloc_asprintf(NULL, "%s.", words);

    mdoc_text(out, text);
    talloc_free(text);
}

static void put_options(FILE *out)
{
    for (const struct config_section *section = config_sections; section->name; section++) {
        fprintf(out, ".Ss %s%s\n", *section->name ? section->name : "Outside of sections",
                section->has_title ? " \"NAME\"" : "");
        if (*section->name)
            put_sentence(out, section->help);
        fputs(".Bl -tag -width Ds\n", out);
        for (const struct config_option *option = section->options; option->name; option++)
            put_option(out, option);
        fputs(".El\n", out);
    }
}

static void put_keywords(FILE *out, const struct keyword_command *commands)
{
    fputs(".Bd -literal\n", out);
    for (; commands->words; commands++)
        for (const char *word = commands->words; *word; word += strcspn(word, "|"), word += *word == '|')
            fprintf(out, "%.*s%s", (int)strcspn(word, "|"), word, strchr(word, '|') ? "  " : "\n");
    fputs(".Ed\n", out);
}

/* Writes one line of a source, or replaces it if it begins with @. */
static void put_line(FILE *out, const char *line, size_t length)
{
    static const char synopsis[] = "@synopsis ", describe[] = "@describe ";

    if (strncmp(line, synopsis, strlen(synopsis)) == 0)
        put_each(out, line + strlen(synopsis), put_synopsis);
    else if (strncmp(line, describe, strlen(describe)) == 0)
        put_each(out, line + strlen(describe), put_description);
    else if (strncmp(line, "@subcommands", length) == 0 && length > 1)
        put_subcommands(out);
    else if (strncmp(line, "@rest", length) == 0 && length > 1)
        put_rest(out);
    else if (strncmp(line, "@options", length) == 0 && length > 1)
        put_options(out);
    else if (strncmp(line, "@keywords villager", length) == 0 && length > 1)
        put_keywords(out, villager_commands);
    else if (strncmp(line, "@keywords cadre", length) == 0 && length > 1)
        put_keywords(out, cadre_commands);
    else
        fprintf(out, "%.*s\n", (int)length, line);
}

bool page_print(FILE *out, const char *name)
{
    char *path = talloc_asprintf(NULL, "%s%s", folder, name);
    const struct embedded_file *file = embedded_find(path);

    talloc_free(path);

    if (!file || !page_name(file))
        return false;
    for (const char *line = file->data; *line; line += strcspn(line, "\n"), line += *line == '\n')
        put_line(out, line, strcspn(line, "\n"));
    return true;
}
