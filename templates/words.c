#include "templates/words.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "templates/embedded.h"
#include "templates/words_private.h"

/* zh, en, zh-Hant; but not templates/lexicon. */
static bool is_language(const char *name, size_t length)
{
    size_t letters = 0;

    while (letters < length && islower((unsigned char)name[letters]))
        letters++;
    if (letters < 2 || letters > 3)
        return false;
    for (size_t i = letters; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && (name[i] != '-' || i + 1 == length))
            return false;
    return letters == length || name[letters] == '-';
}

struct template_set *words_language(const struct words *words, const char *name, size_t length)
{
    for (size_t i = 0; i < words->count; i++)
        if (strlen(words->languages[i]) == length && memcmp(words->languages[i], name, length) == 0)
            return words->sets[i];
    return NULL;
}

static struct template_set *add_language(struct words *words, const char *name, size_t length)
{
    const char *language = talloc_strndup(words, name, length);
    struct template_set *set = template_set_new(words);
    size_t at = words->count++;

    words->languages = talloc_realloc(words, words->languages, const char *, at + 2);
    words->sets = talloc_realloc(words, words->sets, struct template_set *, at + 1);
    for (; at > 0 && strcmp(words->languages[at - 1], language) > 0; at--) {
        words->languages[at] = words->languages[at - 1];
        words->sets[at] = words->sets[at - 1];
    }
    words->languages[at] = language;
    words->languages[words->count] = NULL;
    words->sets[at] = set;
    return set;
}

static struct template_set *language_set(struct words *words, const char *name, size_t length)
{
    struct template_set *set = words_language(words, name, length);

    return set ? set : add_language(words, name, length);
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), n = strlen(ending);

    return length >= n && strcmp(path + length - n, ending) == 0;
}

static void add_embedded(struct words *words, const char *ending)
{
    static const char folder[] = "templates/";

    for (const struct embedded_file *file = embedded_files; file->path; file++) {
        const char *language = file->path + strlen(folder);
        const char *slash = strncmp(file->path, folder, strlen(folder)) == 0 ? strchr(language, '/') : NULL;

        if (slash && ends_with(file->path, ending) && is_language(language, (size_t)(slash - language)))
            template_set_add(language_set(words, language, (size_t)(slash - language)), file->path,
                             file->data, file->size);
    }
}

static void add_entry(struct words *words, const char *directory, const char *language)
{
    char *path = talloc_asprintf(words, "%s/%s", directory, language);

    template_set_read(language_set(words, language, strlen(language)), path);
    talloc_free(path);
}

/* Counts the languages, and adds them to words unless it is NULL. -1: errno says why. */
static int each_language(const char *directory, struct words *words)
{
    DIR *entries = opendir(directory);
    int count = 0;

    if (!entries)
        return -1;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (!is_language(entry->d_name, strlen(entry->d_name)))
            continue;
        if (words)
            add_entry(words, directory, entry->d_name);
        count++;
    }
    closedir(entries);
    return count;
}

bool words_are_in(const char *directory)
{
    return each_language(directory, NULL) > 0;
}

static char *all_errors(void *mem, const struct words *words)
{
    char *errors = NULL;

    for (size_t i = 0; i < words->count; i++) {
        template_set_check(words->sets[i]);
        template_set_note_names(words->sets[i]);
        if (words->sets[i]->errors)
            errors = talloc_asprintf_append(errors ? errors : talloc_strdup(mem, ""), "%s",
                                            words->sets[i]->errors);
    }
    if (errors)
        errors[strlen(errors) - 1] = '\0';
    return errors;
}

static struct words *open_ending(void *mem, const char *directory, const char *ending, const char **error)
{
    struct words *words = talloc_zero(mem, struct words);

    add_language(words, WORDS_LANGUAGE, strlen(WORDS_LANGUAGE));
    add_embedded(words, ending);
    int found = directory ? each_language(directory, words) : 1;

    if (found < 0)
        *error = talloc_asprintf(mem, "%s: %s", directory, strerror(errno));
    else if (found == 0)
        *error =
            talloc_asprintf(mem, "%s: has no folder of a language, such as %s", directory, WORDS_LANGUAGE);
    else
        *error = all_errors(mem, words);
    if (*error) {
        talloc_free(words);
        return NULL;
    }
    return words;
}

struct words *words_open(void *mem, const char *directory, const char **error)
{
    return open_ending(mem, directory, "", error);
}

struct words *words_open_texts(void *mem, const char *directory, const char **error)
{
    return open_ending(mem, directory, ".txt", error);
}

/* The language's own text, else that of WORDS_LANGUAGE; *set: where it was found. */
static const struct template *find(const struct words *words, const char *language, const char *name,
                                   const struct template_set **set)
{
    const char *const choices[] = { language, WORDS_LANGUAGE };
    const struct template *found = NULL;

    for (size_t i = 0; i < 2 && !found; i++) {
        *set = choices[i] ? words_language(words, choices[i], strlen(choices[i])) : NULL;
        found = *set ? template_set_find(*set, name, TEMPLATE_TEXT) : NULL;
    }
    return found;
}

struct template_names words_names_in(const struct words *words, const char *name)
{
    struct template_names names = { { 0 } };

    for (size_t i = 0; i < words->count; i++) {
        const struct template_entry *entry = template_set_entry(words->sets[i], name, TEMPLATE_TEXT);

        if (entry)
            template_names_join(&names, &entry->names);
    }
    return names;
}

static size_t without_newlines(const char *text, size_t length, enum template_kind kind)
{
    while (kind == TEMPLATE_TEXT && length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    return length;
}

char *words_render(void *mem, const struct words *words, const char *language, const char *name,
                   struct json_object *data, const char **error)
{
    const struct template_set *set;
    const struct template *template = find(words, language, name, &set);
    char *text = NULL, *result = NULL;
    size_t length = 0;
    FILE *out;
    bool is_rendered;

    if (!template) {
        *error = talloc_asprintf(mem, "there is no text \"%s\"", name);
        return NULL;
    }
    out = open_memstream(&text, &length);
    is_rendered = template_set_render(set, template, data, out, error);
    fclose(out);
    if (is_rendered)
        result = talloc_strndup(mem, text, without_newlines(text, length, template_kind(template)));
    free(text);
    return result;
}

const char *const *words_languages(const struct words *words)
{
    return words->languages;
}

static const char *plain_name(void *mem, const struct template_entry *entry)
{
    size_t length = strlen(entry->name);

    if (template_kind(entry->template) == TEMPLATE_TEXT)
        length -= strlen(template_ending(TEMPLATE_TEXT));
    return talloc_strndup(mem, entry->name, length);
}

const char **words_names(void *mem, const struct words *words, const char *language)
{
    const struct template_set *set = words_language(words, language, strlen(language));
    const char **names = talloc_zero_array(mem, const char *, (set ? set->count : 0) + 1);
    size_t count = 0;

    for (size_t i = 0; set && i < set->count; i++)
        if (template_kind(set->entries[i].template) != TEMPLATE_RAW)
            names[count++] = plain_name(names, &set->entries[i]);
    return names;
}
