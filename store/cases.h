/*
 * Cases. None is ever deleted; steps.h has what happened to each.
 *
 * Phones are E.164, texts UTF-8, times seconds since 1970 UTC. A name or word that is not set reads as "", an
 * id or a time as 0.
 */
#ifndef STORE_CASES_H
#define STORE_CASES_H

#include "store/store.h"

/* Kept and listed as "new", "in hand", "closed", "rated", "explained", "out of scope", "merged", "withdrawn",
 * "no complaint".
 */
enum case_state {
    CASE_NEW,
    CASE_IN_HAND,
    CASE_CLOSED,
    CASE_RATED,
    CASE_EXPLAINED,
    CASE_OUT_OF_SCOPE,
    CASE_MERGED,
    CASE_WITHDRAWN,
    CASE_NO_COMPLAINT /* a text that was none: kept, and in no figure, list or date unless asked for */
};
#define CASE_STATES (CASE_NO_COMPLAINT + 1)

/* 民生, 民困, 民访; kept and listed by these Chinese names, which are the method's own terms. */
enum case_category { CATEGORY_LIVELIHOOD, CATEGORY_HARDSHIP, CATEGORY_PETITION };

/*
 * "", "unheard", "sealed": a case that began as a recording which nobody has written down is restricted until
 * then; one whose caller pressed 9 is the discipline office's alone, also after that.
 */
enum case_voice { VOICE_NONE, VOICE_UNHEARD, VOICE_SEALED };

/* "normal", "urgent". */
enum case_urgency { URGENCY_NORMAL, URGENCY_URGENT };

struct case_ {
    int64_t id;
    const char *number; /* yy + sequence + Damm digit */
    enum case_state state;
    const char *reporter; /* E.164, or as it came */
    bool is_anonymous;    /* handlers never see the number */
    const char *line;     /* line the reporter used last */
    enum case_category category;
    int confidence;    /* of the category, percent */
    const char *topic; /* "water", "road", ... "other" */
    enum case_urgency urgency;
    int64_t place;             /* unit id; 0 when none was found */
    int64_t unit;              /* unit that handles it; 0 none */
    const char *first_handler; /* phone; stays whatever happens; "" none yet */
    const char *handler;       /* phone; "" none yet */
    const char *leader;        /* phone of the leader who adopted it; "" */
    bool is_guarded;           /* accuses an official: art. 30 */
    const char *text;          /* what the reporter wrote, further texts joined by newlines */
    int64_t received_at;
    int64_t accepted_at, shown_on, finish_by, closed_at, rated_at; /* 0: not yet */
    int64_t touched_at;                                            /* last text of the reporter or step */
    int rating;                                                    /* 1..4; 0 none */
    int reopened;                                                  /* times */
    int64_t merged_into;                                           /* case id; 0 */
    int64_t accept_by;         /* deadline for accepting it, as the reporter was told; 0 for old cases */
    int64_t given_at;          /* when it last came to another unit, or back to its handler */
    int64_t take_by;           /* deadline for that unit to accept it */
    int64_t tell_by;           /* deadline for telling the reporter of progress; 0: told, or none */
    const char *urgency_class; /* the class of urgency that a person chose; "" none */
    bool is_away;              /* the reporter works away from home */
    int reviews;               /* reviews asked for: 1 复查, 2 also 复核 */
    int64_t review_by;         /* deadline for answering the open review; 0 none */
    int64_t reviewed_at;       /* when the last review was answered; 0 never */
    int public_works_year;     /* the year whose public works (年初大事) it is one of; 0 none */
    int households, residents; /* how many those works serve */
    int64_t alarmed_at;        /* when the alarm of danger was raised last; 0 never */
    int64_t alarm_at;          /* when the next person is rung; 0: no alarm is open */
    enum case_voice voice;     /* is_guarded goes with all but VOICE_NONE */
    int64_t returned_at;       /* when it was returned, while it still is to be sorted; 0: it is not */
};

/* Sets of states, as struct case_filter takes them. OPEN: the reporter still waits for a result. */
#define OPEN_STATES (1u << CASE_NEW | 1u << CASE_IN_HAND)
#define ENDED_STATES (1u << CASE_CLOSED | 1u << CASE_EXPLAINED | 1u << CASE_OUT_OF_SCOPE)
#define ANSWERED_STATES (ENDED_STATES | 1u << CASE_RATED)
bool case_state_is_open(enum case_state state);

/* The words above; constant strings. Parsing an unknown word returns false and sets nothing. */
const char *case_state_name(enum case_state state);
/* The kind of step whose words answered a case that ended so; NULL: it ended without an answer, or is open.
 */
const char *case_state_answer(enum case_state state);
bool case_state_parse(const char *name, enum case_state *state);
const char *case_urgency_name(enum case_urgency urgency);
const char *case_category_name(enum case_category category);
/* Takes the English words livelihood, hardship and petition, too. */
bool case_category_parse(const char *name, enum case_category *category);

