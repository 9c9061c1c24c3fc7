/*
 * How somebody proves that a registered phone is theirs: a code sent to it by one of our own lines, a code
 * printed on the host, a TOTP of their authenticator, or a password. Wrong tries count for the phone and the
 * address they come from, so that nobody can lock another's phone; addresses that the phone never signed in
 * from share one allowance. Nothing of this touches keyword commands.
 */
#ifndef GATEWAY_PAGE_PROOF_H
#define GATEWAY_PAGE_PROOF_H

#include "gateway/desk/desk.h"

enum { PROOF_CODE_SECONDS = 600, CODES_A_DAY = 5 };

/* browser of codes that the host printed. */
#define PROOF_HOST "host"

struct proof {
    const char *phone, *address;
    const char *browser;         /* hash of what the browser holds: its waiting cookie, or its session's */
    const char *code, *password; /* as typed; "" */
    enum { PROOF_WRONG, PROOF_RIGHT, PROOF_BY_PASSWORD, PROOF_TOO_OFTEN } result;
};

/*
 * Sends a code, if this is a registered person's phone and the limits allow it; whoever asks does not learn
 * whether. False: the store failed.
 */
bool proof_send(struct desk *desk, struct proof *proof);

/* Checks what was typed and sets result. False: the store failed. */
bool proof_check(struct desk *desk, struct proof *proof);

/* Desk jobs and pieces for others: keeps a code for a phone and browser. code "": none that could match. */
bool proof_keep_code(struct turn *turn, struct proof *proof, const char *code, bool is_sent, bool is_known);

/* Of a password, as crypt(5); from mem, NULL: it cannot be made. */
const char *proof_password(void *mem, const char *password);

#endif
