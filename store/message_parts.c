#include <talloc.h>

#include "store/events.h"
#include "store/record.h"

static const struct field group_fields[] = {
    FIELD(part_group, id, FIELD_INT64),
    FIELD(part_group, line, FIELD_TEXT),
    FIELD_AS(part_group, from, "sender", FIELD_TEXT),
    FIELD_AS(part_group, to, "recipient", FIELD_MAYBE),
    FIELD(part_group, reference, FIELD_INT),
    FIELD(part_group, total, FIELD_INT),
    FIELD(part_group, present, FIELD_INT),
    FIELD(part_group, first_at, FIELD_INT64),
    FIELD(part_group, sent_at, FIELD_INT64),
    FIELD(part_group, is_delivered, FIELD_FLAG),
    FIELD(part_group, case_id, FIELD_ID),
};
static const struct record group_record = RECORD(part_group, group_fields);

/*
 * References repeat: some phones give each text the same one. The service centre stamps the parts of one text
 * within minutes, whenever they arrive, so parts stamped further apart are of two texts. A part in the same
 * words is the same part only if it was stamped soon after: greetings repeat too.
 */
enum { SAME_TEXT_SECONDS = 1200, SAME_PART_SECONDS = 120 };

#define SAME_MESSAGE \
    "line = $1 AND sender = $2 AND reference = $3 AND total = $4 AND (is_delivered = 0 OR first_at > $5)"

/* A group that already has this part: the network delivered it again with another time stamp. */
static bool find_repeat(struct store *store, void *mem, const struct event *part, int64_t late_after,
                        struct part_group **group)
{
    bool is_done;

    *group = record_one(store, mem, &group_record,
                        "SELECT {columns} FROM part_groups WHERE " SAME_MESSAGE
                        " AND EXISTS (SELECT 1 FROM parts JOIN events ON events.id = parts.event_id"
                        "  WHERE parts.group_id = part_groups.id AND parts.sequence = $6 AND events.text = $7"
                        "   AND abs(events.at - $8) <= $9)"
                        " ORDER BY id DESC LIMIT 1",
                        VALUES(as_text(part->line), as_text(part->from), as_number(part->reference),
                               as_number(part->total), as_number(late_after), as_number(part->sequence),
                               as_text(part->text), as_number(part->at), as_number(SAME_PART_SECONDS)),
                        &is_done);
    return is_done;
}

/* Of the messages that lack this part, prefers one still waiting, then the one sent nearest to it in time. */
static bool find_lacking(struct store *store, void *mem, const struct event *part, int64_t late_after,
                         struct part_group **group)
{
    bool is_done;

    *group = record_one(store, mem, &group_record,
                        "SELECT {columns} FROM part_groups WHERE " SAME_MESSAGE
                        " AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.group_id = part_groups.id"
                        "  AND parts.sequence = $6) AND abs(sent_at - $7) <= $8"
                        " ORDER BY is_delivered, abs(sent_at - $7), id LIMIT 1",
                        VALUES(as_text(part->line), as_text(part->from), as_number(part->reference),
                               as_number(part->total), as_number(late_after), as_number(part->sequence),
                               as_number(part->at), as_number(SAME_TEXT_SECONDS)),
                        &is_done);
    return is_done;
}

static bool open_group(struct store *store, void *mem, const struct event *part, struct part_group **group)
{
    bool is_done;

    *group = record_one(
        store, mem, &group_record,
        "INSERT INTO part_groups (line, sender, recipient, reference, total, present, first_at,"
        " sent_at, is_delivered) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 0) RETURNING {columns}",
        VALUES(as_text(part->line), as_text(part->from), as_maybe(part->to), as_number(part->reference),
               as_number(part->total), as_number(part->received_at), as_number(part->at)),
        &is_done);
    return is_done;
}

static bool put_part(struct store *store, struct part_group *group, const struct event *part)
{
    group->present++;
    return sql_run(store, "INSERT INTO parts (group_id, sequence, event_id) VALUES ($1, $2, $3)",
                   VALUES(as_number(group->id), as_number(part->sequence), as_number(part->id))) &&
           sql_run(store, "UPDATE part_groups SET present = present + 1 WHERE id = $1",
                   VALUES(as_number(group->id)));
}

