/*
 * One step that somebody wants to take: an act, the case, who acts, and what came of it.
 */
#ifndef GATEWAY_CASE_ACTION_H
#define GATEWAY_CASE_ACTION_H

#include "gateway/understand/understand.h"
#include "store/cases.h"
#include "store/county/counties.h"
#include "store/people.h"

enum act {
    ACT_ADD,
    ACT_LATE_PART,
    ACT_SPLIT_OFF,
    ACT_RATE,
    ACT_COMPLAIN,       /* rated 4 too late to be reopened */
    ACT_APPEAL,         /* 复查 */
    ACT_APPEAL_OUTSIDE, /* the same where a body above the county must answer: the reporter is told which */
    ACT_WITHDRAW,
    ACT_CARRY_ON, /* a merged case takes the place of the one it was merged into, which was withdrawn */
    ACT_HIDE,     /* 匿名 */
    ACT_DISOWN,   /* whoever has the number now says that they never reported it */
    ACT_REOPEN,
    ACT_ACCEPT,
    ACT_PROGRESS,
    ACT_CLOSE,
    ACT_EXPLAIN,
    ACT_REFUSE, /* out of scope */
    ACT_RETURN,
    ACT_RECUSE, /* 回避 */
    ACT_FORWARD,
    ACT_FORWARD_OUT,  /* to another county: a copy goes, the case stays */
    ACT_LINK,         /* the other county has its copy, and its number is known */
    ACT_COPY_REFUSED, /* the other county has none */
    ACT_SPLIT,
    ACT_MERGE,
    ACT_TAKE_IN,   /* the other side of a merge */
    ACT_HAND_OVER, /* 交接 */
    ACT_EXTEND,
    ACT_RECLASS,
    ACT_PLACE,        /* 改地 */
    ACT_RENUMBER,     /* 改号 */
    ACT_MOVE_OUT,     /* 移: words leave this case */
    ACT_MOVE_IN,      /* the other side of it */
    ACT_NO_COMPLAINT, /* 非诉求 */
    ACT_SHOW_NOW,
    ACT_HOLD,
    ACT_VIEW,
    ACT_ADOPT, /* 包案 */
    ACT_NUDGE,
    ACT_PUBLIC_WORKS,  /* 年初大事 */
    ACT_URGENCY_CLASS, /* change the urgency class */
    ACT_REVIEW,        /* the answer to 复查 */
    ACT_CLEAR,         /* nobody is accused */
    ACT_SHOW,
    ACT_REPORT,
    ACT_REMIND,
    ACT_HEAR,        /* somebody listens to a recording */
    ACT_WRITE_DOWN,  /* 听写: what a recording says */
    ACT_SEND_UP,     /* 举报: it accuses an official */
    ACT_RING,        /* somebody is rung about danger, see alarm.h */
    ACT_ANSWER_ALARM /* somebody who was rung sees to it */
};

enum { QUESTION_SECONDS = 72 * 3600, REOPEN_SECONDS = 7 * 86400 };

/* Why a step may not be taken. Each has a text that says so to whoever asked for it. */
enum refusal {
    NOT_REFUSED,
    REFUSED_NO_SUCH_CASE, /* or one that this person may not know of: the two are answered alike */
    REFUSED_MAY_NOT,
    REFUSED_ACCEPT_FIRST,
    REFUSED_NOT_NOW,
    REFUSED_NOT_YET, /* the reporter's case is still open */
    REFUSED_DONE_BEFORE,
    REFUSED_WORDS_MISSING,
    REFUSED_GUARDED,
    REFUSED_LESS_URGENT,
    REFUSED_TOO_LONG,
    REFUSED_TOO_LATE, /* to reopen */
    REFUSED_TOO_LATE_TO_APPEAL,
    REFUSED_TOO_LATE_TO_RETURN,
    REFUSED_UNDER_REVIEW,
    REFUSED_REVIEW_IS_FINAL,
    REFUSED_NO_REVIEW,
    REFUSED_OTHERS_NUMBER, /* words for a reporter hold the number of somebody else's case */
    REFUSED_LOCKED,        /* too many wrong codes */
    REFUSED_CAME_FROM      /* the case is a copy from the county that it should be forwarded to */
};

/* The name of the text that says why, which is also what an event keeps as its reason; NULL: not refused. */
const char *refusal_name(enum refusal refusal);

/* Why the supervisors hear of a step. */
enum escalation {
    NOT_ESCALATED,
    ESCALATED_UNREPORTED, /* closed without a word of progress */
    ESCALATED_AGAIN       /* reopened once too often */
};

/* The word by which the text "escalated" chooses its reason. */
const char *escalation_name(enum escalation escalation);

struct action {
    enum act act;
    struct case_ *case_; /* changed in place and written back */
    const struct person *by;
    const char *words; /* NULL: none */
    const char *line;  /* NULL: not by a line */
    int64_t event_id;
    int64_t sent_at;             /* when the words were sent; 0: now */
    int rating;                  /* ACT_RATE */
    int days;                    /* ACT_EXTEND */
    int households, residents;   /* ACT_PUBLIC_WORKS */
    const struct unit *unit;     /* ACT_FORWARD; ACT_PLACE: the village or township */
    const char *reason;          /* ACT_FORWARD: why; NULL: not said */
    const struct county *county; /* ACT_FORWARD_OUT; of ACT_LINK and ACT_COPY_REFUSED: only code and name */
    const char *their_number;    /* ACT_LINK */
    const char *why;             /* ACT_COPY_REFUSED: a TRANSFER_WHY */
    const struct case_ *other;   /* ACT_MERGE, ACT_TAKE_IN, ACT_CARRY_ON */
    const struct person *heir;   /* ACT_HAND_OVER; NULL: nobody has it then */
    enum case_category category; /* ACT_RECLASS */
    const char *topic;           /* ACT_RECLASS; NULL: keep it */
    const char *urgency_class;   /* ACT_URGENCY_CLASS */
    int64_t on;                  /* ACT_SHOW: the date's moment; 0: now */
    bool corrects_place;         /* ACT_ADD: the place of the words counts, whatever was known before */
    bool is_silent;              /* tell nobody: the caller does */
    const char *whole;           /* ACT_LATE_PART: the case's text with its gap filled; NULL */
    const struct understood
        *understood; /* ACT_ADD, ACT_LATE_PART, ACT_WRITE_DOWN: of the added text; NULL elsewhere */

    int64_t step_id;            /* result */
    enum escalation escalation; /* result */
    enum refusal refusal;       /* result */
    bool was_unheard;           /* result: ACT_WRITE_DOWN: nobody could be given the case before */
    bool is_restricted;         /* result: the words accuse an official, and the case went one level above */
    bool is_renewed;            /* result: ACT_FORWARD: the days to finish begin again */
    bool is_repeat;             /* result: it was done before, and nothing happened now */
};

#endif
