#include "gateway/desk/parts.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/conversation/conversation.h"
#include "gateway/conversation/late_part.h"
#include "modem/pdu/pdu_join.h"

/* How long a late part may still join its message's case. */
enum { LATE_SECONDS = 7 * 24 * 3600 };

/* Writes the template's words for a missing part. */
static bool write_gap(struct turn *turn, int sequence, FILE *out)
{
    struct json_object *data = json_object_new_object();
    char *words;

    json_object_object_add(data, "sequence", json_object_new_int(sequence));
    words = words_render(turn->mem, turn->words, turn->config->language, "part-missing", data, &turn->error);
    json_object_put(data);
    if (words)
        fputs(words, out);
    return words != NULL;
}

/* The parts of a group, NULL where one is missing. */
struct pieces {
    const char **texts, **raws;
};

static bool read_pieces(struct turn *turn, const struct part_group *group, int without, struct pieces *pieces)
{
    int64_t *event_ids;

    if (!store_group_texts(turn->store, turn->mem, group->id, group->total, &pieces->texts, &event_ids) ||
        !store_group_raws(turn->store, turn->mem, group->id, group->total, &pieces->raws))
        return false;
    if (without > 0)
        pieces->texts[without - 1] = NULL;
    return true;
}

/*
 * Writes the parts from `first` on that have no gap between them; returns their number. A modem's parts are
 * joined before they are decoded, since a character may be cut between two of them.
 */
static int write_run(struct turn *turn, const struct pieces *pieces, int first, int total, FILE *out)
{
    const char *joined = NULL;
    int n = 0, raws = 0;

    for (; first + n < total && pieces->texts[first + n]; n++)
        raws += pieces->raws[first + n] != NULL;
    if (n > 0 && raws == n)
        joined = pdu_join(turn->mem, pieces->raws + first, (size_t)n);
    for (int i = 0; i < n && !joined; i++)
        fputs(pieces->texts[first + i], out);
    if (joined)
        fputs(joined, out);
    return n;
}

/* without: a part to leave out as if missing; 0: none. NULL when the store or a template failed. */
static char *join(struct turn *turn, const struct part_group *group, int without)
{
    struct pieces pieces;
    char *buffer = NULL, *joined;
    size_t size;
    bool is_good = true;

    if (!read_pieces(turn, group, without, &pieces))
        return NULL;
    FILE *out = open_memstream(&buffer, &size);
    for (int i = 0; i < group->total && is_good;) {
        int n = write_run(turn, &pieces, i, group->total, out);

        if (n == 0)
            is_good = write_gap(turn, i + 1, out);
        i += n > 0 ? n : 1;
    }
    fclose(out);
    joined = is_good ? talloc_strdup(turn->mem, buffer) : NULL;
    free(buffer);
    return joined;
}

/* Handles the message, with or without gaps, as an event of its own; again when a late part has filled a gap.
 */
static bool deliver(struct turn *turn, const struct part_group *group, const char *ending)
{
    char *text = join(turn, group, 0);
    struct understood understood;
    struct event whole = {
        .kind = EVENT_TEXT,
        .line = group->line,
        .external_id = talloc_asprintf(turn->mem, "parts:%lld%s", (long long)group->id, ending),
        .from = group->from,
        .to = group->to,
        .at = group->sent_at,
        .received_at = turn->now,
        .text = text,
        .total = group->total,
    };

    if (!text)
        return false;
    understand(turn->understanding, turn->mem, text, &understood);
    if (!store_add_event(turn->store, &whole))
        return false;
    if (whole.id == 0)
        return true;
    return conversation_text(turn, &whole, &understood) && store_finish_event(turn->store, &whole) &&
           store_deliver_group(turn->store, group->id, whole.case_id) &&
           store_blank_parts(turn->store, group->id, whole.id);
}

/* A text that made no case (a command without its number) is handled again when it is complete. */
static bool take_late(struct turn *turn, struct event *event, const struct part_group *group)
{
    struct late_part part = { .case_id = group->case_id, .sequence = event->sequence };

    event->case_id = group->case_id;
    if (group->case_id == 0)
        return group->present < group->total || deliver(turn, group, " whole");
    part.before = join(turn, group, event->sequence);
    part.after = join(turn, group, 0);
    return part.before && part.after && late_part_join(turn, event, &part);
}

bool parts_take(struct turn *turn, struct event *event)
{
    struct part_group *group;
    bool is_repeat;

    if (!store_add_part(turn->store, turn->mem, event, turn->now - LATE_SECONDS, &group, &is_repeat))
        return false;
    if (is_repeat) {
        event->outcome = event_outcome_name(OUTCOME_IGNORED);
        event->why = "this part was received before";
        return true;
    }
    event->outcome = event_outcome_name(OUTCOME_JOINED);
    if (group->is_delivered)
        return take_late(turn, event, group);
    if (group->present == group->total)
        return deliver(turn, group, "");
    event->outcome = event_outcome_name(OUTCOME_WAITING);
    turn->has_parts = true;
    return true;
}

bool parts_expire(struct turn *turn, void *arg)
{
    struct part_group *groups;
    size_t n;

    (void)arg;
    if (!store_waiting_groups(turn->store, turn->mem, turn->now - turn->config->part_timeout + 1, &groups,
                              &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!deliver(turn, &groups[i], ""))
            return false;
    return true;
}
