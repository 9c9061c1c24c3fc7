#include "gateway/voice/call.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/calling.h"
#include "gateway/voice/call_private.h"

enum {
    SPOKEN_LEAST_HUNG_UP_MS = 2000,
    WRONG_KEYS_MOST = 3,
    PAUSE_MS = 400,
    MOBILE_DIGITS = 11,
    REPEATS_MOST = 3
};

struct call *call_new(void *mem, const struct call_host *host, enum call_reason reason,
                      enum call_number number)
{
    static const enum call_state first[] = { [REASON_CALLER] = CALL_GREETING,
                                             [REASON_NEWS] = CALL_NEWS,
                                             [REASON_CALL_BACK] = CALL_BACK_GREETING,
                                             [REASON_ALARM] = CALL_ALARM,
                                             [REASON_OFFICER] = CALL_ASKED };
    struct call *call = talloc_zero(mem, struct call);

    call->host = host;
    call->keys = keys_new(call);
    call->number = number;
    call->first = first[reason];
    call->state = CALL_STATES; /* entered with the first frame */
    speech_begin(&call->speech);
    return call;
}

enum call_number call_number_of(const char *phone)
{
    return !*phone ? NUMBER_WITHHELD : calling_is_landline(phone) ? NUMBER_OF_LANDLINE : NUMBER_SHOWN;
}

/* ---- what is said ---- */

static void say_prompt(struct call *call, const char *id)
{
    player_add(&call->player, call->host->prompt(call->host->arg, id));
}

static void say_digits(struct call *call, const char *digits)
{
    for (; *digits; digits++)
        if (isdigit((unsigned char)*digits)) /* an office's number may be written with marks */
            say_prompt(call, (char[]){ *digits, '\0' });
}

static void say_word(struct call *call, const char *word)
{
    if (strcmp(word, "#") == 0)
        say_digits(call, call->digits);
    else if (strspn(word, "0123456789") == strlen(word))
        say_digits(call, word);
    else if (strcmp(word, "tone") == 0)
        player_add(&call->player, player_tone());
    else if (strcmp(word, "ring") == 0)
        player_add(&call->player, player_ring());
    else if (strcmp(word, "recording") == 0)
        player_add(&call->player, call->clip);
    else if (strcmp(word, "pause") == 0)
        player_add(&call->player, player_pause(PAUSE_MS));
    else
        say_prompt(call, word);
}

static void say(struct call *call, const char *words)
{
    char word[32];
    int length;

    while (sscanf(words, "%31s%n", word, &length) == 1) {
        say_word(call, word);
        words += length;
    }
}

/* Nothing is promised; where else to turn is said twice. */
static void say_cannot(struct call *call)
{
    const char *office = call->host->office ? call->host->office : "";

    say(call, "cannot-now");
    for (int i = 0; *office && i < 2; i++) {
        say(call, "office");
        say_digits(call, office);
        say(call, "pause");
    }
}

/* ---- states ---- */

static void want(struct call *call, enum call_want want)
{
    bool wants_phone = want == WANT_CASE && call->number != NUMBER_SHOWN;
    bool wants_digits = wants_phone || want == WANT_STATUS || want == WANT_RATING;
    char digits[sizeof call->digits + sizeof call->code];

    call->is_filed |= want == WANT_CASE;
    snprintf(digits, sizeof digits, "%s%s%s", call->digits, want == WANT_STATUS && *call->code ? " " : "",
             want == WANT_STATUS ? call->code : "");
    call->host->want(call->host->arg, want, want == WANT_NEXT ? call->code : wants_digits ? digits : "");
}

void call_record(struct call *call, const int16_t heard[FRAME_SAMPLES])
{
    call->host->record(call->host->arg, heard);
    call->recorded_ms += FRAME_MS;
    speech_hear(&call->speech, heard);
    call->spoken_ms = call->speech.spoken_ms;
}

/* Nobody is asked for a number that is known. */
static enum call_state skip_known(const struct call *call, enum call_state state)
{
    return state == CALL_PHONE && call->number == NUMBER_SHOWN ? CALL_FILING : state;
}

