/*
 * Two books about the same texts: what the emulated network took (its log) and what the store says. Tests
 * that disturb the gateway compare them at the end; each notice must have words of its own.
 */
#ifndef TESTS_SUPPORT_GATEWAY_BOOKS_H
#define TESTS_SUPPORT_GATEWAY_BOOKS_H

#include "tests/support/gateway_process.h"

struct books {
    int notices, whole; /* whole: all of its parts went out */
    int sent, delivered, failed, unknown, waiting;
};

/* Queues n texts to n phones, "{words}" and a number in each; prefix is +86139 and three digits. */
void books_queue(struct gateway_process *gateway, const char *prefix, int n, const char *words);

/* The same with options of `xiangyin send`: "--line village". */
void books_queue_with(struct gateway_process *gateway, const char *options, const char *prefix, int n,
                      const char *words);

/* The network brings n texts with different words, from n phones. */
void books_flood(struct gateway_process *gateway, int n);

/* Waits until nothing is due within ten seconds, claimed or armed, and nothing lies in the modem or waits in
 * the network; false after timeout_ms. Texts: how many must have come. */
bool books_wait(struct gateway_process *gateway, int texts, int timeout_ms);

/*
 * Ends the test unless both books agree: nothing was sent twice or invented, what is SENT or DELIVERED was
 * sent whole, what is READY, CLAIMED or CANCELLED not at all, what is FAILED not at all unless a report says
 * so. logs: those of further modems, NULL at the end; NULL: none.
 */
struct books books_agree(struct gateway_process *gateway, const char *const *logs);

/*
 * For a gateway that a fault disturbs: gives it 15 s to reach the state of books_wait, ends the fault, waits
 * until it has reached that state, stops it and compares the books.
 */
struct books books_live_through(struct gateway_process *gateway, int texts);

/* Ends the test unless these texts were received once each. */
void books_received(struct gateway_process *gateway, int texts);

#endif
