/*
 * Signing in and out, and who is signed in.
 */
#ifndef GATEWAY_PAGE_SIGN_H
#define GATEWAY_PAGE_SIGN_H

#include "gateway/page/visit.h"

/* Sets the visit's session and person from the cookie. False: the store failed. */
bool sign_find(struct visit *visit);

/* Whether the form carries the session's own token. */
bool sign_is_csrf(const struct visit *visit);

/* Whether a code or TOTP was entered in this session less than PROOF_SECONDS ago. */
bool sign_is_proven(const struct visit *visit);

/* Sends the visitor to the sign-in form and back afterwards; their words are kept as a draft. */
void sign_ask(struct visit *visit);

/* In a session: sends a code to its phone; and checks what was typed: 0 right, else the key of what is wrong.
 */
bool sign_send_proof(struct visit *visit);
const char *sign_check_proof(struct visit *visit, const char *code);

/* Handlers of rows. */
void sign_show(struct visit *visit);
void sign_take_phone(struct visit *visit);
void sign_take_code(struct visit *visit);
void sign_enter(struct visit *visit);
void sign_out(struct visit *visit);
void sign_set_language(struct visit *visit);

#endif
