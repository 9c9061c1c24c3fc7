/*
 * Proves that a registered phone is the visitor's: by a code that one of our own lines sends to it, a code
 * printed on the host, a TOTP of their authenticator, or a password. Wrong tries are counted by phone and
 * address together, so that nobody can lock another's phone; all addresses that the phone never signed in
 * from share one allowance. Keyword commands by text are not affected.
 */
#ifndef GATEWAY_PAGE_PROOF_H
#define GATEWAY_PAGE_PROOF_H

#include "gateway/desk/desk.h"

enum { PROOF_CODE_SECONDS = 600, CODES_A_DAY = 5 };

/* The value of proof.browser for codes printed on the host. */
#define PROOF_HOST "host"

struct proof {
    const char *phone, *address;
    const char *browser;         /* hash of what the browser holds: its waiting cookie, or its session's */
    const char *code, *password; /* as typed; "" */
    enum { PROOF_WRONG, PROOF_RIGHT, PROOF_BY_PASSWORD, PROOF_TOO_OFTEN } result;
};

/*
 * Sends a code if this is a registered person's phone and the limits allow it. The result does not tell the
 * caller whether it was sent. False: the store failed.
 */
bool proof_send(struct desk *desk, struct proof *proof);

/* Checks what was typed and sets result. False: the store failed. */
bool proof_check(struct desk *desk, struct proof *proof);

/* For desk jobs: keeps a code for a phone and browser. code "": keeps one that nothing matches. */
bool proof_keep_code(struct turn *turn, struct proof *proof, const char *code, bool is_sent, bool is_known);

/* The crypt(5) hash of a password, from mem. NULL: it cannot be made. */
const char *proof_password(void *mem, const char *password);

#endif
