#include "gateway/page/listening.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/hearing.h"
#include "gateway/recording/keep.h"
#include "store/events.h"
#include "store/recordings.h"

bool listening_add(struct visit *visit, const struct case_ *case_)
{
    const struct recording_filter of_case = { .case_id = case_->id };
    struct json_object *list = fill_list(visit->data, "recordings");
    struct recording *recordings;
    size_t n;

    if (!store_recordings(visit->turn.store, visit->exchange, &of_case, &recordings, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct json_object *item;
        bool may;

        if (!hearing_may(&visit->turn, case_, &recordings[i], visit->person, &may))
            return false;
        if (!may)
            continue;
        item = fill_item(list);
        fill_number(item, "id", recordings[i].id);
        fill_text(item, "number", case_->number);
        fill_number(item, "seconds", recordings[i].ms / 1000);
        fill_time(item, "at", recordings[i].at, visit->exchange->now);
        fill_flag(item, "is_there", *recordings[i].file != '\0');
        if (recordings[i].transcript == TRANSCRIPT_DONE)
            fill_text(item, "transcript", recordings[i].transcript_text);
    }
    return true;
}

struct listening {
    const struct visit *visit;
    int64_t case_id, id;
    void *mem;
    const char *file;
};

static bool take_listening(struct turn *turn, void *arg)
{
    struct listening *listening = arg;
    struct recording *recording;
    struct action action = { .by = listening->visit->person, .line = EVENT_LINE_PAGE };
    bool is_copy;

    if (!store_recording(turn->store, turn->mem, listening->id, &recording) ||
        !store_case(turn->store, turn->mem, listening->case_id, &action.case_))
        return false;
    if (!recording || !action.case_ || recording->case_id != listening->case_id || !*recording->file)
        return true;
    if (!hearing_listen(turn, &action, recording))
        return false;
    is_copy = *recording->copy != '\0';
    if (!action.refusal)
        listening->file = talloc_strdup(listening->mem, is_copy ? recording->copy : recording->file);
    return true;
}

void listening_send(struct visit *visit, const struct case_ *case_, int64_t id)
{
    struct listening listening = { .visit = visit, .case_id = case_->id, .id = id, .mem = visit->exchange };
    const char *end;
    void *octets;
    size_t length;

    if (!desk_do(visit->page->desk, take_listening, &listening)) {
        visit_failed(visit);
        return;
    }
    octets = listening.file ? keep_read(visit->exchange, visit->page->config, listening.file, &length) : NULL;
    if (!octets) {
        visit_absent(visit);
        return;
    }
    end = strrchr(listening.file, '.');
    visit_add_headers(visit->exchange);
    exchange_answer(visit->exchange, 200, end && strcmp(end, ".wav") == 0 ? "audio/wav" : "audio/ogg", "");
    visit->exchange->answer = octets;
    visit->exchange->answer_length = length;
}
