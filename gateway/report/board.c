#include "gateway/report/board.h"

#include "gateway/report/qr.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/unit_name.h"

const char *board_name(enum bulletin_kind kind)
{
    static const char *const names[] = {
        [BULLETIN_SHOW] = "bulletin-show",
        [BULLETIN_REPORT] = "bulletin-report",
        [BULLETIN_EVALUATE] = "bulletin-evaluate",
    };

    return names[kind];
}

/* Tells a template whether a list has rows, so that it can leave out the heading. */
static void add_flag(struct json_object *board, const char *flag, const char *list)
{
    struct json_object *all;

    if (json_object_object_get_ex(board, list, &all))
        facts_flag(board, flag, json_object_array_length(all) > 0);
}

static void add_address(void *mem, const struct config *config, struct json_object *board)
{
    const char *picture = config->page_public_url ? qr_picture(mem, config->page_public_url) : NULL;

    if (!picture)
        return;
    facts_text(board, "public_url", config->page_public_url, 0);
    facts_text(board, "qr", picture, 0);
}

struct json_object *board_json(void *mem, struct store *store, const struct config *config,
                               const struct bulletin_query *query)
{
    struct json_object *board = bulletin_json(mem, store, query);
    struct unit *unit = NULL;

    if (!board)
        return NULL;
    facts_text(board, "county", config->county, 0);
    if (query->unit && store_unit(store, mem, query->unit, &unit) && unit && unit->level != UNIT_COUNTY)
        facts_text(board, "within", unit_name_short(mem, unit->name), 0);
    if (!query->has_flags)
        return board;
    add_flag(board, "has_cases", "cases");
    add_flag(board, "has_endings", "endings");
    add_flag(board, "has_public_works", "public_works");
    add_address(mem, config, board);
    return board;
}
