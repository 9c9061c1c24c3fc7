#include <string.h>

#include "gateway/voice/call_private.h"

enum { NO_WANT = -1, KEY_MS = 3000, REVIEW_MS = 5000, DIGITS_MS = 8000, ANSWER_MS = 10000, RING_MS = 25000 };

const struct call_entry call_entries[CALL_STATES] = {
    [CALL_GREETING] = { "greeting", "greeting", NO_WANT, KEY_MS },
    [CALL_STARTING] = { "starting", "", WANT_RECORDING, ANSWER_MS },
    [CALL_RECORDING] = { "recording", "tone", NO_WANT, 0 },
    [CALL_REVIEW] = { "review", "review", NO_WANT, REVIEW_MS },
    [CALL_FETCHING] = { "fetching", "", WANT_REPLAY, ANSWER_MS },
    [CALL_HEARING] = { "hearing", "", NO_WANT, 200 },
    [CALL_PHONE] = { "phone", "key-phone", NO_WANT, DIGITS_MS },
    [CALL_PHONE_RIGHT] = { "phone-right", "phone-is # phone-right", NO_WANT, DIGITS_MS },
    [CALL_FILING] = { "filing", "", WANT_CASE, ANSWER_MS },
    [CALL_TOLD] = { "told", "received # pause again # pause", NO_WANT, 200 },
    [CALL_LOOKING] = { "looking", "", WANT_OWN_CASES, ANSWER_MS },
    [CALL_NUMBER] = { "number", "key-number", NO_WANT, DIGITS_MS },
    [CALL_LOOKING_UP] = { "looking-up", "", WANT_STATUS, ANSWER_MS },
    [CALL_OFFICER] = { "officer", "officer", WANT_OFFICER, RING_MS },
    [CALL_JOINED] = { "joined", "", NO_WANT, 0 },
    [CALL_GOODBYE] = { "goodbye", "goodbye", NO_WANT, 200 },
    [CALL_OVER] = { "over", "", WANT_END, 0 },
};

