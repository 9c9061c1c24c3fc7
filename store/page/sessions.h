/*
 * Who is signed in on the operator's page, and how they prove who they are: sessions, one-time codes, second
 * factors. Of tokens and codes only hashes are kept. Phones are E.164, times seconds since 1970
 * UTC, 0 for never. What is found is allocated from mem; NULL when there is none.
 */
#ifndef STORE_PAGE_SESSIONS_H
#define STORE_PAGE_SESSIONS_H

#include "store/store.h"

struct session {
    const char *hash; /* SHA-256 of the cookie's token, in hex */
    const char *phone;
    const char *csrf;     /* what each form of the session carries */
    const char *address;  /* from which it was begun */
    const char *language; /* "zh", "en"; "" as the person's */
    int64_t created_at;
    int64_t seen_at; /* last request by a person; the live stream is none */
    int64_t code_at; /* when a code or TOTP was entered last */
    int64_t ended_at;
};
/* Adds the session, and forgets sessions that ended or were last seen before `before`. */
bool store_add_session(struct store *store, const struct session *session, int64_t before);
/* Also finds ended ones: the caller looks at the times. */
bool store_session(struct store *store, void *mem, const char *hash, struct session **session);
bool store_see_session(struct store *store, const char *hash, int64_t at);
/* A code or TOTP was entered. */
bool store_prove_session(struct store *store, const char *hash, int64_t at);
bool store_end_session(struct store *store, const char *hash, int64_t at);
/* All of a person's, but for the one of this hash ("" none). */
bool store_end_sessions(struct store *store, const char *phone, const char *but_hash, int64_t at);
bool store_set_session_language(struct store *store, const char *hash, const char *language);
/* The person's that have not ended, newest first. */
bool store_sessions(struct store *store, void *mem, const char *phone, struct session **sessions, size_t *n);
/* Whether this phone has signed in from this address since a moment. */
bool store_knows_address(struct store *store, const char *phone, const char *address, int64_t since,
                         bool *is_known);

struct page_code {
    int64_t id;
    const char *phone;
    const char *browser;   /* hash of the cookie of who asked for it; "host": from the command line */
    const char *code_hash; /* "": none was sent, nothing matches */
    const char *address;
    int64_t created_at, expires_at;
    int tries;     /* wrong ones */
    bool is_sent;  /* a text went out for it */
    bool is_known; /* asked for from an address that the phone has signed in from */
};
/* Adds the code, and forgets those made before `before`. */
bool store_add_page_code(struct store *store, struct page_code *code, int64_t before);
/* The newest of this phone and browser. */
bool store_page_code(struct store *store, void *mem, const char *phone, const char *browser,
                     struct page_code **code);
bool store_update_page_code(struct store *store, const struct page_code *code);
/* How many were sent to a phone since a moment: all, and those asked for from unknown addresses. */
bool store_count_page_codes(struct store *store, const char *phone, int64_t since, int64_t *all,
                            int64_t *unknown);
/* How many were asked for from an address since a moment, sent or not. */
bool store_count_codes_from(struct store *store, const char *address, int64_t since, int64_t *n);

/* A person's further proofs; "" where one is not set. */
struct factors {
    const char *phone;
    const char *totp;     /* secret, base32 */
    int64_t totp_step;    /* the last time step that was used: each counts once */
    const char *new_totp; /* shown as a QR code, not proven yet */
    const char *password; /* as crypt(5) writes it */
};
/* Empty factors when nothing is kept; never NULL. */
bool store_factors(struct store *store, void *mem, const char *phone, struct factors **factors);
bool store_put_factors(struct store *store, const struct factors *factors);

#endif