/* Who began to speak before the tone is recorded from there on. */
static bool has_begun(struct call *call, enum call_state state)
{
    unsigned most = CALL_BEFORE_FRAMES;
    bool has_begun = state == CALL_RECORDING && call->has_spoken;

    unsigned first = call->n_before - call->spoken_from > most ? call->n_before - most : call->spoken_from;

    for (unsigned i = first; has_begun && i < call->n_before; i++)
        call_record(call, call->before[i % most]);
    call->has_spoken &= !has_begun;
    return has_begun;
}

void call_enter(struct call *call, enum call_state wanted)
{
    enum call_state state = skip_known(call, wanted);
    const struct call_entry *entry = &call_entries[state];

    call->state = state;
    call->state_ms = call->quiet_ms = 0;
    if (state == CALL_PHONE || state == CALL_NUMBER || state == CALL_LISTENER_CODE)
        call->digits[0] = call->code[0] = '\0';
    if (state == CALL_STARTING || state == CALL_RECORDING) {
        call->recorded_ms = call->spoken_ms = call->missing_ms = 0;
        speech_restart(&call->speech);
    }
    if (state == CALL_PHONE && call->number == NUMBER_OF_LANDLINE)
        say(call, "key-mobile");
    else if (!has_begun(call, state))
        say(call, entry->says);
    if (entry->wants >= 0)
        want(call, (enum call_want)entry->wants);
}

/* True when the number is whole: # ends one, * begins it anew, a mobile's number and a code end by
 * themselves. */
static bool collect(struct call *call, char key)
{
    size_t code = call->state == CALL_CODE            ? CALL_CODE_DIGITS
                  : call->state == CALL_LISTENER_CODE ? CALL_LISTENER_DIGITS
                                                      : 0;
    char *digits = code ? call->code : call->digits;
    size_t n = strlen(digits), most = code ? code : CALL_DIGITS_MOST;

    if (key == '*')
        digits[0] = '\0';
    else if (key >= '0' && key <= '9' && n < most)
        digits[n] = key, digits[++n] = '\0';
    if (code)
        return n == code;
    if (call->state == CALL_PHONE && n == MOBILE_DIGITS && call->digits[0] == '1')
        return true;
    return key == '#' && n >= CALL_NUMBER_DIGITS;
}

static bool is_asked_again(struct call *call)
{
    if (call->empty_recordings++ > 0)
        return false;
    say(call, "nothing-heard");
    return true;
}

/* A case's number was keyed, or its code. */
static bool is_asking_after(const struct call *call)
{
    return call->state == CALL_LOOKING_UP || call->state == CALL_CODE;
}

/* Carries the deed out; the state that follows. */
static enum call_state take_wrong_key(struct call *call, const struct call_row *row)
{
    bool is_last = ++call->wrong_keys >= WRONG_KEYS_MOST;

    if (is_last && (call->state == CALL_GREETING || call->state == CALL_LISTENER))
        return CALL_STARTING;
    if (is_last && is_asking_after(call))
        return CALL_GOODBYE;
    say(call, is_asking_after(call) ? "no-such-case" : "wrong-key");
    return row->next;
}

static enum call_state carry_out(struct call *call, const struct call_row *row, char key)
{
    switch (row->deed) {
    case DO_NOTHING:
        break;
    case DO_DISCIPLINE:
        call->is_for_discipline = true;
        break;
    case DO_COLLECT:
        return collect(call, key) ? row->next : call->state;
    case DO_FORGET:
        call->digits[0] = '\0';
        break;
    case DO_WRONG_KEY:
        return take_wrong_key(call, row);
    case DO_NOT_NOTED:
        say(call, "not-rated");
        break;
    case DO_WRONG_CODE:
        say(call, "wrong-code");
        if (++call->wrong_keys >= WRONG_KEYS_MOST)
            return CALL_GOODBYE;
        break;
    case DO_AGAIN:
        if (!is_asked_again(call))
            return CALL_MISSED;
        break;
    case DO_FAIL:
        say_cannot(call);
        break;
    case DO_LATE:
        say(call, "number-later");
        break;
    case DO_AWAY:
        say(call, "officer-away");
        break;
    case DO_LANGUAGE:
        want(call, WANT_LANGUAGE);
        break;
    case DO_HEARD:
        call->is_heard = true;
        break;
    case DO_RATE:
        if (!call->may_rate) {
            say(call, "wrong-key");
            return call->state;
        }
        call->digits[0] = key, call->digits[1] = '\0';
        break;
    case DO_REPEAT:
        return ++call->repeats < REPEATS_MOST ? row->next : CALL_OVER;
    }
    return row->next;
}

