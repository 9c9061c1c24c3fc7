/*
 * Notices: texts to send, and what is known of each. outbox.c: claiming, arming and sending; receipts.c: sent
 * parts and delivery reports; notices.c: the rest.
 *
 * Numbers are E.164, texts UTF-8, times seconds since 1970 UTC. What is found is allocated from mem.
 * Functions that change a notice in certain states only do nothing in others.
 */
#ifndef STORE_NOTICES_H
#define STORE_NOTICES_H

#include "store/store.h"

/*
 * READY -> CLAIMED (leased to a line; after a crash certainly unsent) -> ARMED (committed before the octet
 * that makes the network send it) -> SENT -> DELIVERED or FAILED. UNKNOWN: armed, but no answer came, so it
 * may have been sent. CANCELLED: recalled before it was sent. Kept and listed in capitals.
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

/* The order of sending: what is of danger, then answers, notices, and bulk. */
enum notice_priority { PRIORITY_ANSWER, PRIORITY_NOTICE, PRIORITY_BULK };

struct notice {
    int64_t id;
    const char *to;
    const char *text;
    const char *name; /* of its template, or "send" */
    const char *line; /* line to use; "" any that fits */
    enum notice_state state;
    enum notice_priority priority;
    bool any_hour;  /* goes out in quiet hours too */
    int64_t due_at; /* not to be sent before */
    int64_t lease_until;
    int attempts;
    int parts;      /* 0 until known */
    int parts_sent; /* the next attempt begins behind these: the network has them, or may have */
    int reference;  /* TP-MR of its first part; -1 none */
    int64_t case_id, step_id, event_id; /* 0 when none */
    int64_t created_at, sent_at, settled_at;
    const char *why;     /* of the last failure; "" */
    const char *data;    /* JSON its template was filled with, for providers that fill their own; "" */
    int64_t own_case_at; /* when the case was received that the recipient reported and is told of; 0: none */
    /*
     * Only read, by store_notice and store_each_notice. is_to_hidden: the recipient asked not to be named,
     * so nobody may be shown to. is_withheld: only those who may see restricted cases may see the notice.
     */
    bool is_to_hidden, is_withheld;
};

/*
 * Whether a text of this name holds a one-time code. Every way to CANCELLED, FAILED or UNKNOWN blanks such a
 * text; whoever sends it blanks it once it is sent (store_blank_notice).
 */
bool notice_is_secret(const char *name);

/* Whether a text of this name goes out before all others and beyond every limit: danger to life or health. */
bool notice_is_of_danger(const char *name);

/* In capitals, as above. */
const char *notice_state_name(enum notice_state state);

/* Adds the notice and gives it its id; reference is kept as -1. */
bool store_add_notice(struct store *store, struct notice *notice);
/* How many of this name about a case went or go to this number ("": to anybody), made since then; recalled
 * ones do not count. */
bool store_count_notices_of_case(struct store *store, int64_t case_id, const char *to, const char *name,
                                 int64_t since, int64_t *n);
/* How many of this name were made to this number since then; recalled ones do not count. */
bool store_count_notices_to(struct store *store, const char *to, const char *name, int64_t since, int64_t *n);
/* NULL when there is none. */
bool store_notice(struct store *store, void *mem, int64_t id, struct notice **notice);
/* The cases that notices to this number since then were about, the latest told first; recalled notices do not
 * count. */
enum { TOLD_CASES = 16 };
struct told_cases {
    int64_t ids[TOLD_CASES];
    size_t n;
};
bool store_told_cases(struct store *store, const char *to, int64_t since, struct told_cases *told);
/* The latest texts to this number, at most TEXTS_TO, made since then, whatever became of them. */
enum { TEXTS_TO = 32 };
bool store_texts_to(struct store *store, void *mem, const char *to, int64_t since, const char ***texts,
                    size_t *n);
/* The latest texts that tell of this case, at most TEXTS_TO, to whomever. */
bool store_texts_of_case(struct store *store, void *mem, int64_t case_id, const char ***texts, size_t *n);
/* The newest of this name to this number; NULL when none. */
bool store_last_notice(struct store *store, void *mem, const char *to, const char *name,
                       struct notice **notice);

/*
 * Claims up to limit READY notices that are due and may go by this line (those for it, and with takes_any
 * those for any line), of danger first, then by priority and age, until lease_until. Leases that ended by now
 * go back to READY first. quiet_until: when the quiet hours end, until which only notices for any hour are
 * claimed; 0: it is none. *next_due: when the next notice falls due or the next lease ends; 0 none. Needs a
 * transaction.
 */
bool store_claim_notices(struct store *store, void *mem, const char *line, bool takes_any, int64_t now,
                         int64_t quiet_until, int64_t lease_until, int limit, struct notice **notices,
                         size_t *n, int64_t *next_due);
