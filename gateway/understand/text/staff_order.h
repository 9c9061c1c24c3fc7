/*
 * What staff write in their own words in place of a command: 这件我来办, 转过去, 能不能缓几天, 谁在值班. The
 * words are in templates/lexicon/orders.txt.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_STAFF_ORDER_H
#define GATEWAY_UNDERSTAND_TEXT_STAFF_ORDER_H

#include "gateway/understand/text/normalise.h"

enum staff_order {
    ORDER_TAKE,
    ORDER_FORWARD,
    ORDER_CALLED, /* a word that may stand before a unit or a place: 是, 给 */
    ORDER_PLACE,
    ORDER_RECLASS,
    ORDER_EXTEND,
    ORDER_RETURN,
    ORDER_ADOPT,
    ORDER_NUDGE,
    ORDER_VIEW,
    ORDER_MERGE,
    ORDER_UNDO,
    ORDER_WAITING,
    ORDER_MINE,
    ORDER_OVERDUE,
    ORDER_DUTY,
    ORDER_OFF_DUTY,
    ORDER_DUTY_HOW,
    ORDER_DUTY_WORD,
    ORDER_ON_DUTY, /* who is */
    ORDER_CODE,
    ORDER_RECUSE,
    ORDER_URGENCY,
    ORDER_BACK, /* from leave */
    ORDER_FILE_FOR,
    ORDER_HAND_OVER,
    ORDER_NEW_NUMBER,
    ORDER_DONE,
    ORDER_LATER, /* not done yet */
    ORDERS
};

/* What a text says, a bit for each. */
#define SAYS(order) (1u << (order))

struct order_words;

/* Reads orders.txt; directory as in wordfile_text. NULL: *error says why (from mem). */
struct order_words *order_words_new(void *mem, const char *directory, const char **error);

/* All that the text says: bits of SAYS. */
unsigned staff_order_read(const struct order_words *words, const struct normal *normal);

#endif