void call_happen(struct call *call, enum call_happening on, char key)
{
    const struct call_row *row = call_find_row(call->state, on, key);

    if (!row)
        return;
    if (on == ON_KEY)
        player_stop(&call->player);

    enum call_state next = carry_out(call, row, key);

    if (row->deed == DO_COLLECT && next == call->state)
        call->quiet_ms = 0;
    else
        call_enter(call, next);
}

/* ---- the host ---- */

bool call_awaits(const struct call *call, enum call_want want)
{
    return call->state != CALL_STATES && call_entries[call->state].wants == (int)want;
}

/* A case's number, and behind it the code by which a caller without a number may ask after it. */
static void take_number(struct call *call, const char *words)
{
    size_t n = strcspn(words, " ");
    const char *code = words + n + strspn(words + n, " ");

    snprintf(call->digits, sizeof call->digits, "%.*s", (int)n, words);
    call_happen(call, ON_ANSWER, 0);
    for (int i = 0; *code && i < 2; i++) {
        say(call, "code");
        say(call, code);
        say(call, "pause");
    }
}

void call_answer(struct call *call, enum call_want want, bool is_good, const char *words)
{
    if (!call_awaits(call, want))
        return;
    if (call->state == CALL_OFFICER)
        player_stop(&call->player);
    if (call->state == CALL_FILING && is_good && !isdigit((unsigned char)*words)) {
        say(call, words);
        call_happen(call, ON_NOTHING, 0);
    } else if (call->state == CALL_NEXT && is_good) {
        call->code[0] = '\0'; /* it was right, and need not be keyed again */
        say(call, words);
        call_happen(call, strpbrk(words, "0123456789") ? ON_ANSWER : ON_NOTHING, 0);
    } else if (call->state == CALL_FILING && is_good) {
        take_number(call, words);
    } else if (call->state == CALL_LOOKING_UP && !is_good && strcmp(words, "code") == 0) {
        call_happen(call, ON_NOTHING, 0);
    } else {
        if (is_good || call->state == CALL_RATING)
            say(call, words);
        call->may_rate = call->state == CALL_NEWS_FETCHING && strstr(words, "rate");
        call_happen(call, is_good ? ON_ANSWER : ON_REFUSAL, 0);
    }
}

void call_part(struct call *call)
{
    if (call->state == CALL_JOINED)
        call_happen(call, ON_QUIET, 0);
}

bool call_is_joined(const struct call *call)
{
    return call->state == CALL_JOINED;
}

bool call_is_heard(const struct call *call)
{
    return call->is_heard;
}

void call_play(struct call *call, struct clip clip)
{
    call->clip = clip;
}

/* What the caller leaves behind at each state. */
static void leave(struct call *call)
{
    switch (call->state) {
    case CALL_RECORDING:
        want(call, call->spoken_ms >= SPOKEN_LEAST_HUNG_UP_MS ? WANT_CASE : WANT_CALL_BACK);
        break;
    case CALL_REVIEW:
    case CALL_FETCHING:
    case CALL_HEARING:
    case CALL_PHONE:
    case CALL_PHONE_RIGHT:
        call->digits[0] = '\0'; /* a number not confirmed is none */
        want(call, WANT_CASE);
        break;
    case CALL_STATES:
        if (call->first != CALL_GREETING)
            break;
        /* fall through */
    case CALL_GREETING:
    case CALL_BACK_GREETING:
    case CALL_STARTING:
    case CALL_OFFICER:
    case CALL_LISTENER:
        want(call, WANT_CALL_BACK);
        break;
    default:
        break;
    }
}

void call_hung_up(struct call *call)
{
    if (call->state == CALL_OVER)
        return;
    leave(call);
    call_enter(call, CALL_OVER);
}

bool call_is_for_discipline(const struct call *call)
{
    return call->is_for_discipline;
}

bool call_is_over(const struct call *call)
{
    return call->state == CALL_OVER;
}

const char *call_state_name(const struct call *call)
{
    return call->state == CALL_STATES ? "ringing" : call_entries[call->state].name;
}
