/*
 * Events: everything that reached us, and the parts of messages that are not complete yet. Times are seconds
 * since 1970 UTC. What is found is allocated from mem.
 */
#ifndef STORE_EVENTS_H
#define STORE_EVENTS_H

#include "store/store.h"

/* Written "text", "part", "receipt", "call", "notification". */
enum event_kind { EVENT_TEXT, EVENT_PART, EVENT_RECEIPT, EVENT_CALL, EVENT_NOTIFICATION };

enum { PART_WIDE = 0x10000 };

/* The line of what people file on the operator's page. */
#define EVENT_LINE_PAGE "page"

/* Lines of programs that file forms (Open311), followed by the token's name: what they bring is never a
 * command. */
#define EVENT_LINE_FORMS "open311:"

/* The line of what the centre sends. */
#define EVENT_LINE_CENTRE "centre"

/* What such a form says besides its words. Unset: NULL or 0. */
struct form_facts {
    const char *topic; /* the one that was chosen */
    int64_t place;     /* unit id of where it is */
    const char *point; /* latitude and longitude as they were given, where no place is near */
};

struct copied; /* county/transfers.h */

struct last_seen {
    int64_t case_id, step_id;
};

struct event {
    int64_t id; /* 0 until stored */
    enum event_kind kind;
    const char *line;        /* name of the line that brought it */
    const char *external_id; /* its key on that line: the same key twice is the same event */
    bool is_key_derived;     /* for store_add_event: the key was made from sender, text and time, and is kept
                                sealed, so that nobody finds the sender by trying numbers */
    const char *from;        /* E.164 where it is a number, else as it came */
    const char *to;          /* NULL when the line does not tell */
    int64_t at;          /* when it was sent, by the network's clock; received_at if that is implausible */
    int64_t received_at; /* when we got it, by our clock */
    const char *text;    /* UTF-8; NULL for a receipt or a call */
    const char *raw;     /* as it came (PDU in hex, body of the request), kept as evidence */
    int reference;       /* EVENT_PART: of the concatenation, PART_WIDE added to a 16-bit one (23.040
                            9.2.3.24.8); EVENT_RECEIPT: the message's reference */
    int total,
        sequence; /* EVENT_PART; sequence from 1; total also of an EVENT_TEXT that was joined from parts */
    int status;   /* EVENT_RECEIPT: TP-ST */
    int64_t discharged_at; /* EVENT_RECEIPT */
    /* EVENT_RECEIPT of a provider, not stored: the provider's id of the text, and ours if it sent that; NULL
     */
    const char *message_id, *own_id;
    /* of the operator's page, not stored: the sender has just proven who they are, so that ★ needs no code;
     * and the last steps that they saw: the text counts only if none of these cases has a later one */
    bool is_confirmed;
    const struct last_seen *seen;
    size_t n_seen;
    bool is_unreadable;   /* EVENT_NOTIFICATION, not stored: the line cannot decode it, only raw holds it */
    const char *outcome;  /* event_outcome_name; NULL: none yet */
    const char *why;      /* for "failed" and "ignored": the reason */
    int64_t case_id;      /* the case it made or touched; 0 when none */
    int64_t recording_id; /* EVENT_CALL, not stored: what was recorded in the call; 0 nothing */
    const struct form_facts *form; /* of EVENT_LINE_FORMS, not stored; NULL: none. Their to is the number of
                                      the case that the words belong to; NULL or "": they are a new one */
    const struct copied *copied; /* not stored: another county's case that it brings a copy of; NULL: none */
    bool
        is_sender_hidden; /* only read, never written: the sender asked not to be named, so nobody may be
                             shown from, external_id or raw. Set by store_each_event and store_event_by_key */
};

/* The words above. */
const char *event_kind_name(enum event_kind kind);

/* What became of an event. */
enum event_outcome {
    OUTCOME_CASE,     /* it opened a case */
    OUTCOME_ADDED,    /* its words were added to a case */
    OUTCOME_COMMAND,  /* it was a command, and was carried out or refused */
    OUTCOME_ANSWERED, /* it was answered, and nothing else came of it */
    OUTCOME_IGNORED,  /* nothing came of it; why says so */
    OUTCOME_WAITING,  /* it waits for the sender's answer, or for the other parts */
    OUTCOME_JOINED,   /* a part that was joined to its message */
    OUTCOME_FAILED    /* it could not be handled; why has the error */
};

