/*
 * Forwards cases between counties. A county's journal has a row for each case that it forwards and for each
 * answer to another county; the centre turns the row into an order for the other county. An order may be
 * repeated, because a restarted journal repeats its rows: a county handles each case once.
 */
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "store/centre/centre_private.h"

#define COUNTIES_VERSION "counties version" /* a setting */

static void add(struct json_object *body, const char *name, const char *text)
{
    json_object_object_add(body, name, json_object_new_string(text));
}

static bool send(struct store *store, const char *to, const char *kind, struct json_object *body, int64_t at)
{
    struct order order = {
        .gateway = to,
        .kind = kind,
        .body = json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        .made_at = at,
    };

    return centre_add_order(store, &order);
}

/* from: the county whose journal has the row; other: the county that the row names. */
static bool pass_on(struct store *store, void *mem, const char *from, struct json_object *row, int64_t at)
{
    const char *state = centre_text_of(row, "state"), *other = centre_text_of(row, "county");
    bool is_out = strcmp(centre_text_of(row, "direction"), "out") == 0, is_done;
    struct feed *ours, *theirs;
    struct json_object *body;

    if (strcmp(state, "asked") == 0 ? !*centre_text_of(row, "copy") : is_out)
        return true; /* nothing is asked, or it is an answer that came from here */
    if (!centre_feed(store, mem, from, &ours) || !centre_feed(store, mem, other, &theirs))
        return false;
    if (!ours || (!theirs && !is_out))
        return true;
    body = json_object_new_object();
    add(body, "county", is_out && !theirs ? other : from);
    add(body, "name", is_out && !theirs ? centre_text_of(row, "name") : ours->name);
    add(body, "number", centre_text_of(row, is_out ? "number" : "their_number"));
    if (is_out && theirs)
        add(body, "copy", centre_text_of(row, "copy"));
    else if (is_out)
        add(body, "why", "unknown");
    else
        add(body, "why", centre_text_of(row, "why"));
    if (!is_out)
        add(body, "their_number", centre_text_of(row, "number"));
    is_done = send(store, is_out && !theirs ? from : other,
                   is_out && theirs                          ? "transfer"
                   : strcmp(state, "linked") == 0 && !is_out ? "linked"
                                                             : "transfer refused",
                   body, at);
    json_object_put(body);
    return is_done;
}

bool centre_follow_transfer(struct store *store, const char *gateway, const struct journal_row *row)
{
    struct json_object *body = json_tokener_parse(row->body);
    void *mem = talloc_new(store);
    bool is_done =
        !json_object_is_type(body, json_type_object) || pass_on(store, mem, gateway, body, row->at);

    talloc_free(mem);
    json_object_put(body);
    return is_done;
}

bool centre_counties_version(struct store *store, void *mem, const char **version)
{
    *version = NULL;
    if (!store_get(store, mem, COUNTIES_VERSION, version))
        return false;
    if (!*version)
        *version = "";
    return true;
}

bool centre_renew_counties(struct store *store, const char *version)
{
    return store_set(store, COUNTIES_VERSION, version);
}

bool centre_set_transfer_key(struct store *store, const char *gateway, const char *key)
{
    return sql_run(store, "UPDATE feeds SET transfer_key = $2 WHERE gateway = $1",
                   VALUES(as_text(gateway), as_text(key)));
}
