/*
 * One call, whatever carries it: what the caller hears, says and keys, as a table of states (call_table.c).
 * It runs on the thread that carries the sound: nothing here waits, allocates or touches a file. What takes
 * time is asked of the host, which answers during a later frame.
 */
#ifndef GATEWAY_VOICE_CALL_H
#define GATEWAY_VOICE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/sound/keys.h"
#include "gateway/voice/sound/player.h"
#include "gateway/voice/sound/speech.h"

/* What a call asks of its host. Those with "answer" wait for call_answer. */
enum call_want {
    WANT_RECORDING, /* answer: a row and a file for a recording that begins */
    WANT_REPLAY,    /* answer, after call_play: the recording, to be heard by the caller */
    WANT_CASE,      /* answer, its number: what was recorded is the caller's report. digits: the phone that a
                       caller      without a number keyed, "" none; once a call. Also after the caller hung up */
    WANT_OWN_CASES, /* answer, words: how the caller's cases stand */
    WANT_STATUS,    /* answer, words: how the case whose number is in digits stands */
    WANT_OFFICER,   /* answer: join the caller to the officer on duty */
    WANT_CALL_BACK, /* answer, words: nothing was recorded, and what is done about it */
    WANT_NEWS,      /* answer, words: why we call the person; with "rate" they may rate their case */
    WANT_RATING,    /* answer, words: digits is the key, 1 to 4 */
    WANT_LISTENER,  /* answer: a code is texted to the caller, who may hear recordings that wait */
    WANT_NEXT,     /* answer, after call_play: the next of them; words: its case. digits: the code, "" once it
                      was right. Good without a number in words: none is left */
    WANT_SEND_UP,  /* answer, words: the one heard last accuses an official */
    WANT_LANGUAGE, /* the caller wants the other language */
    WANT_END       /* hang up; nothing is wanted afterwards */
};

/* What is known of a caller's number. */
enum call_number { NUMBER_SHOWN, NUMBER_WITHHELD, NUMBER_OF_LANDLINE };

/* phone: E.164; "": withheld. */
enum call_number call_number_of(const char *phone);

/* Why there is a call: a caller rings us, or we ring a person or an officer for a caller. */
enum call_reason { REASON_CALLER, REASON_NEWS, REASON_CALL_BACK, REASON_ALARM, REASON_OFFICER };

struct call;

struct call_host {
    void *arg;
    void (*want)(void *arg, enum call_want want, const char *digits);
    /* A frame of the recording. */
    void (*record)(void *arg, const int16_t samples[FRAME_SAMPLES]);
    /* The clip of a prompt in the caller's language; n 0: there is none, and nothing is said. */
    struct clip (*prompt)(void *arg, const char *id);
    const char *office; /* a telephone number for callers of whom nothing can be kept; NULL or "": none */
};

/* A call that came (REASON_CALLER), or that we made and somebody answered. A caller who withholds the number
 * or uses a landline may key a mobile's. host must outlive the call. From mem. */
struct call *call_new(void *mem, const struct call_host *host, enum call_reason reason,
                      enum call_number number);

/* The next four: call_frame.c. */
/* 20 ms: takes what was heard, fills in what is said. heard NULL: nothing has come, and nothing is recorded;
 * that counts as silence at the end of a recording. */
void call_frame(struct call *call, const int16_t heard[FRAME_SAMPLES], int16_t said[FRAME_SAMPLES]);
/* A frame that came late, beside those of call_frame: heard, and no time passes. */
void call_hear(struct call *call, const int16_t heard[FRAME_SAMPLES]);
/* keys_event of the call's keys. */
void call_key_event(struct call *call, int event, uint32_t timestamp);
/* keys_notice of the call's keys. */
void call_key_notice(struct call *call, char key);
/* Whether an answer to this want would be heard now. */
bool call_awaits(const struct call *call, enum call_want want);
/* The host's answer to a want that has one; one that comes when its time has passed changes nothing. words:
 * what to say, as prompts' ids and numbers separated by spaces
 * ("state-in-hand 26000010"); the number of WANT_CASE is kept for what follows, a code behind it
 * is read out too; other words say that it is too short to be a case. Refused with the word "code",
 * WANT_STATUS needs the case's code behind its number. False in is_good: it could not be. */
void call_answer(struct call *call, enum call_want want, bool is_good, const char *words);
/* The clip that is said for "recording"; it is kept until the next is wanted, or the call ends. */
void call_play(struct call *call, struct clip clip);
/* The caller hung up, or the line broke: what was said is filed if it is 2 s or more, else a call-back is
 * wanted, and then the end. */
void call_hung_up(struct call *call);

/* Tells the call that the officer joined to the caller has hung up. */
void call_part(struct call *call);
/* Whether the caller and an officer are connected, so that each hears the other. */
bool call_is_joined(const struct call *call);
/* For a call that we made: whether the person has heard why we call, or pressed the key that confirms it. */
bool call_is_heard(const struct call *call);

/* Pressed 9: only the discipline office may hear it. */
bool call_is_for_discipline(const struct call *call);
/* Nothing more will happen. */
bool call_is_over(const struct call *call);
/* The state's name, for logs and tests. */
const char *call_state_name(const struct call *call);

#endif