bool store_add_part(struct store *store, void *mem, const struct event *part, int64_t late_after,
                    struct part_group **group, bool *is_repeat)
{
    *is_repeat = false;
    *group = NULL;
    if (part->sequence < 1 || part->sequence > part->total)
        return sql_fail(store, "there cannot be a part %d of %d", part->sequence, part->total);
    if (!find_repeat(store, mem, part, late_after, group))
        return false;
    if (*group) {
        *is_repeat = true;
        return true;
    }
    return find_lacking(store, mem, part, late_after, group) &&
           (*group || open_group(store, mem, part, group)) && put_part(store, *group, part);
}

/* Where the texts of a group go while its rows are read. */
struct texts {
    const char **texts;
    int64_t *event_ids;
    int total;
};

static bool take_part(const struct row *row, void *arg)
{
    struct texts *texts = arg;
    int64_t sequence = row_number(row, 0);
    const char *text = row_text(row, 2);

    if (sequence > texts->total)
        return true;
    texts->event_ids[sequence - 1] = row_number(row, 1);
    texts->texts[sequence - 1] = talloc_strdup(texts->texts, text ? text : "");
    return true;
}

bool store_group_texts(struct store *store, void *mem, int64_t group_id, int total, const char ***texts,
                       int64_t **event_ids)
{
    struct texts found = { .texts = talloc_zero_array(mem, const char *, (unsigned)total),
                           .event_ids = talloc_zero_array(mem, int64_t, (unsigned)total),
                           .total = total };

    *texts = found.texts;
    *event_ids = found.event_ids;
    return sql_each(store,
                    "SELECT p.sequence, p.event_id, e.text FROM parts p JOIN events e ON e.id = p.event_id"
                    " WHERE p.group_id = $1 ORDER BY p.sequence",
                    VALUES(as_number(group_id)), take_part, &found);
}

static bool take_raw(const struct row *row, void *arg)
{
    const char **raws = arg;
    int64_t sequence = row_number(row, 0);

    if (sequence >= 1 && sequence <= (int64_t)talloc_array_length(raws))
        raws[sequence - 1] = talloc_strdup(raws, row_text(row, 1));
    return true;
}

bool store_group_raws(struct store *store, void *mem, int64_t group_id, int total, const char ***raws)
{
    *raws = talloc_zero_array(mem, const char *, (unsigned)total);
    return sql_each(store,
                    "SELECT p.sequence, e.raw FROM parts p JOIN events e ON e.id = p.event_id"
                    " WHERE p.group_id = $1 AND e.raw IS NOT NULL AND e.text IS NOT NULL",
                    VALUES(as_number(group_id)), take_raw, *raws);
}

bool store_deliver_group(struct store *store, int64_t group_id, int64_t case_id)
{
    return sql_run(store, "UPDATE part_groups SET is_delivered = 1, case_id = $2 WHERE id = $1",
                   VALUES(as_number(group_id), as_id(case_id))) &&
           sql_run(store,
                   "UPDATE events SET outcome = 'joined', case_id = $2 WHERE outcome = 'waiting' AND id IN"
                   " (SELECT event_id FROM parts WHERE group_id = $1)",
                   VALUES(as_number(group_id), as_id(case_id)));
}

static bool erase_part(const struct row *row, void *arg)
{
    struct store *store = arg;

    if (store->journal)
        journal_watcher.erase(store, "events", row_number(row, 0));
    return true;
}

bool store_blank_parts(struct store *store, int64_t group_id, int64_t event_id)
{
    return sql_each(
        store,
        "UPDATE events SET text = '" STORE_BLANKED "', raw = NULL WHERE id IN"
        " (SELECT event_id FROM parts WHERE group_id = $1)"
        " AND EXISTS (SELECT 1 FROM events AS whole WHERE whole.id = $2 AND whole.text = '" STORE_BLANKED
        "') RETURNING id",
        VALUES(as_number(group_id), as_number(event_id)), erase_part, store);
}

bool store_waiting_groups(struct store *store, void *mem, int64_t before, struct part_group **groups,
                          size_t *n)
{
    bool is_done;

    *groups = record_list(store, mem, &group_record,
                          "SELECT {columns} FROM part_groups WHERE is_delivered = 0 AND first_at < $1"
                          " ORDER BY first_at, id",
                          false, VALUES(as_number(before)), n, &is_done);
    return is_done;
}

bool store_oldest_waiting(struct store *store, int64_t *first_at)
{
    return sql_number(store, "SELECT min(first_at) FROM part_groups WHERE is_delivered = 0", NO_VALUES,
                      first_at);
}
