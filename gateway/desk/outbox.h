/*
 * Hands due texts to the lines and records what became of each, all through the desk, the one writer.
 * READY -> claim -> CLAIMED -> arm -> ARMED -> sent, refused or unknown.
 */
#ifndef GATEWAY_DESK_OUTBOX_H
#define GATEWAY_DESK_OUTBOX_H

#include "gateway/desk/desk.h"
#include "store/notices.h"

/*
 * Claims notices that are due and may go by this line, for ten minutes. takes_any: also those
 * that name no line. *next_due: when the next one falls due, 0 none. False: the store failed.
 */
bool outbox_claim(struct desk *desk, void *mem, const char *line, bool takes_any, int limit,
                  struct notice **notices, size_t *n, int64_t *next_due);

/* The same of nothing but what danger makes go out; takes any line's. */
bool outbox_claim_danger(struct desk *desk, void *mem, const char *line, int limit, struct notice **notices,
                         size_t *n);

/* Committed before the octet that makes the network send; parts: how many that will be, of which it arms the
 * first to go out. False: the lease is over or the store failed; it must not be sent, and is given back. */
bool outbox_arm(struct desk *desk, const struct notice *notice, int parts);

/* The same for a further part (from 2). former_reference: of the part before it, -1 unknown. False: it must
 * not be sent; the caller says what is out (outbox_partly). */
bool outbox_arm_part(struct desk *desk, const struct notice *notice, int part, int former_reference);

/* The same for many at once: is_armed[i] says of each whether it may be sent. How many parts each will be is
 * not known; notices[i].parts says as how many it counts for rates. */
void outbox_arm_all(struct desk *desk, const struct notice *notices, size_t n, bool *is_armed);

/*
 * A provider took it, and calls it by these ids: one for each text it makes of it, none when it tells none.
 * Receipts that came before this settle it.
 */
void outbox_sent_as(struct desk *desk, const struct notice *notice, const char *line,
                    const char *const *external_ids, size_t n);

/* The line's answer; goes along with what arms the next text. references: one for each part. */
void outbox_sent(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                 int parts);

/* No answer came: never sent again by itself. parts may be 0. references: -1 where none is known. */
void outbox_unknown(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                    int parts, const char *why);

/*
 * The network has the first parts_sent parts, or may have them where references are -1; the others were
 * certainly not sent. They go later by the same line, under the same concatenation reference.
 */
void outbox_partly(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                   int parts, int parts_sent, const char *why);

/* One part of an attempt at a notice, both from 1. */
struct attempted_part {
    int64_t notice_id;
    int attempt, part, parts;
};

/* The line's answer to a part came after all: it has this reference, -1 unknown. */
void outbox_late(struct desk *desk, const struct attempted_part *part, int reference);

/*
 * The line's answer to an unknown one is a refusal with this +CMS code: certainly not sent. As
 * outbox_refused; given up too when its one-time code was blanked meanwhile.
 */
void outbox_refused_late(struct desk *desk, const struct attempted_part *part, bool is_permanent, int code);

/* Certainly not sent: tried again later, or given up when is_permanent or tried often enough. */
void outbox_refused(struct desk *desk, const struct notice *notice, bool is_permanent, const char *why);

/* Certainly not sent and no fault of the notice (the line is down): back to READY at once, not counted. */
void outbox_release(struct desk *desk, const struct notice *notice);

/* Whether it is a time at which only what goes out at any hour is claimed. */
bool outbox_is_quiet(const struct config *config, int64_t at);

/* How many texts the line's notices came to that were armed in [since, until): a long one is several. False:
 * the store failed. */
bool outbox_count_armed(struct desk *desk, const char *line, int64_t since, int64_t until, int *texts);

/* The same, second by second, from mem. */
bool outbox_armed_seconds(struct desk *desk, void *mem, const char *line, int64_t since, int64_t until,
                          struct armed_second **seconds, size_t *n);

/* The line is down: what was meant for it and is certainly unsent may go by any other. */
void outbox_reroute(struct desk *desk, const char *line);

#endif
