/*
 * Files what somebody does on the page as an event on the line "page" from their registered phone, whose text
 * is a keyword command; or rehearses it. The answers stay in the store as notices already shown.
 */
#ifndef GATEWAY_PAGE_FILING_H
#define GATEWAY_PAGE_FILING_H

#include "gateway/desk/rehearsal.h"
#include "gateway/page/visit.h"

struct filing {
    const char *text;  /* the command */
    const char *nonce; /* of the form: each nonce is filed once */
    const struct case_ *case_;
    int64_t seen;                     /* the case's last step that the form showed; 0: do not check */
    const struct last_seen *all_seen; /* for several cases, in place of these two */
    size_t n_seen;
    bool is_proven;            /* ★ needs no further code */
    const struct event *event; /* result: as it was kept */
};

/* A new nonce for a form, owned by the visit. */
const char *filing_nonce(struct visit *visit);

/* Files the command and waits for the commit. False: nothing was kept. */
bool filing_file(struct visit *visit, struct filing *filing);

/* Whether a form of this nonce was filed before, and counted; filing->event then. */
bool filing_filed(struct visit *visit, struct filing *filing);

/* Whether the event was kept without effect because the case has a step that the form did not show. */
bool filing_is_outdated(const struct filing *filing);

/* Finds what the command would do if a code had been entered. */
bool filing_rehearse(struct visit *visit, const struct filing *filing, struct rehearsal *rehearsal);

/* The length of a text in UTF-16 units, by which texts are counted. */
int64_t filing_units(const char *text);

/* Adds "notices" and the command's effects to a page's data. */
void filing_show(struct visit *visit, const struct rehearsal *rehearsal, struct json_object *data);

/* Sends the visitor to a path of the page, which says what came of the command ("done"). */
void filing_go(struct visit *visit, const struct filing *filing, const char *path);

/* Adds "answers" to visit->data: the answers to what the visitor filed with this nonce; "": nothing. False:
 * the store failed. */
bool filing_add_answers(struct visit *visit, const char *nonce);

#endif
