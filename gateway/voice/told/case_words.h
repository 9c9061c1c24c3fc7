/*
 * What a call says of cases: words for call_answer, such as "case 26000001 state-new pause ". Number and
 * stage, nothing else, because whoever holds the telephone may listen; and nothing of the number's former
 * owner.
 */
#ifndef GATEWAY_VOICE_TOLD_CASE_WORDS_H
#define GATEWAY_VOICE_TOLD_CASE_WORDS_H

#include "gateway/desk/desk.h"

enum { CASE_WORDS_MOST = 3 };

struct case_told {
    const char *words;
    /* The phone's own of them, of which a text may say more; none where a text is of no use to the caller: a
     * landline takes none, and who does not read is called. */
    const char *numbers[CASE_WORDS_MOST];
    size_t n;
};

/* Tells of the first open cases that this phone (E.164; "": withheld) reported, or "no-cases". From mem.
 * False: the phone is withheld, or the store failed. */
bool case_words_open(void *mem, struct desk *desk, const char *phone, struct case_told *told);

struct case_asked {
    const char *phone;  /* E.164; "": withheld */
    const char *line;   /* by which they call */
    const char *digits; /* the case's number; behind a space the code that was keyed */
};

/* Tells of one case; from mem. False: the case is not the phone's and the code is not right. The words are
 * then "code" where none was keyed, whether or not the case has one, else "". */
bool case_words_status(void *mem, struct desk *desk, const struct case_asked *asked, struct case_told *told);

struct case_news {
    const char *words;  /* "": there is nothing to tell */
    const char *number; /* of the case that may be rated, the last that is closed; NULL: none */
};

/* Tells of those of these cases that are the phone's, each once; from mem. False: the store failed. */
bool case_words_news(void *mem, struct desk *desk, const char *phone, const int64_t *cases, size_t n,
                     struct case_news *news);

#endif
