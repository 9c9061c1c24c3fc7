#include "gateway/understand/text/wordfile.h"

#include "templates/embedded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

/* Ended by a NUL. NULL with *error NULL when there is no such file. */
static const char *file_octets(void *mem, const char *path, size_t *size, const char **error)
{
    FILE *file = fopen(path, "re");
    char *octets;
    struct stat state;

    *error = NULL;
    if (!file) {
        if (errno != ENOENT)
            *error = talloc_asprintf(mem, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(fileno(file), &state) != 0 || !S_ISREG(state.st_mode)) {
        *error = talloc_asprintf(mem, "%s: it is no file", path);
        fclose(file);
        return NULL;
    }
    octets = talloc_zero_size(mem, (size_t)state.st_size + 1);
    *size = fread(octets, 1, (size_t)state.st_size, file);
    if (ferror(file))
        *error = talloc_asprintf(mem, "%s: %s", path, strerror(errno));
    fclose(file);
    return *error ? NULL : octets;
}

const void *wordfile_octets(void *mem, const char *directory, const char *name, size_t *size,
                            const char **error)
{
    const struct embedded_file *file;
    const char *octets, *path;

    *error = NULL;
    if (directory) {
        path = talloc_asprintf(mem, "%s/%s", directory, name);
        octets = file_octets(mem, path, size, error);
        if (octets || *error)
            return octets;
    }
    path = talloc_asprintf(mem, "templates/lexicon/%s", name);
    file = embedded_find(path);
    if (!file) {
        *error = talloc_asprintf(mem, "the program has no file %s", name);
        return NULL;
    }
    *size = file->size;
    return file->data;
}

const char *wordfile_text(void *mem, const char *directory, const char *name, const char **error)
{
    size_t size;

    return wordfile_octets(mem, directory, name, &size, error);
}

/* Splits "kind TAB weight TAB words". */
static bool read_row(char *line, struct word_row *row, char **words)
{
    char *end, *weight;

    row->kind = strsep(&line, "\t");
    weight = strsep(&line, "\t");
    if (!line || !*weight)
        return false;
    row->weight = (int)strtol(weight, &end, 10);
    *words = line;
    return *end == '\0' && row->weight >= 0 && row->weight <= 100;
}

static bool take_words(struct word_row *row, char *words, word_taker *each, void *arg)
{
    char *word;

    while ((word = strsep(&words, " "))) {
        for (char *c = word; *c; c++)
            if (*c == '_')
                *c = ' ';
        row->word = word;
        if (*word && !each(row, arg))
            return false;
    }
    return true;
}

bool wordfile_each(void *mem, const char *directory, const char *name, word_taker *each, void *arg,
                   const char **error)
{
    const char *text = wordfile_text(mem, directory, name, error);
    char *copy = text ? talloc_strdup(mem, text) : NULL, *rest = copy, *line, *words;
    int number = 0;

    if (!copy)
        return false;
    while ((line = strsep(&rest, "\n"))) {
        struct word_row row;

        number++;
        line[strcspn(line, "\r")] = '\0';
        if (*line == '#' || *line == '\0')
            continue;
        if (!read_row(line, &row, &words)) {
            *error = talloc_asprintf(mem, "%s:%d: not \"kind TAB weight TAB words\"", name, number);
            return false;
        }
        if (!take_words(&row, words, each, arg)) {
            *error =
                talloc_asprintf(mem, "%s:%d: cannot use \"%s\": unknown kind, or too long, or too many words",
                                name, number, row.kind);
            return false;
        }
    }
    talloc_free(copy);
    return true;
}
