#include "gateway/voice/told/hear.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/hearing.h"
#include "gateway/conversation/code.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/recordings.h"

enum { CODE_SECONDS = 600 };

static const char action_name[] = "hear";

struct asking {
    void *mem;
    const char *phone, *code;
    int64_t id;
    struct hear_found *found;
    bool is_done;
};

/* As far as codes are counted and kept, keying one is talking by the voice line. */
static struct talk *talk_of(struct turn *turn, const char *phone)
{
    struct talk *talk = talloc_zero(turn->mem, struct talk);

    talk->turn = turn;
    talk->event = talloc_zero(talk, struct event);
    *talk->event = (struct event){ .from = phone, .line = CALLING_LINE };
    return talk;
}

/* ---- which recording ---- */

static bool find_listener(struct turn *turn, const char *phone, struct person **person)
{
    if (!store_person(turn->store, turn->mem, phone, person))
        return false;
    if (*person && !(*person)->roles)
        *person = NULL;
    return true;
}

/* The first behind this one that the person may hear; NULL: none. */
static bool find_waiting(struct turn *turn, const struct person *person, int64_t behind,
                         struct recording **found, struct case_ **case_)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    struct recording *recordings;
    size_t n;

    *found = NULL;
    if (!store_recordings(turn->store, turn->mem, &unwritten, &recordings, &n))
        return false;
    for (size_t i = 0; i < n && !*found; i++) {
        bool may = false;

        if (recordings[i].id <= behind || !*recordings[i].file)
            continue;
        if (!store_case(turn->store, turn->mem, recordings[i].case_id, case_) ||
            (*case_ && !hearing_may(turn, *case_, &recordings[i], person, &may)))
            return false;
        if (may)
            *found = &recordings[i];
    }
    return true;
}

/* ---- the code ---- */

static bool send_code(struct turn *turn, const char *phone)
{
    struct confirmation confirmation = { .phone = phone,
                                         .action = action_name,
                                         .words = "",
                                         .line = CALLING_LINE,
                                         .expires_at = turn->now + CODE_SECONDS };
    char code[CODE_SIZE];

    confirmation.code_hash = code_new(code) ? code_hash(turn->mem, &confirmation, code) : NULL;
    if (!confirmation.code_hash) {
        turn->error = "no random numbers";
        return false;
    }
    return store_put_confirmation(turn->store, &confirmation) &&
           notify(turn,
                  &(struct notify){ .to = phone,
                                    .name = "hear-code",
                                    .data = facts_text(NULL, "code", code, 0),
                                    .priority = PRIORITY_ANSWER,
                                    .is_danger = true },
                  NULL);
}

static bool begin(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct recording *waiting = NULL;
    struct person *person;
    struct case_ *case_;
    bool is_locked;

    asking->is_done = false;
    if (!find_listener(turn, asking->phone, &person) ||
        !sender_is_locked(talk_of(turn, asking->phone), &is_locked))
        return false;
    if (!person || is_locked)
        return true;
    if (!find_waiting(turn, person, 0, &waiting, &case_))
        return false;
    asking->is_done = waiting != NULL;
    return !waiting || send_code(turn, asking->phone);
}

bool hear_begin(struct desk *desk, const char *phone)
{
    struct asking asking = { .phone = phone };

    return *phone && desk_do(desk, begin, &asking) && asking.is_done;
}

static bool prove(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct talk *talk = talk_of(turn, asking->phone);
    struct confirmation *confirmation;
    bool is_locked;
    int left;

    asking->is_done = false;
    if (!sender_is_locked(talk, &is_locked) ||
        !store_confirmation(turn->store, turn->mem, asking->phone, CALLING_LINE, &confirmation))
        return false;
    if (is_locked)
        return true;
    asking->is_done = confirmation && strcmp(confirmation->action, action_name) == 0 &&
                      confirmation->expires_at > turn->now &&
                      code_is_right(turn->mem, confirmation, asking->code);
    return asking->is_done ? store_drop_confirmation(turn->store, confirmation->id)
                           : sender_count_wrong(talk, &left);
}

bool hear_prove(struct desk *desk, const char *phone, const char *code)
{
    struct asking asking = { .phone = phone, .code = code };

    return *phone && desk_do(desk, prove, &asking) && asking.is_done;
}

/* ---- hearing it ---- */

static bool listen(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct action action = { .line = CALLING_LINE };
    struct recording *recording = NULL;
    struct person *person;

    *asking->found = (struct hear_found){ 0 };
    if (!find_listener(turn, asking->phone, &person) ||
        (person && !find_waiting(turn, person, asking->id, &recording, &action.case_)))
        return false;
    if (!recording)
        return true;
    action.by = person;
    if (!hearing_listen(turn, &action, recording))
        return false;
    if (!action.refusal)
        *asking->found = (struct hear_found){ .id = recording->id,
                                              .number = talloc_strdup(asking->mem, action.case_->number),
                                              .file = talloc_strdup(asking->mem, recording->file) };
    return true;
}

bool hear_next(void *mem, struct desk *desk, const char *phone, int64_t behind, struct hear_found *found)
{
    struct asking asking = { .mem = mem, .phone = phone, .id = behind, .found = found };

    return desk_do(desk, listen, &asking);
}

static bool send_up(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct action action = { .act = ACT_SEND_UP, .line = CALLING_LINE };
    struct recording *recording;
    struct person *person;

    asking->is_done = false;
    if (!find_listener(turn, asking->phone, &person) ||
        !store_recording(turn->store, turn->mem, asking->id, &recording))
        return false;
    if (!person || !recording)
        return true;
    if (!store_case(turn->store, turn->mem, recording->case_id, &action.case_))
        return false;
    action.by = person;
    if (!action.case_ || !cases_take(turn, &action))
        return action.case_ == NULL;
    asking->is_done = !action.refusal;
    return true;
}

bool hear_send_up(struct desk *desk, const char *phone, int64_t id)
{
    struct asking asking = { .phone = phone, .id = id };

    return desk_do(desk, send_up, &asking) && asking.is_done;
}
