/*
 * A small county whose people complain, some of them of officials and some without their name, by every way
 * there is; and what of that may stand in no output.
 */
#ifndef TESTS_SUPPORT_SECRETS_H
#define TESTS_SUPPORT_SECRETS_H

#include "tests/support/http_support.h"

/* Phones of the staff, without +86. */
#define HEAD "13800000001"       /* 李有田, head of the village 聚粮村, whom most accuse */
#define TOWNSHIP "13800000002"   /* 赵长河, head of the township 天坛镇 */
#define RECEPTION "13800000003"  /* 钱守信, of the petition office */
#define DISCIPLINE "13800000004" /* 孙清正, of the discipline office */
#define COUNTY "13800000005"     /* 周明远, who leads the county */
#define SUPERVISOR "13800000006" /* 吴督察, supervisor */
#define FORMER "13800000007"     /* 郑离任, of the discipline office, who saw what waits there, and left */

/* What somebody said, and who may know of it. */
struct secret {
    const char *way;   /* how it came */
    const char *phone; /* of the reporter, without +86 */
    const char
        *marker; /* a word that stands in the restricted words alone; NULL: the phone alone is secret */
    const char *may[3]; /* phones of the staff who may know of it */
    const char *knew;   /* phone of who knew the number before it became a secret; NULL: nobody */
    const char *number; /* of the case */
    long since;         /* the newest notice when it became one */
};

struct secrets {
    struct http_world *http;
    const char *config; /* file, for the command line */
    struct secret *all;
    size_t n;
    int texts, people;
};

/* The county: its people, and a desk and a web server with this more in the configuration, among it a
 * webhook. */
struct secrets *secrets_open(const char *extra);
void secrets_close(struct secrets *secrets);

/* Says everything; afterwards the secrets are known. */
void secrets_say(struct secrets *secrets);

/* Texts the gateway by the modem, and returns when it is committed. */
void secrets_text(struct secrets *secrets, const char *phone, const char *words);

/* One text of the store, "" for none; from secrets. */
const char *secrets_ask(const struct secrets *secrets, const char *sql);

/* Fails the test when one of the secrets that this phone (NULL: the public) may not know stands in the text.
 */
void secrets_search(const struct secrets *secrets, const char *where, const char *phone, const char *text);

#endif
