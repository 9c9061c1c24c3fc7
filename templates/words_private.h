/*
 * What words.c and words_over.c share.
 */
#ifndef TEMPLATES_WORDS_PRIVATE_H
#define TEMPLATES_WORDS_PRIVATE_H

#include "templates/set.h"
#include "templates/words.h"

struct words {
    const char **languages; /* ends with NULL */
    struct template_set **sets;
    size_t count;
};

/* words.c: the set of a language; NULL: none. */
struct template_set *words_language(const struct words *words, const char *name, size_t length);

#endif