/* The first row that fits counts. What is not here changes nothing. */
static const struct call_row rows[] = {
    { CALL_GREETING, ON_KEY, "1", DO_NOTHING, CALL_STARTING },
    { CALL_GREETING, ON_KEY, "2", DO_NOTHING, CALL_LOOKING },
    { CALL_GREETING, ON_KEY, "0", DO_NOTHING, CALL_OFFICER },
    { CALL_GREETING, ON_KEY, "9", DO_DISCIPLINE, CALL_STARTING },
    { CALL_GREETING, ON_KEY, NULL, DO_WRONG_KEY, CALL_GREETING },
    { CALL_GREETING, ON_SPEECH, NULL, DO_NOTHING, CALL_STARTING },
    { CALL_GREETING, ON_QUIET, NULL, DO_NOTHING, CALL_STARTING },

    { CALL_STARTING, ON_ANSWER, NULL, DO_NOTHING, CALL_RECORDING },
    { CALL_STARTING, ON_REFUSAL, NULL, DO_CALL_BACK, CALL_GOODBYE },

    { CALL_RECORDING, ON_ENOUGH, NULL, DO_NOTHING, CALL_REVIEW },
    { CALL_RECORDING, ON_NOTHING, NULL, DO_AGAIN, CALL_RECORDING },

    { CALL_REVIEW, ON_KEY, "1#", DO_NOTHING, CALL_PHONE },
    { CALL_REVIEW, ON_KEY, "2", DO_NOTHING, CALL_FETCHING },
    { CALL_REVIEW, ON_KEY, "3", DO_NOTHING, CALL_STARTING },
    { CALL_REVIEW, ON_KEY, NULL, DO_WRONG_KEY, CALL_REVIEW },
    { CALL_REVIEW, ON_QUIET, NULL, DO_NOTHING, CALL_PHONE },
    { CALL_REVIEW, ON_LIMIT, NULL, DO_NOTHING, CALL_PHONE },

    { CALL_FETCHING, ON_ANSWER, NULL, DO_NOTHING, CALL_HEARING },
    { CALL_FETCHING, ON_REFUSAL, NULL, DO_NOTHING, CALL_REVIEW },
    { CALL_HEARING, ON_KEY, "1#", DO_NOTHING, CALL_PHONE },
    { CALL_HEARING, ON_KEY, "3", DO_NOTHING, CALL_STARTING },
    { CALL_HEARING, ON_KEY, NULL, DO_NOTHING, CALL_REVIEW },
    { CALL_HEARING, ON_QUIET, NULL, DO_NOTHING, CALL_REVIEW },
    { CALL_HEARING, ON_LIMIT, NULL, DO_NOTHING, CALL_PHONE },

    { CALL_PHONE, ON_KEY, NULL, DO_COLLECT, CALL_PHONE_RIGHT },
    { CALL_PHONE, ON_QUIET, NULL, DO_FORGET, CALL_FILING },
    { CALL_PHONE, ON_LIMIT, NULL, DO_FORGET, CALL_FILING },
    { CALL_PHONE_RIGHT, ON_KEY, "1", DO_NOTHING, CALL_FILING },
    { CALL_PHONE_RIGHT, ON_KEY, "2", DO_NOTHING, CALL_PHONE },
    { CALL_PHONE_RIGHT, ON_KEY, NULL, DO_WRONG_KEY, CALL_PHONE },
    { CALL_PHONE_RIGHT, ON_QUIET, NULL, DO_FORGET, CALL_FILING },
    { CALL_PHONE_RIGHT, ON_LIMIT, NULL, DO_FORGET, CALL_FILING },

    { CALL_FILING, ON_ANSWER, NULL, DO_NOTHING, CALL_TOLD },
    { CALL_FILING, ON_REFUSAL, NULL, DO_FAIL, CALL_GOODBYE },
    { CALL_FILING, ON_NOTHING, NULL, DO_MISSED, CALL_GOODBYE },
    { CALL_FILING, ON_LATE, NULL, DO_LATE, CALL_GOODBYE },
    { CALL_TOLD, ON_QUIET, NULL, DO_NOTHING, CALL_GOODBYE },

    { CALL_LOOKING, ON_ANSWER, NULL, DO_NOTHING, CALL_NUMBER },
    { CALL_LOOKING, ON_REFUSAL, NULL, DO_NOTHING, CALL_NUMBER },
    { CALL_NUMBER, ON_KEY, NULL, DO_COLLECT, CALL_LOOKING_UP },
    { CALL_NUMBER, ON_QUIET, NULL, DO_NOTHING, CALL_GOODBYE },
    { CALL_LOOKING_UP, ON_ANSWER, NULL, DO_NOTHING, CALL_NUMBER },
    { CALL_LOOKING_UP, ON_REFUSAL, NULL, DO_WRONG_KEY, CALL_NUMBER },

    { CALL_OFFICER, ON_ANSWER, NULL, DO_NOTHING, CALL_JOINED },
    { CALL_OFFICER, ON_REFUSAL, NULL, DO_NOTHING, CALL_STARTING },

    { CALL_GOODBYE, ON_QUIET, NULL, DO_NOTHING, CALL_OVER },
};

static bool is_final(enum call_state state)
{
    return state == CALL_FILING || state == CALL_TOLD || state == CALL_GOODBYE || state == CALL_JOINED ||
           state == CALL_OVER;
}

const struct call_row *call_find_row(enum call_state state, enum call_happening on, char key)
{
    /* wherever else the time is up */
    static const struct call_row limit = { .on = ON_LIMIT, .next = CALL_GOODBYE };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].state == state && rows[i].on == on && (!rows[i].keys || strchr(rows[i].keys, key)))
            return &rows[i];
    if (on == ON_LATE)
        return call_find_row(state, ON_REFUSAL, key);
    return on == ON_LIMIT && !is_final(state) ? &limit : NULL;
}
