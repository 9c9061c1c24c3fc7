#include "gateway/conversation/held.h"

#include "gateway/turn/facts.h"

void held_begin(struct talk *talk, struct held *held)
{
    held->n = 0;
    talk->held = held;
}

void held_add(struct held *held, const char *name, struct json_object *data, const struct case_ *case_)
{
    if (held->n == sizeof held->answers / sizeof *held->answers) {
        json_object_put(data);
        return;
    }
    held->answers[held->n++] = (struct held_answer){ .name = name, .data = data, .case_ = case_ };
}

void held_mark(struct talk *talk, struct held *held, size_t from)
{
    for (size_t i = from; i < held->n; i++)
        held->answers[i].is_done = held->answers[i].case_ && !*talk->event->why;
}

void held_drop(struct talk *talk, struct held *held)
{
    talk->held = NULL;
    for (size_t i = 0; i < held->n; i++)
        json_object_put(held->answers[i].data);
    held->n = 0;
}

static const struct held_answer *last_done(const struct held *held, size_t *count)
{
    const struct held_answer *last = NULL;

    *count = 0;
    for (size_t i = 0; i < held->n; i++)
        if (held->answers[i].is_done) {
            last = &held->answers[i];
            ++*count;
        }
    return last;
}

static bool say_done(struct talk *talk, const struct held *held, size_t count, const struct case_ *last)
{
    struct json_object *facts = facts_number(NULL, "count", (int64_t)count), *list = json_object_new_array();

    for (size_t i = 0; i < held->n; i++)
        if (held->answers[i].is_done)
            json_object_array_add(list, facts_text(NULL, "number", held->answers[i].case_->number, 0));
    json_object_object_add(facts, "cases", list);
    return talk_answer(talk, "several-done", facts, last);
}

bool held_say(struct talk *talk, struct held *held)
{
    size_t count;
    const struct held_answer *last = last_done(held, &count);
    bool is_said = true;

    talk->held = NULL;
    if (count > 1)
        is_said = say_done(talk, held, count, last->case_);
    for (size_t i = 0; i < held->n && is_said; i++)
        if (!held->answers[i].is_done || count == 1)
            is_said = talk_answer(talk, held->answers[i].name, json_object_get(held->answers[i].data),
                                  held->answers[i].case_);
    if (is_said && last)
        talk_done(talk, OUTCOME_COMMAND, last->case_, count < held->n ? "not of all cases" : NULL);
    held_drop(talk, held);
    return is_said;
}
