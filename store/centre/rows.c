#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/centre/centre_private.h"

#define SHREDDING "to shred" /* a setting */

enum { HOLDING_MOST = 32 /* words that one row has searched for; each is looked for in all rows */ };

static int64_t number_of(struct json_object *body, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(body, name, &value) ? json_object_get_int64(value) : 0;
}

const char *centre_text_of(struct json_object *body, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(body, name, &value) && json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : "";
}

/* Stores the columns that figures count. A sealed case has no head, so it is in no figure. */
static bool put_head(struct store *store, const char *gateway, int64_t seq, const char *text)
{
    struct json_object *body = json_tokener_parse(text);
    struct json_object *head = NULL;
    bool is_done = true;

    if (json_object_object_get_ex(body, "head", &head))
        head = json_object_get(head);
    else
        head = json_object_get(body);
    if (number_of(head, "id") > 0)
        is_done = sql_run(
            store,
            "INSERT INTO heads (gateway, id, seq, number, state, category, topic, received_at, finish_by,"
            " closed_at, rating) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            " ON CONFLICT (gateway, id) DO UPDATE SET seq = excluded.seq, number = excluded.number,"
            " state = excluded.state, category = excluded.category, topic = excluded.topic,"
            " received_at = excluded.received_at, finish_by = excluded.finish_by,"
            " closed_at = excluded.closed_at, rating = excluded.rating",
            VALUES(as_text(gateway), as_number(number_of(head, "id")), as_number(seq),
                   as_text(centre_text_of(head, "number")), as_text(centre_text_of(head, "state")),
                   as_text(centre_text_of(head, "category")), as_text(centre_text_of(head, "topic")),
                   as_number(number_of(head, "received_at")), as_number(number_of(head, "finish_by")),
                   as_number(number_of(head, "closed_at")), as_number(number_of(head, "rating"))));
    json_object_put(head);
    json_object_put(body);
    return is_done;
}

static bool erase_one(struct store *store, const char *gateway, int64_t until, const char *name)
{
    const char *entity = name ? strchr(name, '/') : NULL;
    char *kind;
    bool is_done;

    if (!entity)
        return true;
    kind = talloc_strndup(NULL, name, (size_t)(entity++ - name));
    is_done = sql_run(store,
                      "UPDATE journal SET body = NULL, salt = NULL WHERE gateway = $1 AND kind = $2"
                      " AND entity = $3 AND seq <= $4 AND body IS NOT NULL",
                      VALUES(as_text(gateway), as_text(kind), as_text(entity), as_number(until)));
    if (is_done && strcmp(kind, "cases") == 0)
        is_done = sql_run(store, "DELETE FROM heads WHERE gateway = $1 AND id = $2 AND seq <= $3",
                          VALUES(as_text(gateway), as_number(strtoll(entity, NULL, 10)), as_number(until)));
    talloc_free(kind);
    return is_done;
}

/* Asks centre_shred to remove the remains of erased rows later. */
static bool wish_shredding(struct store *store)
{
    return store_set(store, SHREDDING, "1");
}

/* Of rows up to until those that a later row of their entity has replaced. */
#define REPLACED                                                                                        \
    "UPDATE journal SET body = NULL, salt = NULL WHERE gateway = $1 AND seq <= $2 AND body IS NOT NULL" \
    " AND kind NOT IN ('schema', 'baseline', 'erased') AND EXISTS (SELECT 1 FROM journal later WHERE"   \
    " later.gateway = $1 AND later.kind = journal.kind AND later.entity = journal.entity"               \
    " AND later.seq > journal.seq AND later.adopted_at = 0 AND later.body IS NOT NULL)"

static bool erase_replaced(struct store *store, const char *gateway, struct json_object *body)
{
    int64_t until = number_of(body, "until");
    struct json_object *words = NULL, *all = NULL;
    bool is_done = true;

    json_object_object_get_ex(body, "replaced", &all);
    if (!json_object_object_get_ex(body, "holding", &words) || !json_object_is_type(words, json_type_array))
        words = NULL;
    if (json_object_get_boolean(all) || (words && json_object_array_length(words) > HOLDING_MOST))
        return sql_run(store, REPLACED, VALUES(as_text(gateway), as_number(until)));
    for (size_t i = 0; words && i < json_object_array_length(words) && is_done; i++) {
        const char *word = json_object_get_string(json_object_array_get_idx(words, i));
        char *holding = talloc_asprintf(NULL, "%%%s%%", word ? word : "");

        is_done = sql_run(store, REPLACED " AND body LIKE $3",
                          VALUES(as_text(gateway), as_number(until), as_text(holding)));
        talloc_free(holding);
    }
    return is_done;
}

