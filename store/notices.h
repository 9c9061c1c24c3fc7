/*
 * Notices: texts that must go out, and what is known of each. Their way through a line is in outbox.c, their
 * reports in receipts.c, the rest in notices.c.
 *
 * Numbers are E.164, texts UTF-8, times seconds since 1970 UTC; what is found hangs from mem.
 */
#ifndef STORE_NOTICES_H
#define STORE_NOTICES_H

#include "store/store.h"

/*
 * READY -> CLAIMED (a lease; a crash up to here is certainly unsent) -> ARMED (committed before the last
 * octet that makes the network send) -> SENT -> DELIVERED or FAILED. UNKNOWN: armed, and no answer.
 * CANCELLED: recalled unsent. Kept and listed in capitals.
 */
enum notice_state {
    NOTICE_READY,
    NOTICE_CLAIMED,
    NOTICE_ARMED,
    NOTICE_SENT,
    NOTICE_DELIVERED,
    NOTICE_FAILED,
    NOTICE_UNKNOWN,
    NOTICE_CANCELLED
};

/* What goes first: answers, then notices, then bulk. */
enum notice_priority { PRIORITY_ANSWER, PRIORITY_NOTICE, PRIORITY_BULK };

struct notice {
    int64_t id;
    const char *to;
    const char *text;
    const char *name; /* of its template, or "send" */
    const char *line; /* line to use; "" any that fits */
    enum notice_state state;
    enum notice_priority priority;
    int64_t due_at; /* not before; quiet hours are already in it */
    int64_t lease_until;
    int attempts;
    int parts;                          /* 0 until known */
    int reference;                      /* TP-MR of its first part; -1 none */
    int64_t case_id, step_id, event_id; /* 0 when none */
    int64_t created_at, sent_at, settled_at;
    const char *why;  /* of the last failure; "" */
    const char *data; /* JSON that its template was filled with, where a provider wants that; "" */
    /*
     * Read alone, by store_notice and store_each_notice. is_to_hidden: the recipient asked not to be named,
     * so nobody may be shown to. is_withheld: only those who may see restricted cases may see the notice.
     */
    bool is_to_hidden, is_withheld;
};

/* In capitals, as above. */
const char *notice_state_name(enum notice_state state);

/* Gives the notice its id. */
bool store_add_notice(struct store *store, struct notice *notice);
/* NULL when there is none. */
bool store_notice(struct store *store, void *mem, int64_t id, struct notice **notice);
/* The newest of this name to this number; NULL when none. */
bool store_last_notice(struct store *store, void *mem, const char *to, const char *name,
                       struct notice **notice);

/*
 * Takes up to limit READY notices that are due and may go by this line (its own, or "" when takes_any), by
 * priority and age, marks them CLAIMED until lease_until. *next_due: when the next not yet due one falls due,
 * 0 none.
 */
bool store_claim_notices(struct store *store, void *mem, const char *line, bool takes_any, int64_t now,
                         int64_t lease_until, int limit, struct notice **notices, size_t *n,
                         int64_t *next_due);
/*
 * CLAIMED -> ARMED; *is_armed false when it is no longer ours (lease over, cancelled). Counts the attempt.
 * parts: how many there will be, so that reports on some do not settle all; 0 when that is not known.
 */
bool store_arm_notice(struct store *store, int64_t id, int parts, int64_t now, bool *is_armed);
/* ARMED -> SENT; UNKNOWN too, when the answer came late. */
bool store_sent_notice(struct store *store, int64_t id, int parts, int reference, int64_t at);
/* Each part's reference, for pairing reports. */
bool store_add_sent_part(struct store *store, int64_t notice_id, const char *line, int part, int reference,
                         int64_t at);
/* What a provider calls the part; a receipt that was taken for it already stays. */
bool store_add_sent_id(struct store *store, int64_t notice_id, const char *line, int part,
                       const char *external_id, int64_t at);
/*
 * Whether each part's report says that the network gave up for now (TP-ST 0x60..0x7f, 23.040 9.2.3.15): none
 * of it arrived, and another try may.
 */
