/*
 * Every section and option a configuration may hold: one table, which the check, the reading, and the manual
 * of `check --options` go by. A new section is a struct in config.h, a list of options, and a row of
 * config_sections.
 */
#ifndef GATEWAY_CONFIG_TABLE_H
#define GATEWAY_CONFIG_TABLE_H

#include <stdio.h>

#include "gateway/config/problem.h"

struct config_option;

/* What a value's field is. */
enum config_shape {
    SHAPE_TEXT,
    SHAPE_TRUTH,
    SHAPE_NUMBER,
    SHAPE_SPAN /* two ints */,
    SHAPE_LIMIT,
    SHAPE_PERIOD
};

/*
 * A kind of value. set writes what a good text means to its field (of a list: to one pointer, which joins the
 * list), from config, and returns NULL; else it leaves the field alone and returns what is wrong, as words
 * that follow the option's name.
 */
struct config_type {
    const char *name; /* in the manual */
    const char *(*set)(struct config *config, void *field, const struct config_option *option,
                       const char *text);
    const char *pattern, *wrong; /* a regular expression for good texts, and the words when it does not match;
                                    NULL: set decides alone */
    enum config_shape shape;     /* of a list: of its items, SHAPE_TEXT */
    bool is_list;
    bool is_secret;  /* never repeated in a message */
    bool is_private; /* names a file that nobody else should be able to open */
};

extern const struct config_type config_yes_or_no, config_number, config_text, config_word, config_prefixes,
    config_phone, config_zone, config_hours, config_store_url, config_address, config_folder,
    config_own_folder, config_digit, config_device, config_code, config_secret, config_url, config_loopback,
    config_file, config_private, config_texts, config_networks, config_dates, config_time_limit,
    config_period, config_recipient;

struct config_option {
    const char *name;
    const struct config_type *type;
    const char *preset; /* value when it is not written; NULL: none */
    const char *help;
    size_t at;         /* of its field, in struct config or in its section's struct */
    size_t count_at;   /* of a list: of its count; of hours: of their end */
    int least, most;   /* of a number */
    const char *words; /* of a word: those allowed, a space between */
    const char *pattern,
        *pattern_words; /* of a secret: what it must match, and the words when it does not; NULL: anything */
    bool is_required;
    bool is_unique; /* no two sections may have the same */
    bool is_live;   /* a reload changes it in the running gateway; others want a restart */
};

/* An option that is written in the file. */
struct config_written {
    const struct config_option *option;
    const char *text; /* of a list: its last item; "" while there is none */
    int line;
};

/* A section that is written in the file, or the file itself. */
struct config_part {
    const struct config_section *section;
    const char *title; /* "" when it has none */
    const char *where; /* modem "north"; "" for the file */
    int line;
    struct config_written *written;
    size_t n_written;
    void *values; /* the section's own struct when it has a title, else struct config */
};

struct config_section {
    const char *name; /* "" for the options outside of sections */
    const char *help;
    const struct config_option *options; /* ends with a NULL name */
    /*
     * With a title it may stand many times: each fills one struct of this size; the array's pointer, the
     * count, and the title in the struct are at these offsets. Without, its options are fields of struct
     * config.
     */
    size_t size, array_at, count_at, title_at;
    void (*check)(struct problems *problems, const struct config_part *part); /* of its options together; NULL
                                                                               */
    bool has_title;
    bool is_line;   /* its title is a line's name: no two of any kind may have the same, nor one of ours */
    bool is_always; /* without a title: its presets hold even when it is not written */
};

extern const struct config_section config_sections[]; /* the first is ""; ends with a NULL name */

/* Both: NULL when there is none of this name. */
const struct config_section *config_section_find(const char *name);
const struct config_option *config_option_find(const struct config_section *section, const char *name);
/* The text of an option as it is written; NULL when it is not. */
const char *config_written(const struct config_part *part, const char *name);

/* value.c: checks a text and stores it in its field of values; what is wrong, or NULL, as config_type.set. */
const char *config_set(struct config *config, void *values, const struct config_option *option,
                       const char *text);

/*
 * value_secret.c: what is wrong with the mode of a private file, as words that follow its name, from mem:
 * others can open it, or its group can write it. NULL: nothing, or there is no such file.
 */
const char *config_mode_problem(void *mem, const char *path);
/* value_secret.c: the private file that a good text of an option names, from config; NULL: none. */
const char *config_private_file(struct config *config, const struct config_option *option, const char *text);

/* The kind of an option's value and its preset, in words for a person; from mem. */
char *config_option_kind(void *mem, const struct config_option *option);

/* Prints every option with its kind of value, its preset and its meaning, for a person. */
void config_print_options(FILE *out);

#endif