static bool erase_all(struct store *store, const char *gateway, const char *text)
{
    struct json_object *body = json_tokener_parse(text), *names = NULL;
    bool is_done = erase_replaced(store, gateway, body);
    bool has_names =
        json_object_object_get_ex(body, "names", &names) && json_object_is_type(names, json_type_array);
    size_t n = has_names ? json_object_array_length(names) : 0;

    for (size_t i = 0; i < n && is_done; i++)
        is_done = erase_one(store, gateway, number_of(body, "until"),
                            json_object_get_string(json_object_array_get_idx(names, i)));
    json_object_put(body);
    return is_done && wish_shredding(store);
}

/* The county sends all rows again after this one. Deleting the heads first drops cases that no longer exist.
 */
static bool begin_again(struct store *store, const char *gateway)
{
    return sql_run(store, "DELETE FROM heads WHERE gateway = $1", VALUES(as_text(gateway)));
}

/* The county did not carry out an order. */
static bool note_refusal(struct store *store, const char *gateway, const char *text)
{
    struct json_object *body = json_tokener_parse(text);
    const struct order order = { .id = number_of(body, "id"),
                                 .gateway = gateway,
                                 .kind = centre_text_of(body, "kind"),
                                 .made_at = number_of(body, "made_at"),
                                 .refused = centre_text_of(body, "why") };
    bool is_done = centre_refuse_order(store, &order);

    json_object_put(body);
    return is_done;
}

static bool follow(struct store *store, const char *gateway, const struct journal_row *row)
{
    if (!row->body)
        return true;
    if (strcmp(row->kind, "erased") == 0)
        return erase_all(store, gateway, row->body);
    if (strcmp(row->kind, "schema") == 0)
        return begin_again(store, gateway);
    return strcmp(row->kind, "cases") != 0 || put_head(store, gateway, row->seq, row->body);
}

bool centre_act_on(struct store *store, const char *gateway, const struct journal_row *row)
{
    if (!row->body)
        return true;
    if (strcmp(row->kind, "transfers") == 0)
        return centre_follow_transfer(store, gateway, row);
    if (strcmp(row->kind, "refused_orders") == 0)
        return note_refusal(store, gateway, row->body);
    return strcmp(row->kind, "settings") != 0 || strcmp(row->entity, ORDERS_DONE) != 0 ||
           centre_forget_copies(store, gateway);
}

struct acting {
    struct store *store;
    const char *gateway;
    bool is_done;
};

static bool act(const struct journal_row *row, void *arg)
{
    struct acting *acting = arg;

    acting->is_done = centre_act_on(acting->store, acting->gateway, row);
    return acting->is_done;
}

/* By the entity's index ("+ 0"): the rows may be all of a county's store, and few of them ask for anything.
 */
bool centre_act_on_rows(struct store *store, const char *gateway, int64_t first, int64_t last)
{
    struct acting acting = { .store = store, .gateway = gateway, .is_done = true };
    struct journal_reader reader = { act, &acting };

    return first > last ||
           (sql_each(store,
                     "SELECT " JOURNAL_COLUMNS " FROM journal WHERE gateway = $1 AND adopted_at = 0"
                     " AND body IS NOT NULL AND kind IN ('transfers', 'refused_orders', 'settings')"
                     " AND seq + 0 BETWEEN $2 AND $3 ORDER BY seq",
                     VALUES(as_text(gateway), as_number(first), as_number(last)), journal_hand_row,
                     &reader) &&
            acting.is_done);
}

static const char insert_row[] = "INSERT INTO journal (gateway, seq, epoch, at, kind, entity, body, salt,"
                                 " body_hash, hash, adopted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                                 " $10, $11)";

#define ROW_VALUES(adopted)                                                                                 \
    VALUES(as_text(gateway), as_number(row->seq), as_number(epoch), as_number(row->at), as_text(row->kind), \
           as_text(row->entity), as_maybe(row->body), as_maybe(row->salt), as_text(row->body_hash),         \
           as_text(row->hash), as_number(adopted))

