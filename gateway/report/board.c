#include "gateway/report/board.h"

#include "gateway/report/pictures.h"
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

/* Below this many cases of a topic, it could tell who wrote. */
enum { FEWEST_OF_A_TOPIC = 5 };

/* 晒 has those of its quarter, 评 those of its year. */
static bool add_pictures(void *mem, struct store *store, const struct bulletin_query *query,
                         struct json_object *board)
{
    struct date end = bulletin_date(query->kind, query->date);
    struct date begin = { end.year, query->kind == BULLETIN_REPORT ? end.month - 2 : 1, 1 };
    const struct pictures_query wish = { .since = date_moment(begin, 0),
                                         .until = date_moment(date_plus(end, 1), 0),
                                         .now = query->now,
                                         .unit = query->unit,
                                         .fewest = FEWEST_OF_A_TOPIC };
    struct json_object *pictures;

    if (query->kind == BULLETIN_SHOW)
        return true;
    pictures = pictures_json(mem, store, &wish);
    if (pictures)
        json_object_object_add(board, "pictures", pictures);
    return pictures != NULL;
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
    if (!query->has_rows || add_pictures(mem, store, query, board))
        return board;
    json_object_put(board);
    return NULL;
}
