/*
 * The visitor's own settings: an authenticator (TOTP), a password, and which browsers are signed in.
 */
#ifndef GATEWAY_PAGE_TOOLS_ACCOUNT_H
#define GATEWAY_PAGE_TOOLS_ACCOUNT_H

#include "gateway/page/visit.h"

/* GET me; POST me/DO, where DO is totp, totp-code, totp-off, password, password-off, others-out. */
void account_show(struct visit *visit);
void account_do(struct visit *visit);

#endif
