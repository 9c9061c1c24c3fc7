#include "gateway/conversation/late_part.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/talk.h"
#include "gateway/turn/facts.h"

/* The text with its gap filled; NULL where the message is no longer in it. */
static const char *completed(void *mem, const char *text, const struct late_part *part)
{
    const char *at = strstr(text, part->before);

    return at ? talloc_asprintf(mem, "%.*s%s%s", (int)(at - text), text, part->after,
                                at + strlen(part->before))
              : NULL;
}

/* The words of its step: which part came, and what was in it. */
static const char *part_words(struct turn *turn, const struct event *event, const struct late_part *part)
{
    struct json_object *data = facts_number(NULL, "sequence", part->sequence);
    const char *words;

    facts_text(data, "text", event->text, 0);
    words = words_render(turn->mem, turn->words, turn->config->language, "part-came", data, &turn->error);
    json_object_put(data);
    return words;
}

bool late_part_join(struct turn *turn, struct event *event, const struct late_part *part)
{
    struct person reporter = { .phone = event->from, .name = "" };
    struct talk talk = { .turn = turn, .event = event, .person = &reporter };
    struct action action = { .act = ACT_LATE_PART, .words = event->text };
    struct understood understood;

    if (!store_case(turn->store, turn->mem, part->case_id, &action.case_))
        return false;
    if (!action.case_ || !event->text)
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "a late part of no case");
    action.whole = completed(turn->mem, action.case_->text, part);
    if (action.whole)
        action.words = part_words(turn, event, part);
    if (!action.words)
        return false;
    understand(turn->understanding, turn->mem, action.whole ? action.whole : event->text, &understood);
    action.understood = &understood;
    return talk_step(&talk, &action) &&
           talk_done(&talk, OUTCOME_JOINED, action.case_, refusal_name(action.refusal));
}
