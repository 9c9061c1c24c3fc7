/*
 * Gateways that keep a long poll at a centre, which is the real program over TLS, and send it the rows of
 * their journals as they come, ten for an appeal. A row's wait ends when the centre has acknowledged it.
 */
#ifndef TESTS_BENCH_BOXES_H
#define TESTS_BENCH_BOXES_H

#include <curl/curl.h>

#include "store/journal/journal.h"
#include "tests/support/province.h"

struct request {
    CURL *curl;
    struct curl_slist *headers;
    char *answer;
    size_t length;
    bool is_busy;
    double again_at; /* when it goes again, because the centre had no room; 0 */
};

struct box {
    const char *gateway, *token, *session;
    struct request poll, rows;
    struct journal_row last; /* of the chain */
    char hash[JOURNAL_HASH_SIZE];
    double *arrived; /* of the rows that are not acknowledged */
    size_t n_waiting, n_sent, room;
    int64_t catch_up; /* rows that it still has to send */
    double caught_up_at, rests_until;
};

struct world {
    void *mem;
    CURLM *curl;
    struct box *boxes;
    int n;
    const char *url, *authority;
    double *waits;
    size_t n_waits, room;
    bool is_measuring;
    int repeated;  /* requests whose connection was gone */
    int refused;   /* for which the centre had no room; they go again a second later */
    int n_refused; /* of them, those that have not gone yet */
    int64_t acknowledged;
    struct box *resting;
};

/* A centre with its store at url, and n boxes that are connected to it. End it with boxes_end. */
struct province *boxes_begin(struct world *world, const char *url, int n);
void boxes_end(struct world *world, struct province *province);

/* Appeals come evenly, each to a gateway by chance. first_box: those before it take none. */
void boxes_play(struct world *world, int rows_per_second, double seconds, int first_box);

/* What part of the rows of the last boxes_play, 0 to 1, waited at most: ms. */
double boxes_part(const struct world *world, double part);

/* Sends the next rows of a box, without waiting for the answer. */
void boxes_send(struct world *world, struct box *box);

/* Ends the program unless the centre has each row that was sent, as it was sent, and no other. */
void boxes_compare(struct world *world, struct province *province);

#endif
