#include "gateway/command/demo/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/calendar/calendar.h"
#include "gateway/clock.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/demo/caller.h"
#include "gateway/command/print/table.h"
#include "gateway/turn/dates.h"
#include "modem/emulator/client.h"
#include "store/events.h"
#include "store/notices.h"

/* REST_SECONDS: how long the gateway's work after a step may take; LOOK_MS: between two checks. */
enum { CONNECT_MS = 10000, REST_SECONDS = 60, LOOK_MS = 2, NINE = 9 * 60 };

struct heard {
    struct heard *next;
    const char *to, *text;
    bool is_shown;
};

struct play {
    struct stage *stage;
    const struct dialogue *dialogue;
    const struct config *config;
    struct store *store;
    struct emulator_client *network;
    struct dialogue_names *names;
    struct heard *heard; /* texts not yet matched to a step, oldest first */
    FILE *wire;
    int64_t now;
    bool is_off, is_dead;
};

__attribute__((format(printf, 3, 4))) static bool
wrong(const struct play *play, const struct dialogue_step *step, const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    fprintf(stderr, "%s:%d: ", play->dialogue->path, step->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

static char *travelling(void *mem, const char *phone)
{
    bool is_national = phone[0] == '1' && strlen(phone) == 11;

    return talloc_asprintf(mem, "%s%s", is_national ? "+86" : "", phone);
}

/* Whether everything the modem received has been committed. */
static bool all_is_taken(struct play *play)
{
    json_object *request = json_object_new_object(), *stats;

    json_object_object_add(request, "cmd", json_object_new_string("stats"));
    stats = emulator_ask(play->network, request);
    int64_t stored = json_object_get_int64(json_object_object_get(stats, "stored")),
            deleted = json_object_get_int64(json_object_object_get(stats, "deleted")),
            spooled = json_object_get_int64(json_object_object_get(stats, "spooled"));
    bool is_known = stats != NULL;
    json_object_put(stats);
    return is_known && spooled == 0 && stored == deleted;
}

struct outbox {
    int64_t now;
    bool is_busy;
};

static bool look_at(const struct notice *notice, void *arg)
{
    struct outbox *outbox = arg;

    outbox->is_busy |= notice->state != NOTICE_READY || notice->due_at <= outbox->now;
    return !outbox->is_busy;
}

/* Whether neither the calendar nor the outbox has anything due now. The calendar comes first: it fills the
 * outbox. */
static bool all_is_done(struct play *play)
{
    struct notice_filter unsent = { .states =
                                        1u << NOTICE_READY | 1u << NOTICE_CLAIMED | 1u << NOTICE_ARMED };
    struct outbox outbox = { .now = play->now };
    enum clock_doubt doubt;
    int64_t next;

    return calendar_next(play->store, play->config, play->now, &next) &&
           clock_doubt(play->store, play->now, &doubt) && (next > play->now || doubt != CLOCK_BELIEVED) &&
           store_each_notice(play->store, &unsent, look_at, &outbox) && !outbox.is_busy;
}

static void add_heard(struct play *play, const char *to, const char *text, bool is_shown)
{
    struct heard **end = &play->heard;

    while (*end)
        end = &(*end)->next;
    *end = talloc_zero(play, struct heard);
    **end = (struct heard){ .to = to, .text = text, .is_shown = is_shown };
}

static void keep_heard(struct play *play)
{
    struct emulator_delivery delivery;

    while (emulator_next(play->network, play, 0, &delivery))
        add_heard(play, delivery.to, delivery.text, false);
}

static bool print_open(const struct event *event, void *arg)
{
    bool *is_any = arg;

    if (event->kind != EVENT_TEXT && event->kind != EVENT_CALL)
        return true;
    *is_any = true;
    fprintf(stderr, "nothing says what became of event %lld: %s\n", (long long)event->id,
            event->text ? event->text : event_kind_name(event->kind));
    return true;
}

/* False, after printing them, when texts or calls have no outcome. */
static bool all_have_outcomes(struct play *play)
{
    struct event_filter open = { .outcome = "" };
    bool is_any = false;

    return store_each_event(play->store, &open, print_open, &is_any) && !is_any;
}

/* False, after printing it, when the gateway ended without being turned off. */
static bool gateway_lives(struct play *play, const struct dialogue_step *step)
{
    if (!play->is_dead && stage_gateway_died(play->stage)) {
        play->is_dead = true;
        wrong(play, step, "the gateway ended by itself");
    }
    return !play->is_dead;
}

/* Waits until the gateway has done everything that follows from what was said or from the new time. */
static bool rest(struct play *play, const struct dialogue_step *step)
{
    time_t until = time(NULL) + REST_SECONDS;

    /* all_is_taken twice: its second answer comes after every text that the phones received */
    while (gateway_lives(play, step) && !play->is_off &&
           !(all_is_taken(play) && all_is_done(play) && all_is_taken(play))) {
        if (time(NULL) > until)
            return wrong(play, step, "the gateway still has work after %d s", REST_SECONDS);
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    keep_heard(play);
    return !play->is_dead;
}

/* A text without the signature stays as it is. */
static const char *without_signature(const struct play *play, const char *text)
{
    size_t length = strlen(play->config->signature);

    return strncmp(text, play->config->signature, length) == 0 ? text + length : text;
}

/* The oldest text to this phone that no step has matched; NULL: none. */
static struct heard **first_heard(struct play *play, const char *phone)
{
    char *to = travelling(play, phone);
    struct heard **at = &play->heard;

    while (*at && strcmp((*at)->to, to) != 0)
        at = &(*at)->next;
    return *at ? at : NULL;
}

static const char *name_of(const struct play *play, const char *number)
{
    for (size_t i = 0; i < play->dialogue->n_roles; i++)
        if (strcmp(travelling(play->names, play->dialogue->roles[i].phone), number) == 0)
            return play->dialogue->roles[i].who;
    return NULL;
}

/* Every text to a person named in the file must be in the file; texts to others are ignored. */
static bool nobody_hears_more(struct play *play, const struct dialogue_step *step)
{
    bool is_so = true;

    for (; play->heard; play->heard = play->heard->next) {
        const char *who = name_of(play, play->heard->to);
        if (who)
            is_so = wrong(play, step, "before this, %s also hears:\n  %s", who,
                          without_signature(play, play->heard->text));
    }
    return is_so;
}

/* Prints the PDUs sent since the last call. */
static void show_wire(struct play *play)
{
    char line[4096];

    while (play->wire && fgets(line, sizeof line, play->wire)) {
        const char *pdu = strstr(line, "\"pdu\":\"");
        if (pdu)
            printf("        AT+CMGS  %.60s...\n", pdu + 7);
    }
    if (play->wire)
        clearerr(play->wire);
}

static bool set_time(struct play *play, const struct dialogue_step *step, int64_t at)
{
    play->now = at;
    if (!clock_set(play->stage->clock, at))
        return wrong(play, step, "the clock cannot be set");
    if (!play->is_off)
        command_knock(play->config);
    return rest(play, step);
}

static bool say(struct play *play, const struct dialogue_step *step)
{
    char *words = dialogue_fill(play, play->names, step->words), *from = travelling(play, step->phone);

    if (!nobody_hears_more(play, step) || !set_time(play, step, play->now + 1))
        return false;
    json_object *request = json_object_new_object(), *answer;
    json_object_object_add(request, "cmd", json_object_new_string("text"));
    json_object_object_add(request, "from", json_object_new_string(from));
    json_object_object_add(request, "text", json_object_new_string(words));
    json_object_object_add(request, "at", json_object_new_int64(play->now - 1)); /* it takes a second */
    json_object_object_add(request, "times", json_object_new_int(step->kind == DIALOGUE_SAYS_TWICE ? 2 : 1));
    answer = emulator_ask(play->network, request);
    int parts = answer ? json_object_get_int(json_object_object_get(answer, "parts")) : 0;
    json_object_put(answer);
    printf("%s > %s\n", step->who, words);
    if (parts > 1)
        printf("        SMS-DELIVER in %d concatenated parts\n", parts);
    return parts > 0 ? rest(play, step) : wrong(play, step, "the emulated modem refuses that text");
}

struct listening {
    struct play *play;
    const struct dialogue_step *step;
};

static void listen(void *arg, const char *text)
{
    struct listening *listening = arg;
    const struct dialogue_step *step = listening->step;

    printf("%s ☎ < %s\n", step->who, text);
    fflush(stdout);
    add_heard(listening->play, travelling(listening->play, step->phone), talloc_strdup(listening->play, text),
              true);
}

/* Takes as long as a call does. */
static bool call(struct play *play, const struct dialogue_step *step)
{
    struct listening listening = { play, step };
    const struct caller_wish wish = { .config = play->config,
                                      .number = travelling(play, step->phone),
                                      .script = dialogue_fill(play, play->names, step->words),
                                      .keyboard = -1,
                                      .show = listen,
                                      .arg = &listening };

    if (!nobody_hears_more(play, step) || !set_time(play, step, play->now + 1))
        return false;
    printf("%s ☎ > %s\n", step->who, wish.script);
    fflush(stdout);
    const char *why = caller_call(play, &wish);

    return why ? wrong(play, step, "%s", why) : rest(play, step);
}

static bool hear(struct play *play, const struct dialogue_step *step)
{
    char *pattern = dialogue_fill(play, play->names, step->words);
    struct heard **heard = first_heard(play, step->phone);

    if (!heard)
        return wrong(play, step, "%s should hear:\n  %s\nbut hears nothing", step->who, pattern);
    const char *text = without_signature(play, (*heard)->text);
    if (!dialogue_matches(play->names, step->words, text))
        return wrong(play, step, "%s should hear:\n  %s\nbut hears:\n  %s", step->who, pattern, text);
    if (!(*heard)->is_shown)
        printf("%s < %s\n", step->who, (*heard)->text);
    *heard = (*heard)->next;
    show_wire(play);
    return true;
}

static bool hear_nothing(struct play *play, const struct dialogue_step *step)
{
    struct heard **heard = first_heard(play, step->phone);

    return !heard || wrong(play, step, "%s should hear nothing more, but hears:\n  %s", step->who,
                           without_signature(play, (*heard)->text));
}

/* Stops at 09:00 of each day on the way, so that each day's work is done on its day. */
static bool live_until(struct play *play, const struct dialogue_step *step, int64_t moment)
{
    struct date day = date_of(play->now);

    for (; !play->is_off; day = date_plus(day, 1)) {
        int64_t nine = date_moment(day, NINE);
        if (nine >= moment)
            break;
        if (nine > play->now && !set_time(play, step, nine))
            return false;
    }
    return set_time(play, step, moment);
}

static bool move_time(struct play *play, const struct dialogue_step *step)
{
    int64_t moment;

    if (!nobody_hears_more(play, step))
        return false;
    if (!dialogue_moment(step->words, play->now, &moment) || moment < play->now)
        return wrong(play, step, "that time is in the past");
    printf("@ %s\n", json_time_text(play, moment));
    return live_until(play, step, moment);
}

static bool turn_off(struct play *play)
{
    play->is_off = true;
    return stage_stop_gateway(play->stage);
}

static bool turn_on(struct play *play, const struct dialogue_step *step)
{
    play->is_off = false;
    return stage_start_gateway(play->stage) && rest(play, step);
}

static bool do_step(struct play *play, const struct dialogue_step *step)
{
    switch (step->kind) {
    case DIALOGUE_SAYS:
    case DIALOGUE_SAYS_TWICE:
        return say(play, step);
    case DIALOGUE_CALLS:
        return call(play, step);
    case DIALOGUE_HEARS:
        return hear(play, step);
    case DIALOGUE_SILENCE:
        return hear_nothing(play, step);
    case DIALOGUE_TIME:
        return move_time(play, step);
    case DIALOGUE_OFF:
        return turn_off(play);
    case DIALOGUE_ON:
        return turn_on(play, step);
    case DIALOGUE_NOTE:
        printf("\n%s\n", step->words);
        return true;
    }
    return false;
}

static bool prepare(struct play *play)
{
    play->config = command_config_at(play, play->stage->config);
    play->store = play->config ? command_store(play, play->config, false) : NULL;
    play->names = dialogue_names_new(play);
    play->now = clock_now();
    play->network = emulator_connect(play, play->stage->device, CONNECT_MS);
    play->wire = fopen(play->stage->wire, "re");
    return play->store && play->network && emulator_watch(play->network, NULL);
}

bool play_dialogue(struct stage *stage, const struct dialogue *dialogue)
{
    struct play *play = talloc_zero(NULL, struct play);
    size_t seen = 0;

    play->stage = stage;
    play->dialogue = dialogue;
    if (prepare(play))
        while (seen < dialogue->n_steps && do_step(play, &dialogue->steps[seen]))
            seen++;
    const struct dialogue_step *last = &dialogue->steps[seen ? seen - 1 : 0];
    bool is_good = seen == dialogue->n_steps && seen > 0 && nobody_hears_more(play, last) &&
                   gateway_lives(play, last) && all_have_outcomes(play);
    printf("\n%zu of %zu steps seen\n", seen, dialogue->n_steps);
    if (play->wire)
        fclose(play->wire);
    talloc_free(play);
    return is_good;
}
