#include "gateway/page/dictionary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

struct entry {
    const char *key, *words[2]; /* Chinese, English */
};

struct dictionary {
    struct entry *entries; /* sorted by key */
    size_t n;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static bool take_line(struct dictionary *dictionary, char *line)
{
    struct entry entry;

    if (*line == '\0' || *line == '#')
        return true;
    entry.key = strsep(&line, "\t");
    entry.words[0] = strsep(&line, "\t");
    entry.words[1] = line;
    if (!line || !*entry.words[0] || !*line || strchr(line, '\t'))
        return false;
    dictionary->entries = talloc_realloc(dictionary, dictionary->entries, struct entry, dictionary->n + 1);
    dictionary->entries[dictionary->n++] = entry;
    return true;
}

struct dictionary *dictionary_new(void *mem, const char *text, const char **error)
{
    struct dictionary *dictionary = talloc_zero(mem, struct dictionary);
    char *copy = talloc_strdup(dictionary, text), *line;
    int number = 0;

    while ((line = strsep(&copy, "\n"))) {
        number++;
        if (take_line(dictionary, line))
            continue;
        *error = talloc_asprintf(mem, "words.tsv:%d: not key, Chinese and English", number);
        talloc_free(dictionary);
        return NULL;
    }
    qsort(dictionary->entries, dictionary->n, sizeof *dictionary->entries, compare);
    return dictionary;
}

static int index_of(const char *language)
{
    return strcmp(language, "en") == 0;
}

const char *dictionary_word(const struct dictionary *dictionary, const char *language, const char *key)
{
    const struct entry wanted = { .key = key };
    const struct entry *found =
        bsearch(&wanted, dictionary->entries, dictionary->n, sizeof *dictionary->entries, compare);

    return found ? found->words[index_of(language)] : key;
}

struct json_object *dictionary_all(const struct dictionary *dictionary, const char *language)
{
    struct json_object *all = json_object_new_object();

    for (size_t i = 0; i < dictionary->n; i++)
        json_object_object_add(all, dictionary->entries[i].key,
                               json_object_new_string(dictionary->entries[i].words[index_of(language)]));
    return all;
}
