#include "gateway/command/demo/dialogue.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

enum { NAMES_MOST = 32, NAME_LENGTH = 32 };

struct name {
    char name[NAME_LENGTH], value[NAME_LENGTH];
};

struct dialogue_names {
    struct name all[NAMES_MOST];
    size_t n;
};

struct dialogue_names *dialogue_names_new(void *mem)
{
    return talloc_zero(mem, struct dialogue_names);
}

static const struct name *find(const struct dialogue_names *names, const char *name, size_t length)
{
    for (size_t i = 0; i < names->n; i++)
        if (strlen(names->all[i].name) == length && strncmp(names->all[i].name, name, length) == 0)
            return &names->all[i];
    return NULL;
}

/* The length of "{name}" at text, 0 when there is none. */
static size_t name_at(const char *text)
{
    size_t n = 1;

    if (*text != '{')
        return 0;
    while (isalnum((unsigned char)text[n]))
        n++;
    return n > 1 && n < NAME_LENGTH && text[n] == '}' ? n + 1 : 0;
}

char *dialogue_fill(void *mem, const struct dialogue_names *names, const char *words)
{
    char *filled = talloc_strdup(mem, "");

    while (*words) {
        size_t length = name_at(words);
        const struct name *name = length ? find(names, words + 1, length - 2) : NULL;

        filled = name ? talloc_strdup_append(filled, name->value) : talloc_strndup_append(filled, words, 1);
        words += name ? length : 1;
    }
    return filled;
}

static bool match_from(struct dialogue_names *names, const char *pattern, const char *text);

/* {name} takes a run of digits, the longest first. */
static bool match_name(struct dialogue_names *names, const char *pattern, size_t length, const char *text)
{
    const struct name *known = find(names, pattern + 1, length - 2);
    size_t digits = strspn(text, "0123456789");

    if (known)
        return strncmp(text, known->value, strlen(known->value)) == 0 &&
               match_from(names, pattern + length, text + strlen(known->value));
    if (names->n == NAMES_MOST)
        return false;
    struct name *fresh = &names->all[names->n++];
    strncpy(fresh->name, pattern + 1, length - 2);
    fresh->name[length - 2] = '\0';
    for (; digits > 0; digits--) {
        if (digits >= NAME_LENGTH)
            continue;
        strncpy(fresh->value, text, digits);
        fresh->value[digits] = '\0';
        if (match_from(names, pattern + length, text + digits))
            return true;
    }
    names->n--;
    return false;
}

static bool match_from(struct dialogue_names *names, const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        size_t length = name_at(pattern);

        if (*pattern == '*') {
            do {
                if (match_from(names, pattern + 1, text))
                    return true;
            } while (*text++);
            return false;
        }
        if (length)
            return match_name(names, pattern, length, text);
        if (*pattern != *text)
            return false;
    }
    return *text == '\0';
}

bool dialogue_matches(struct dialogue_names *names, const char *pattern, const char *text)
{
    size_t known = names->n;
    bool is_match = match_from(names, pattern, text);

    if (!is_match)
        names->n = known;
    return is_match;
}
