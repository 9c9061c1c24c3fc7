/*
 * The words of a configuration file.
 *
 *     comments   # to the end of the line, // likewise, and between slash-star and star-slash
 *     words      plain, "in double quotes" with \n \t \" \\, or 'in single quotes' with \' \\; on one line
 *     marks      { } = += ,
 */
#ifndef GATEWAY_CONFIG_SCAN_H
#define GATEWAY_CONFIG_SCAN_H

#include "gateway/config/problem.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_EQUALS, TOKEN_APPEND, TOKEN_COMMA };

struct token {
    enum token_kind kind;
    const char *text; /* TOKEN_WORD: its text without quotes and escapes, from mem; else the mark */
    int line;         /* from 1 */
    bool is_quoted;
    bool is_bad; /* a word that was reported; its text means nothing */
};

struct scan {
    void *mem;
    const char *at;
    int line;
    struct problems *problems; /* errors go there, and scanning goes on */
};

/* text ends with a NUL and must live as long. */
void scan_begin(struct scan *scan, void *mem, const char *text, struct problems *problems);

/* Takes the next token; at the end TOKEN_END, again and again. */
struct token scan_next(struct scan *scan);
/* The token after `skipped` others, without taking any; reports no errors. */
struct token scan_peek(const struct scan *scan, int skipped);

#endif