/* The same of nothing but what danger makes go out (notice_is_of_danger). Needs a transaction. */
bool store_claim_danger(struct store *store, void *mem, const char *line, bool takes_any, int64_t now,
                        int64_t lease_until, int limit, struct notice **notices, size_t *n);
/*
 * CLAIMED -> ARMED, and counts the attempt; CANCELLED where the case it tells of (own_case_at) is not of who
 * has the recipient's number now. *is_armed false: that, or the lease has ended; do not send.
 * parts: how many texts it takes, so that reports on some of them do not settle it; 0 unknown. texts: as how
 * many it counts for rates now: all that it goes out as, or of a modem's parts, which are armed one by one,
 * those up to the first to go out. Needs a transaction.
 */
bool store_arm_notice(struct store *store, int64_t id, int parts, int texts, int64_t now, bool *is_armed);
/*
 * Arms a further part (from 2), before the last octet of it goes out, and keeps the reference of the one
 * before it (-1: none is known). After a crash, the parts that were not armed are certainly unsent. *is_armed
 * false: the notice is not ARMED; do not send. Needs a transaction.
 */
bool store_arm_part(struct store *store, int64_t id, int part, int former_reference, int64_t now,
                    bool *is_armed);
/* ARMED -> SENT; also UNKNOWN -> SENT, when the answer came late. reference: TP-MR of the first part, -1
 * none. */
bool store_sent_notice(struct store *store, int64_t id, int parts, int reference, int64_t at);
/* Keeps the reference (TP-MR) of a part of an attempt, by which its report is found; -2: it was sent, but the
 * modem named none. attempt and part count from 1. */
bool store_set_reference(struct store *store, int64_t notice_id, int attempt, int part, int reference);
/*
 * ARMED -> READY at due_at for the parts behind parts_sent, which were certainly not sent; they go by this
 * line, so that the phone joins them. Needs a transaction.
 */
bool store_partly_sent(struct store *store, int64_t id, int parts, int parts_sent, const char *line,
                       int64_t due_at, const char *why);
/* How many parts the network is known to have taken in their latest attempt. */
bool store_count_taken_parts(struct store *store, int64_t id, int *taken);
/* Keeps a provider's id of a part of the latest attempt, sent at armed_at where that is not known; a receipt
 * already paired with that id stays. */
bool store_add_sent_id(struct store *store, int64_t notice_id, const char *line, int part,
                       const char *external_id, int64_t armed_at);
/* SENT -> READY at due_at, whole, when no part arrived. Reports on the former attempt still find it. */
bool store_send_again(struct store *store, int64_t id, int64_t due_at, const char *why);
/* ARMED -> UNKNOWN; a receipt that came earlier is kept. */
bool store_unknown_notice(struct store *store, int64_t id, const char *why, int64_t at);
/* CLAIMED, ARMED or UNKNOWN -> READY at due_at, once it is certain that the parts behind parts_sent were
 * refused. Also READY, when parts_sent was too many. */
bool store_retry_notice(struct store *store, int64_t id, int parts_sent, int64_t due_at, const char *why);
/* FAILED or UNKNOWN -> READY, due now, by an operator's decision. *is_ready false: it was in another state.
 */
bool store_resend_notice(struct store *store, int64_t id, int64_t now, bool *is_ready);
/* READY or CLAIMED -> CANCELLED. *is_recalled false: it was in another state. */
bool store_recall_notice(struct store *store, int64_t id, int64_t now, bool *is_recalled);
/* CLAIMED or ARMED -> READY, when it was certainly not sent and that is not its fault: the attempt is not
 * counted. lease_until: of the claim that gives it back; a later claim of the notice is left alone. */
bool store_release_notice(struct store *store, int64_t id, int64_t lease_until);
/* Sets UNKNOWN, FAILED, DELIVERED or CANCELLED, unless it is already DELIVERED or CANCELLED. */
bool store_settle_notice(struct store *store, int64_t id, enum notice_state state, const char *why,
                         int64_t at);
/* DELIVERED -> FAILED, when a later report says that another part of the text did not arrive. */
bool store_fail_part(struct store *store, int64_t id, const char *why, int64_t at);
/*
 * When the gateway starts: CLAIMED -> READY, ARMED -> UNKNOWN; counts both. A text of several parts of which
 * the last ones were not armed -> READY for these, by the same line: counted as readied.
 */
