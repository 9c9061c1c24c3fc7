/*
 * The table of a call's states, and the call that it is about.
 */
#ifndef GATEWAY_VOICE_CALL_PRIVATE_H
#define GATEWAY_VOICE_CALL_PRIVATE_H

#include "gateway/voice/call.h"

enum call_state {
    CALL_GREETING,
    CALL_STARTING, /* the host makes a recording ready */
    CALL_RECORDING,
    CALL_REVIEW,   /* send it, hear it, say it again */
    CALL_FETCHING, /* the host fetches the recording */
    CALL_HEARING,
    CALL_PHONE,       /* a number is keyed by a caller whose own is withheld */
    CALL_PHONE_RIGHT, /* it is read out */
    CALL_FILING,
    CALL_TOLD,
    CALL_LOOKING, /* the host looks for the caller's cases */
    CALL_NUMBER,  /* a case number is keyed */
    CALL_CODE,    /* its code */
    CALL_LOOKING_UP,
    CALL_OFFICER, /* the officer's phone rings */
    CALL_JOINED,
    CALL_MISSED, /* nothing was recorded */
    CALL_NEWS,   /* we called: waits for the key to hear the news */
    CALL_NEWS_FETCHING,
    CALL_NEWS_TOLD,
    CALL_RATING,
    CALL_BACK_GREETING,
    CALL_ALARM,
    CALL_ASKED,         /* an officer, who is asked to speak to a caller */
    CALL_LISTENER,      /* a caller who may hear recordings is texted a code */
    CALL_LISTENER_CODE, /* it is keyed */
    CALL_NEXT,          /* the host fetches the next recording */
    CALL_HEARD,         /* it is played; what is it? */
    CALL_SENDING_UP,
    CALL_GOODBYE,
    CALL_OVER,
    CALL_STATES
};

enum call_happening {
    ON_KEY,
    ON_QUIET,  /* the state's time without a key, counted from the end of what is said */
    ON_SPEECH, /* before anything was asked for */
    ON_ANSWER,
    ON_REFUSAL,
    ON_LATE,   /* the host has not answered; a state without a row for it takes it as a refusal */
    ON_LIMIT,  /* of the call's length */
    ON_ENOUGH, /* the recording is at its end, and holds speech */
    ON_NOTHING /* the recording is at its end, and holds none; filed, it is too short for a case; nothing
                  waits to be heard */
};

/* What a row does beside changing the state. */
enum call_deed {
    DO_NOTHING,
    DO_DISCIPLINE, /* the recording is for the discipline office alone */
    DO_COLLECT,    /* a digit; the state changes when the number is whole */
    DO_FORGET,     /* the digits collected */
    DO_WRONG_KEY,  /* says so; after the third the caller is asked to speak */
    DO_NOT_NOTED,  /* says that the store failed */
    DO_WRONG_CODE, /* says so; after the third it ends */
    DO_AGAIN,      /* asks once more to speak; the second time nothing was recorded */
    DO_FAIL,       /* says that the recording could not be kept, and promises nothing */
    DO_LATE,       /* says that the recording is kept and the number follows */
    DO_AWAY,       /* nobody answered */
    DO_LANGUAGE,
    DO_HEARD,
    DO_RATE,  /* unless there is nothing to rate */
    DO_REPEAT /* says it again, three times in all; then hangs up */
};

/* keys: those the row is for; NULL: any. */
struct call_row {
    enum call_state state;
    enum call_happening on;
    const char *keys;
    enum call_deed deed;
    enum call_state next;
};

/* What is said on entering a state ("#" is the number at hand), what is wanted, and how long a key is waited
 * for. */
struct call_entry {
    const char *name, *says;
    int wants; /* enum call_want, -1 nothing */
    int quiet_ms;
};

enum {
    CALL_DIGITS_MOST = 16,
    CALL_BEFORE_FRAMES = 250,
    CALL_BEFORE_SPEECH = 75,
    CALL_CODE_DIGITS = 4,
    CALL_LISTENER_DIGITS = 6,
    CALL_NUMBER_DIGITS = 7 /* of a case, at least */
};

struct call {
    const struct call_host *host;
    struct keys *keys;
    struct player player;
    struct speech speech;
    enum call_state state;
    enum call_state first;
    char digits[CALL_DIGITS_MOST + 1];   /* keyed, or the case's number */
    char code[CALL_LISTENER_DIGITS + 1]; /* of that case, or a listener's own, keyed */
    struct clip clip;                    /* said for "recording" */
    int length_ms, state_ms, quiet_ms, recorded_ms, spoken_ms;
    int wrong_keys, empty_recordings, repeats;
    int missing_ms;                                    /* since anything came */
    int16_t before[CALL_BEFORE_FRAMES][FRAME_SAMPLES]; /* heard before a recording begins, a ring */
    unsigned n_before, spoken_from; /* frames so far; the first of them that a recording takes */
    unsigned silent_at;             /* the last of them behind a longer silence */
    bool has_spoken;                /* before the tone: the tone is then left out, and no word is lost */
    enum call_number number;        /* what is known of the caller's */
    bool is_for_discipline, is_filed, is_heard, may_rate;
};

/* call.c: something happens in the state; NUL where it is no key. */
void call_happen(struct call *call, enum call_happening on, char key);
void call_enter(struct call *call, enum call_state state);
/* Puts a frame into the recording. */
void call_record(struct call *call, const int16_t heard[FRAME_SAMPLES]);

extern const struct call_entry call_entries[CALL_STATES];

/* call_table.c: NULL: nothing happens. */
const struct call_row *call_find_row(enum call_state state, enum call_happening on, char key);

#endif
