/*
 * Files what somebody does on the page: an event on the line "page" from their registered phone, with a
 * keyword command as its text; and rehearses it. The answers stay in the store, as notices that were shown.
 */
#ifndef GATEWAY_PAGE_FILING_H
#define GATEWAY_PAGE_FILING_H

#include "gateway/desk/rehearsal.h"
#include "gateway/page/visit.h"

struct filing {
    const char *text;  /* the command */
    const char *nonce; /* of the form: the same one is filed once */
    const struct case_ *case_;
    int64_t seen;                     /* the last step that was seen of the case; 0: it does not matter */
    const struct last_seen *all_seen; /* of several cases, in place of these two */
    size_t n_seen;
    bool is_proven;            /* ★ needs no further code */
    const struct event *event; /* result: as it was kept */
};

/* A nonce for a new form, from the visit. */
const char *filing_nonce(struct visit *visit);

/* Waits for the commit. False: nothing is kept. */
bool filing_file(struct visit *visit, struct filing *filing);

/* Whether it was kept without effect because a later step was not seen. */
bool filing_is_outdated(const struct filing *filing);

/* What it would do, as if a code had been entered. */
bool filing_rehearse(struct visit *visit, const struct filing *filing, struct rehearsal *rehearsal);

/* Adds "notices" and what became of it to a page's data. */
void filing_show(struct visit *visit, const struct rehearsal *rehearsal, struct json_object *data);

/* Adds the answers to an event that this visitor filed as "answers": nothing for anybody else's. */
bool filing_add_answers(struct visit *visit, const char *event_id);

#endif