bool store_failed_for_now(struct store *store, int64_t notice_id, bool *is_so);
/*
 * SENT or UNKNOWN, and reported as failed for now: back to READY at due_at. Nothing that
 * is reported of the former try fits it any more. */
bool store_send_again(struct store *store, int64_t id, int64_t due_at, const char *why);
/* ARMED -> UNKNOWN; a receipt that came before stays. */
bool store_unknown_notice(struct store *store, int64_t id, const char *why, int64_t at);
/* CLAIMED, ARMED, or UNKNOWN until its refusal came: back to READY at due_at, why kept. */
bool store_retry_notice(struct store *store, int64_t id, int64_t due_at, const char *why);
/* FAILED or UNKNOWN back to READY, due now: what an operator decides. *is_ready false when it was neither. */
bool store_resend_notice(struct store *store, int64_t id, int64_t now, bool *is_ready);
/* READY or CLAIMED to CANCELLED. *is_recalled false when it was neither. */
bool store_recall_notice(struct store *store, int64_t id, int64_t now, bool *is_recalled);
/* CLAIMED or ARMED, and certainly not sent through no fault of its own: back to READY, as if never tried. */
bool store_release_notice(struct store *store, int64_t id);
/* To UNKNOWN, FAILED, DELIVERED or CANCELLED; what is DELIVERED or CANCELLED stays so. */
bool store_settle_notice(struct store *store, int64_t id, enum notice_state state, const char *why,
                         int64_t at);
/* At start: CLAIMED -> READY, ARMED -> UNKNOWN. */
bool store_recover_notices(struct store *store, int64_t at, int *readied, int *unknown);
/* A finished one's words replaced (one-time codes are blanked once sent). */
bool store_blank_notice(struct store *store, int64_t id, const char *text);
/* Unsent ones of a step or case recalled; *n counts. */
bool store_cancel_notices(struct store *store, int64_t case_id, int64_t step_id, int64_t at, int *n);

/* How many parts a line has sent since a time. */
bool store_count_sent_parts(struct store *store, const char *line, int64_t since, int *parts);
/* What is READY for this line may go by any. */
bool store_reroute_notices(struct store *store, const char *line);

/*
 * Pairs a status report with a part sent by this line to this number with this reference since a time: the
 * newest. Records the status; *notice is then the notice with all known, NULL when nothing fits. all_done:
 * every part has its final report; any_failed: a part failed for good. When no part fits, the newest UNKNOWN
 * notice that this line armed for this number since then takes the report. Where its parts are 0, all_done
 * speaks of the parts reported.
 */
bool store_pair_report(struct store *store, void *mem, const char *line, const char *number, int reference,
                       int64_t since, int status, int64_t at, struct notice **notice, bool *all_done,
                       bool *any_failed);

/*
 * The same for a provider's receipt: by its id of the text on this line; else by notice_id, ours of the text,
 * when that one is for this line; else, as above, the newest UNKNOWN notice for this number, unless another
 * for it is just under way. external_id or number may be "", notice_id 0.
 */
bool store_pair_receipt(struct store *store, void *mem, const char *line, const char *external_id,
                        int64_t notice_id, const char *number, int64_t since, int status, int64_t at,
                        struct notice **notice, bool *all_done, bool *any_failed);
/* The status of a receipt for this id that came before the id was known: TP-ST, -1 none. The last one final.
 */
bool store_early_receipt(struct store *store, const char *line, const char *external_id, int *status);

struct notice_filter {
    int64_t after_id;
    const char *to;
    unsigned states; /* bit 1 << state; 0: all */
    int64_t case_id;
    bool not_guarded; /* not of cases that accuse officials */
    int limit;
};
bool store_each_notice(struct store *store, const struct notice_filter *filter,
                       bool (*each)(const struct notice *notice, void *arg), void *arg);
bool store_count_notices(struct store *store, const struct notice_filter *filter, int64_t *count);
/* How many there are in each state; counts has a place for each. */
bool store_tally_notices(struct store *store, int64_t *counts);
/* When the READY notice that has waited longest fell due, if that was before now; 0 none. */
bool store_oldest_due(struct store *store, int64_t now, int64_t *due_at);

#endif