bool store_recover_notices(struct store *store, int64_t at, int *readied, int *unknown);
/* Replaces the text of a notice that has left the outbox: one-time codes are blanked once sent. */
bool store_blank_notice(struct store *store, int64_t id, const char *text);
/* Recalls the unsent notices of a case, or with step_id not 0 of that step only; *n counts them. */
bool store_cancel_notices(struct store *store, int64_t case_id, int64_t step_id, int64_t at, int *n);

/* How many texts a line's notices came to that were armed in [since, until): a long one is several. */
bool store_count_armed(struct store *store, const char *line, int64_t since, int64_t until, int *texts);

/* The same, second by second. */
struct armed_second {
    int64_t at;
    int texts;
};
bool store_armed_seconds(struct store *store, void *mem, const char *line, int64_t since, int64_t until,
                         struct armed_second **seconds, size_t *n);
/* Calls by this line, to one number or to anybody (""), that were armed since then; *last: the latest, 0
 * none.
 */
bool store_count_calls(struct store *store, const char *line, const char *to, int64_t since, int64_t *n,
                       int64_t *last);
/* Notices of this line whose sending was cut off (UNKNOWN), by id, at most limit. */
bool store_unknown_of_line(struct store *store, void *mem, const char *line, int limit,
                           struct notice **notices, size_t *n);
/* Lets the READY notices for this line go by any line, but for those of which it has sent parts. */
bool store_reroute_notices(struct store *store, const char *line);

/* What a report or receipt was paired with. */
struct pairing {
    struct notice *notice; /* NULL: it is of no text of ours */
    bool all_done;   /* every part has its final report (every reported part, if their number is unknown) */
    bool any_failed; /* a part failed for good, in its last attempt */
    bool all_failed_for_now; /* so did all, and another try may succeed: TP-ST 0x60..0x7f, 23.040 9.2.3.15 */
    bool is_adopted;         /* by number and time alone: its reference was unknown */
    int texts;               /* short messages that the notice counted as when it was armed */
};

/* A status report (23.040 9.2.2.3). */
struct delivery_report {
    const char *line, *number;
    int reference;   /* TP-MR */
    int status;      /* TP-ST */
    int64_t sent_at; /* TP-SCTS: when the centre took the text */
    int64_t at;      /* now */
};

/*
 * Pairs a report with the part it is of, and records its status: of the parts with this line, number and
 * reference that were armed within minutes of sent_at, the nearest; of equally near ones (references repeat
 * after 256 texts) the oldest without a final status. When there is none, a part of an UNKNOWN notice whose
 * reference is not known and that was armed as near. Failing that, the only part in three days with this
 * reference, if sent_at is off by whole hours, as of a centre that states a wrong time zone.
 */
bool store_pair_report(struct store *store, void *mem, const struct delivery_report *report,
                       struct pairing *pairing);

/*
 * A provider's receipt. external_id may be "", notice_id (ours) 0. number: of the recipient, as the provider
 * writes it, or "" when it cannot be compared; the receipt of another number is of no text of ours.
 */
struct delivery_receipt {
    const char *line, *external_id, *number;
    int64_t notice_id;
    int status;    /* as TP-ST */
    int64_t since; /* texts armed before are not looked for */
    int64_t at;    /* now */
};

/*
 * Pairs a receipt by the provider's id of the text; else by our id, if this line sent that notice; else with
 * the newest UNKNOWN notice for this number, unless another to it is being sent.
 */
bool store_pair_receipt(struct store *store, void *mem, const struct delivery_receipt *receipt,
                        struct pairing *pairing);
/*
 * The status (TP-ST) of a receipt with this provider's id that came before we knew the id: the newest final
 * one, else the newest; -1 none.
 */
bool store_early_receipt(struct store *store, const char *line, const char *external_id, int *status);

/* Fields that are 0, NULL or false do not restrict. */
struct notice_filter {
    int64_t after_id;
    const char *to, *line; /* NULL: all */
    unsigned states;       /* bit 1 << state; 0: all */
    int64_t case_id;
    bool not_guarded; /* without those of restricted cases (art. 30): see withheld.h */
    int limit;
};
/* Calls each(notice, arg) for every match, by id; the notice lives only during the call. False stops. */
bool store_each_notice(struct store *store, const struct notice_filter *filter,
                       bool (*each)(const struct notice *notice, void *arg), void *arg);
/* When a text was last given to this line, seconds since 1970 UTC; 0: never. */
bool store_last_sent(struct store *store, const char *line, int64_t *at);
/* How many match; limit is ignored. */
bool store_count_notices(struct store *store, const struct notice_filter *filter, int64_t *count);
/* How many there are in each state: counts is indexed by enum notice_state. */
bool store_tally_notices(struct store *store, int64_t *counts);
/* The earliest due_at of the READY notices that are due; 0 none. */
bool store_oldest_due(struct store *store, int64_t now, int64_t *due_at);

#endif
