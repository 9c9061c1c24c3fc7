/*
 * The command grammar: a command is a keyword followed by the end of the text, a number or a separator;
 * everything else is a complaint and is kept whole. The commands themselves are the caller's table.
 */
#ifndef GATEWAY_UNDERSTAND_KEYWORD_H
#define GATEWAY_UNDERSTAND_KEYWORD_H

#include "gateway/understand/case_number.h"
#include "gateway/understand/text/normalise.h"

/* What may follow a keyword, in this order: phone, number(s), count, rating, text. */
enum {
    TAKES_NUMBER = 1,   /* a case number */
    TAKES_NUMBERS = 2,  /* two case numbers */
    TAKES_RATING = 4,   /* 1-4, 一..四, ①..④ or a rating word, before or after the number */
    TAKES_COUNT = 8,    /* a small number, such as a number of days */
    TAKES_PHONE = 16,   /* a phone number, first */
    TAKES_TEXT = 32,    /* anything */
    NEEDS_NUMBER = 64,  /* words may follow only behind a number (or phone) */
    TAKES_SEVERAL = 128 /* with TAKES_NUMBER: several case numbers, with marks or 和 between them */
};

struct keyword {
    const char *words; /* "查|查询|进度|status": simplified, small letters */
    int id;            /* the caller's */
    unsigned takes;
};

enum number_kind { NUMBER_NONE, NUMBER_RIGHT, NUMBER_WRONG };

struct number_read {
    enum number_kind kind;
    char number[CASE_NUMBER_SIZE];
};

enum { MORE_NUMBERS = 19 };

/* In place of a phone number: words that say there is none (无号). */
#define KEYWORD_NO_PHONE "-"

struct keyword_match {
    const struct keyword *keyword;
    enum number_kind number_kind; /* NUMBER_WRONG: looks like a case number, but a digit is wrong */
    char number[CASE_NUMBER_SIZE];
    enum number_kind second_kind;
    char second[CASE_NUMBER_SIZE];
    struct number_read more[MORE_NUMBERS]; /* TAKES_SEVERAL: the numbers behind the first */
    size_t n_more;
    int rating;              /* 1..4; 0 none */
    int count;               /* 0 none */
    char phone[24];          /* digits, perhaps a + in front; KEYWORD_NO_PHONE; "" none */
    const char *rest;        /* the text that is left, as written, separators trimmed; "" */
    const char *rest_normal; /* the same text normalised: for the names of classes, topics and units */
    bool is_corrected;       /* the keyword was misspelt by one letter */
    bool lacks_number;       /* words stand where NEEDS_NUMBER asks for a number */
};

/*
 * Finds the command of the table (which ends with words NULL) that the text is; the longest keyword wins.
 * False: none, the text is a complaint. A keyword that takes no text but is followed by some ("help my roof
 * leaks") is none either; behind a case number, right or wrong, any text may stand: it becomes rest. Strings
 * are allocated from mem.
 */
bool keyword_match(const struct keyword *table, void *mem, const struct normal *normal,
                   struct keyword_match *match);

/* Whether the text is a case's number, right or wrong, and at most polite words; *match then holds it alone.
 */
bool keyword_is_number(const struct normal *normal, struct keyword_match *match);
/* Whether the text begins with a case's number; what stands behind it becomes rest_normal, from mem. */
bool keyword_begins_with_number(const struct normal *normal, void *mem, struct keyword_match *match);

/* Finds a command that lacks the number NEEDS_NUMBER asks for: 办结 水管已换好. As keyword_match otherwise.
 */
bool keyword_match_lacking(const struct keyword *table, void *mem, const struct normal *normal,
                           struct keyword_match *match);

#endif
