/*
 * What a text says, as far as a program can tell without asking the store: what kind of text it is, where it
 * speaks of, about what, and whether a person must see it first.
 */
#ifndef GATEWAY_UNDERSTAND_UNDERSTAND_H
#define GATEWAY_UNDERSTAND_UNDERSTAND_H

#include "gateway/understand/gazetteer.h"
#include "gateway/understand/keyword.h"
#include "store/cases.h"
#include "store/people.h"

/* The tables. Built once, never changed: any thread may use it; make a new one when units or people change.
 */
struct understanding;

struct understanding_source {
    const struct place_name *names; /* aliases; the units' own names are taken from units */
    size_t n_names;
    const struct unit *units;
    size_t n_units;
    const char *const *cadres; /* names of registered cadres: a text that holds one is guarded */
    size_t n_cadres;
    const char *lexicons; /* a directory whose files replace templates/lexicon/; NULL: the program's own */
    const struct normaliser *normaliser; /* one that lives longer; NULL: it gets one of its own */
};

/* NULL: *error says why (hangs from mem). Keeps no pointer into the source but the normaliser. */
struct understanding *understanding_new(void *mem, const struct understanding_source *source,
                                        const char **error);

/* Whether a text can name a village at all. */
bool understanding_knows_villages(const struct understanding *understanding);

/* Only WHAT_CASE can become a case. */
enum what {
    WHAT_CASE,
    WHAT_EMPTY,    /* nothing at all, or nothing of any width */
    WHAT_THANKS,   /* 谢谢, 好的收到, thanks */
    WHAT_GREETING, /* 您好, hello; also 在吗 */
    WHAT_MARKS     /* digits, marks or emoji alone */
};

struct understood {
    struct normal normal;
    enum what what;
    const char *language; /* "zh" or "en"; NULL when the letters do not tell (digits, marks, TD) */

    const char *code; /* exactly six digits and nothing else: a confirmation code; NULL */
    int choice;       /* a bare number from 1 to 99: an answer to a list; 0 none */
    int rating;       /* 1..4 when the text is a rating (counts only while one is asked for); 0 none */
    const char *rating_comment; /* the rest, as written; "" */
    const char *mentions;       /* a right case number anywhere in the text; NULL */

    struct place_found place;
    const char *topic; /* "water" ... "other" */
    int topic_confidence;
    enum case_category category;
    int category_confidence;
    enum case_urgency urgency;
    bool is_away;    /* says they work away from home */
    bool is_guarded; /* art. 30: holds an official's title or a cadre's name behind its greeting */

    const char *const *phones; /* as written, digits only */
    size_t n_phones;
    const char *const *identity_numbers; /* 18 digits (or X at the end) whose check digit is right */
    size_t n_identity_numbers;
};

/* Everything in out hangs from mem; out keeps a pointer to text, which must live as long. */
void understand(const struct understanding *understanding, void *mem, const char *text,
                struct understood *out);

/* Short codes, 106..., 10086 and its like, names: never a case, never answered. */
bool sender_is_automatic(const char *from);

/*
 * The unit of this name, for 转 and for forms: exact, with or without 村/镇/..., alias, or sounding the same.
 * out->how is PLACE_NONE when there is none, PLACE_AMBIGUOUS when there are several.
 */
void understanding_find_unit(const struct understanding *understanding, void *mem, const char *name,
                             struct place_found *out);

#endif