bool centre_add_row(struct store *store, const char *gateway, int64_t epoch, const struct journal_row *row)
{
    return sql_run(store, insert_row, ROW_VALUES(0)) && follow(store, gateway, row);
}

bool centre_move_end(struct store *store, const char *gateway, int64_t epoch, const struct journal_point *end,
                     int64_t whole_seq, int64_t at, bool *is_moved)
{
    int64_t moved = 0;
    bool is_done =
        sql_number(store,
                   "UPDATE feeds SET seq = $3, hash = $4, heard_at = $5, whole_seq = $6 WHERE gateway = $1"
                   " AND epoch = $2 RETURNING 1",
                   VALUES(as_text(gateway), as_number(epoch), as_number(end->seq), as_text(end->hash),
                          as_number(at), as_number(whole_seq)),
                   &moved);

    *is_moved = moved == 1;
    return is_done;
}

bool centre_hash_at(struct store *store, void *mem, const char *gateway, int64_t seq, const char **hash)
{
    bool is_done =
        sql_text(store, mem, "SELECT hash FROM journal WHERE gateway = $1 AND seq = $2 AND adopted_at = 0",
                 VALUES(as_text(gateway), as_number(seq)), hash);

    if (is_done && !*hash)
        *hash = "";
    return is_done;
}

bool centre_each_row(struct store *store, const char *gateway, int64_t after, int limit,
                     bool (*each)(const struct journal_row *row, void *arg), void *arg)
{
    struct journal_reader reader = { each, arg };

    return sql_each(store,
                    "SELECT " JOURNAL_COLUMNS " FROM journal"
                    " WHERE gateway = $1 AND seq > $2 AND seq <= (SELECT whole_seq FROM feeds WHERE"
                    " gateway = $1) AND adopted_at = 0 ORDER BY seq LIMIT $3",
                    VALUES(as_text(gateway), as_number(after), as_number(limit)), journal_hand_row, &reader);
}

bool centre_last_of_epoch(struct store *store, const char *gateway, int64_t epoch, int64_t *seq)
{
    return sql_number(store,
                      "SELECT max(seq) FROM journal WHERE gateway = $1 AND epoch <= $2 AND adopted_at = 0",
                      VALUES(as_text(gateway), as_number(epoch)), seq);
}

bool centre_adopt_row(struct store *store, const char *gateway, int64_t epoch, const struct journal_row *row,
                      int64_t at, bool *is_new)
{
    int64_t n = 0;

    if (!sql_number(store, "SELECT count(*) FROM journal WHERE gateway = $1 AND seq = $2 AND epoch = $3",
                    VALUES(as_text(gateway), as_number(row->seq), as_number(epoch)), &n))
        return false;
    *is_new = n == 0;
    return n > 0 || sql_run(store, insert_row, ROW_VALUES(at));
}

#define OLD_ROWS                                                                                             \
    " gateway = $1 AND adopted_at = 0 AND body IS NOT NULL AND kind NOT IN ('schema', 'baseline', 'erased')" \
    " AND seq < (SELECT max(s.seq) FROM journal s WHERE s.gateway = $1 AND s.kind = 'schema'"                \
    "  AND s.adopted_at = 0 AND EXISTS (SELECT 1 FROM journal b WHERE b.gateway = $1"                        \
    "  AND b.kind = 'baseline' AND b.adopted_at = 0 AND b.seq > s.seq))"

bool centre_blank_old_rows(struct store *store, const char *gateway, int64_t *n)
{
    return sql_number(store, "SELECT count(*) FROM journal WHERE" OLD_ROWS, VALUES(as_text(gateway)), n) &&
           sql_run(store, "UPDATE journal SET body = NULL, salt = NULL WHERE" OLD_ROWS,
                   VALUES(as_text(gateway))) &&
           wish_shredding(store);
}

bool centre_shred(struct store *store)
{
    void *mem = talloc_new(store);
    const char *wish = NULL;
    bool is_done = store_get(store, mem, SHREDDING, &wish);

    if (is_done && wish)
        is_done = (!store_path(store) || store->sql->shred(store, false)) &&
                  sql_run(store, "DELETE FROM settings WHERE name = $1", VALUES(as_text(SHREDDING)));
    talloc_free(mem);
    return is_done;
}
