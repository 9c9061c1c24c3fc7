/*
 * Every section and option a configuration may hold: one table, which the check, the reading, and the manual
 * of `check --options` go by. A new section is a struct in config.h, a list of options, and a row of
 * config_sections.
 */
#ifndef GATEWAY_CONFIG_TABLE_H
#define GATEWAY_CONFIG_TABLE_H

#include <confuse.h>

#include "gateway/config/problem.h"

struct config_option;

/*
 * A kind of value. check: what is wrong with the text, as words that follow the option's name, from mem; NULL
 * when nothing is. path is the configuration's, from which relative names count. put copies a good value to
 * its field.
 */
struct config_type {
    const char *name; /* in the manual */
    cfg_type_t kind;  /* how libconfuse reads it: CFGT_STR, CFGT_INT, CFGT_BOOL */
    bool is_list;
    bool is_secret; /* never repeated in a message */
    const char *(*check)(void *mem, const struct config_option *option, const char *text, const char *path);
    bool (*put)(struct config *config, char *base, const struct config_option *option, cfg_t *section);
};

extern const struct config_type config_yes_or_no, config_number, config_text, config_word, config_prefixes,
    config_phone, config_zone, config_hours, config_store_url, config_address, config_folder, config_digit,
    config_device, config_code, config_secret, config_url, config_file, config_texts, config_networks,
    config_dates, config_term;

struct config_option {
    const char *name;
    const struct config_type *type;
    const char *preset; /* what holds when it is not written; NULL: nothing */
    const char *help;
    size_t at;         /* of its field, in struct config or in its section's struct */
    size_t count_at;   /* of a list: of its count */
    int least, most;   /* of a number */
    const char *words; /* of a word: those allowed, a space between */
    const char *pattern,
        *pattern_words; /* of a secret: what it must be, and how that is said; NULL: anything */
    bool is_required;
    bool is_unique; /* no two sections may have the same */
};

/* What a section's own check is told: each option that is written there. */
struct config_seen {
    const struct config_option *option;
    const char *text; /* of a list: each, a line break between */
    int line;
};

struct config_section {
    const char *name; /* "" for what stands outside */
    const char *help;
    const struct config_option *options; /* ends with a NULL name */
    /*
     * With a title it may stand many times: each fills one struct of this size; the array's pointer, the
     * count, and the title in the struct are at these offsets. Without, its options are fields of struct
     * config.
     */
    size_t size, array_at, count_at, title_at;
    /* What only the options together can tell; NULL. where is `modem "north"`. */
    void (*check)(struct problems *problems, const char *where, int line, const struct config_seen *seen,
                  size_t n);
    bool has_title;
    bool is_always; /* without a title: its presets hold though it is not written */
};

extern const struct config_section config_sections[]; /* the first is the "" one; ends with a NULL name */

const struct config_section *config_section_find(const char *name);
const struct config_option *config_option_find(const struct config_section *section, const char *name);
/* NULL when the option is not written. */
const char *config_seen_text(const struct config_seen *seen, size_t n, const char *name);

/* Every option with what it takes, its preset and its meaning, for a person. */
void config_print_options(FILE *out);

#endif