/* "case", "added", "command", ...: what an event keeps. */
const char *event_outcome_name(enum event_outcome outcome);

/* Adds the event and gives it its id; 0: this line had already delivered it, and nothing was added. */
bool store_add_event(struct store *store, struct event *event);

#define STORE_BLANKED "******"

/* Replaces a text that held a one-time code by STORE_BLANKED, and drops the raw message. */
bool store_blank_event(struct store *store, int64_t id);

/* Writes the event's outcome, why and case_id; finds it by id. */
bool store_finish_event(struct store *store, const struct event *event);

/* Which events a list wants; zero fields do not restrict. Newest last. */
struct event_filter {
    int64_t after_id;
    const char *from;
    const char *outcome;
    const char *line;
    int64_t since;    /* received_at */
    bool not_guarded; /* not of cases that accuse officials */
    int limit;        /* 0: all */
};

/* Calls each(event, arg) for every match, in order of id; the event lives only during the call. */
bool store_each_event(struct store *store, const struct event_filter *filter,
                      bool (*each)(const struct event *event, void *arg), void *arg);

/* By id; NULL when there is none. */
bool store_event(struct store *store, void *mem, int64_t id, struct event **event);
/* The event a line brought under this key; NULL when there is none. */
bool store_event_by_key(struct store *store, void *mem, const char *line, const char *external_id,
                        struct event **event);

/*
 * The newest text of this sender before the given event id; NULL when none. A message in parts is found as
 * the one part that has the message's outcome.
 */
bool store_last_text(struct store *store, void *mem, const char *from, int64_t before_id,
                     struct event **event);

/* How many of the sender's texts since a time (received_at) were exactly this text. */
bool store_count_same_text(struct store *store, const char *from, const char *text, int64_t since,
                           int *count);
/* The same among the sender's latest 50 texts, with the digits 0 to 9 left out of all. */
bool store_count_alike_texts(struct store *store, const char *from, const char *text, int64_t since,
                             int *count);

/*
 * message_parts.c. A message that comes in parts (23.040 9.2.3.24.1): one group for each reference a sender
 * uses, until it is complete or has waited too long.
 */
struct part_group {
    int64_t id;
    const char *line, *from, *to;
    int reference, total;
    int present;       /* how many parts have come */
    int64_t first_at;  /* arrival of the first part */
    int64_t sent_at;   /* at of the first part */
    bool is_delivered; /* joined, or delivered with gaps after waiting too long */
    int64_t case_id;   /* the case it made, which a late part joins; 0 none */
};

/*
 * Puts a part (an event already added, with its id) in its group: an undelivered group of the same line,
 * sender, reference and total, sent within 20 minutes of it, that lacks this sequence, or a delivered one
 * that lacks it and began after late_after; else a new one. *is_repeat: the group has this part already. A
 * sequence outside 1..total is an error. Each part is a row at once: nothing waits in memory.
 */
bool store_add_part(struct store *store, void *mem, const struct event *part, int64_t late_after,
                    struct part_group **group, bool *is_repeat);

/* The texts of a group by sequence, from mem: texts[0..total-1], NULL where a part is missing, and the parts'
 * event ids alike, 0 where it is. */
bool store_group_texts(struct store *store, void *mem, int64_t group_id, int total, const char ***texts,
                       int64_t **event_ids);

/* The parts as they came (event.raw) by sequence, from mem; NULL where one is missing, or was erased. */
bool store_group_raws(struct store *store, void *mem, int64_t group_id, int total, const char ***raws);

/* Marks a group delivered, and its waiting part events "joined". case_id 0: it made no case. */
bool store_deliver_group(struct store *store, int64_t group_id, int64_t case_id);

/* Blanks the group's parts as store_blank_event does, if their message, the event, was blanked. */
bool store_blank_parts(struct store *store, int64_t group_id, int64_t event_id);

/* Undelivered groups whose first part came before a time. */
bool store_waiting_groups(struct store *store, void *mem, int64_t before, struct part_group **groups,
                          size_t *n);

/* Arrival of the oldest first part that still waits; 0 when none. */
bool store_oldest_waiting(struct store *store, int64_t *first_at);

#endif