/*
 * Inserts the case and gives it its id. The caller has drawn its number (store_next). The database refuses
 * any state but CASE_NEW.
 */
bool store_open_case(struct store *store, struct case_ *case_);
/* Writes back every field except number, reporter, received_at and state: only a step changes the state. */
bool store_update_case(struct store *store, const struct case_ *case_);
/* Takes a case out of the index of similar ones, search/likeness.h. */
bool store_unindex_case(struct store *store, int64_t case_id);
/* The case is another number's from now on: its unsent notices and its open question go there too. */
bool store_set_reporter(struct store *store, const struct case_ *case_, const char *phone);
/* From mem; NULL when there is none. */
bool store_case(struct store *store, void *mem, int64_t id, struct case_ **case_);
bool store_case_by_number(struct store *store, void *mem, const char *number, struct case_ **case_);

/* By what cases are ordered, and then by id; after_id goes with the first alone. */
enum case_order { ORDER_RECEIVED, ORDER_ACCEPT_BY, ORDER_FINISH_BY, ORDER_REVIEW_BY, ORDER_CLOSED };

/* Fields that are 0, NULL or false do not restrict. newest_first turns the order round. */
struct case_filter {
    int64_t id; /* itself only */
    const char *reporter;
    const char *handler;
    const char *leader; /* who adopted it */
    const char *topic;
    unsigned states; /* bit 1 << state; 0: all but CASE_NO_COMPLAINT */
    int category;    /* 1 + category; 0: all */
    int64_t place;   /* unit id, itself only */
    int64_t unit;
    int64_t since, until; /* received_at in [since, until) */
    int64_t closed_since,
        closed_until; /* closed_at in (closed_since, closed_until]; of closed cases, with states */
    int64_t finish_since,
        finish_until; /* finish_by in (finish_since, finish_until]; of cases in hand, with states */
    int64_t given_since, given_until;   /* given_at in (given_since, given_until] */
    int64_t given_after;                /* given_at so many seconds after finish_by, or later */
    int64_t accept_since, accept_until; /* accept_by in (accept_since, accept_until], with states */
    int64_t take_since, take_until;     /* the same of take_by, where it differs from accept_by */
    int64_t tell_since, tell_until;     /* tell_by in (tell_since, tell_until] */
    int64_t review_since, review_until; /* review_by in (review_since, review_until] */
    int public_works_year;
    int64_t alarm_until; /* an alarm is open, and alarm_at not later */
    int unsure_below;    /* confidence less than this, in percent */
    int64_t merged_into;
    int64_t jurisdiction; /* unit id: cases of the unit and the units below it, and of places in it; those of
                             no unit and no place are the county's */
    bool to_sort;         /* was returned, or has no place: an office has to sort it */
    bool is_returned;     /* was returned: an office has to sort it */
    bool lacks_place;     /* has no place, so that an office has to sort it, and was not returned */
    bool not_to_sort;     /* neither */
    bool is_place_asked;  /* has no place, and came with a point near none: a clerk has to find out */
    bool not_shown;       /* shown_on is 0 */
    bool is_shown;        /* shown_on is not 0 */
    bool not_guarded;
    bool is_guarded; /* restricted ones alone */
    bool is_urgent;
    bool is_rated_badly; /* 3 or 4 */
    enum case_order order;
    bool newest_first;
    int64_t after_id; /* with limit: pages */
    int limit;        /* 0: all */
};

/* Calls each(case, arg) for every match. The case lives only during the call; each returns false to stop. */
bool store_each_case(struct store *store, const struct case_filter *filter,
                     bool (*each)(const struct case_ *case_, void *arg), void *arg);
/* The same matches as an array from mem; NULL when there are none. */
bool store_cases(struct store *store, void *mem, const struct case_filter *filter, struct case_ **cases,
                 size_t *n);
/* From mem: every case merged into this one, also by way of others, by id; withdrawn ones are left out. */
bool store_merged_cases(struct store *store, void *mem, int64_t id, struct case_ **cases, size_t *n);
/* How many match; after_id and limit are ignored. */
bool store_count_cases(struct store *store, const struct case_filter *filter, int64_t *count);

/* Calls each(rating, count, arg) for every rating among the matching cases, 0 of those without one. False
 * from each stops. */
bool store_tally_ratings(struct store *store, const struct case_filter *filter,
                         bool (*each)(int rating, int64_t count, void *arg), void *arg);

/* When the next person is rung of any case; 0: no alarm is open. */
bool store_next_alarm(struct store *store, int64_t *at);

/* Counts open cases whose finish_by is before now, without restricted ones. */
bool store_count_overdue(struct store *store, int64_t now, int64_t *count);

#endif
