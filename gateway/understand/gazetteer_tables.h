/*
 * What gazetteer.c builds and gazetteer_search.c reads. Nobody else includes it.
 */
#ifndef GATEWAY_UNDERSTAND_GAZETTEER_TABLES_H
#define GATEWAY_UNDERSTAND_GAZETTEER_TABLES_H

#include "gateway/understand/gazetteer.h"
#include "gateway/understand/wordlist.h"

enum { NONE = -1 };

struct place {
    int64_t id;
    int64_t parent_id;
    int32_t parent; /* index; NONE at the top */
    enum unit_level level;
};

/* A unit that goes by a name. */
struct claim {
    int32_t place;
    int32_t next; /* the next claim on the same name; NONE */
    bool is_alias;
};

/* The names that sound alike. */
struct echo {
    int32_t name;
    int32_t next;
};

struct gazetteer {
    const struct normaliser *normaliser;
    const struct pinyin *pinyin;
    struct place *places; /* by id */
    size_t n_places;
    struct wordlist *names, *sounds;
    int32_t *first_claim, *first_echo; /* by name, by sound */
    struct claim *claims;
    struct echo *echoes;
    size_t n_claims, n_echoes, most;
};

/* What a unit of a level may be called behind its name proper; longer ones first, ended by NULL. */
struct unit_suffix {
    const char *words;
    enum unit_level level;
};
extern const struct unit_suffix unit_suffixes[];

/* The octets of the name without what its level adds to it; at least two characters are left. */
size_t proper_length(const char *name, size_t length, enum unit_level level);
size_t count_characters(const char *text, size_t length);
bool text_ends_with(const char *text, size_t length, const char *words);

#endif
