/*
 * The commands that the page offers for a case: the keyword of each, the fields its form asks for, and the
 * text of the command made from those fields.
 */
#ifndef GATEWAY_PAGE_OFFERS_H
#define GATEWAY_PAGE_OFFERS_H

#include "gateway/case/action.h"
#include "gateway/page/visit.h"

enum offer_asks {
    ASKS_NOTHING,
    ASKS_WORDS,
    ASKS_DAYS,  /* and words */
    ASKS_UNIT,  /* and words, which may be left out */
    ASKS_CLASS, /* and a topic */
    ASKS_PLACE,
    ASKS_URGENCY,
    ASKS_OTHER, /* another case's number */
    ASKS_PHONE,
};

struct offer {
    const char *name;    /* in addresses and the dictionary */
    const char *keyword; /* of the command */
    enum act act;
    enum offer_asks asks;
    bool is_starred;      /* ★ */
    const char *key;      /* on the keyboard; NULL: none */
    const char *template; /* of the text to the reporter, from which ready words are taken; NULL: none */
    bool is_bulk;         /* may be given for several cases at once */
};

extern const struct offer offers[]; /* ends with a NULL name */

/* NULL: there is none. */
const struct offer *offer_find(const char *name);

/* Adds to "offers" of data what this person may do with the case now. False: the store failed. */
bool offers_add(struct visit *visit, const struct case_ *case_, struct json_object *data);

/* Whether the text reads as this command for so many cases: no if the words begin with one more number. */
bool offer_is_read(struct visit *visit, const struct offer *offer, const char *text, size_t cases);

/* The command's text for a case, from the form's fields. NULL: *wrong is the dictionary key of the fault. */
const char *offer_text(struct visit *visit, const struct offer *offer, const char *number,
                       const char **wrong);

#endif
