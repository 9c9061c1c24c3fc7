#include "gateway/understand/place/place_spans.h"

#include <talloc.h>
#include <uchar.h>

enum { SHORTEST = 2, LONGEST = 4 /* characters, the ending among them */ };

static const char32_t endings[] = U"村镇乡庄屯寨堡坪岭峪河沟湾";

static bool is_one_of(uint32_t symbol, const char32_t *characters)
{
    while (*characters && *characters != symbol)
        characters++;
    return *characters != 0;
}

/* Whether a name that ends with the symbol before can end here: 修路村里, 停水村民 name nothing. */
static bool can_end(const uint32_t *symbols, size_t at)
{
    if (is_one_of(symbols[at - 1], U"村镇乡庄屯寨堡坪岭峪"))
        return !is_one_of(symbols[at], U"里口委民上长干支主子政党卫学");
    return is_one_of(symbols[at - 1], U"河沟湾") && is_one_of(symbols[at], U"那边镇村乡沿东西南北两桥");
}

/* What a name does not begin with or hold: verbs, and what waters are called that stink. */
static bool is_none(const uint32_t *symbols, size_t from, size_t to)
{
    if (is_one_of(symbols[from],
                  U"修停没缺断通占买卖打种养吃喝用交收征拆建盖挖砍欠给到个全各本我你他她俺咱这那某"))
        return true;
    for (size_t i = from; i < to; i++)
        if (symbols[i] < 0x4E00 || symbols[i] > 0x9FFF || is_one_of(symbols[i], U"污脏臭黑废的了是在"))
            return true;
    return false;
}

static bool can_begin(const uint32_t *symbols, size_t at)
{
    return at == 0 || is_separator(symbols[at - 1]) || is_one_of(symbols[at - 1], U"在是到住往从们俺镇乡县");
}

void place_spans_add(struct place_spans *spans, size_t from, size_t to)
{
    if (spans->n < PLACE_SPANS_MOST && from < to)
        spans->list[spans->n++] = (struct place_span){ from, to };
}

void place_spans_find(struct place_spans *spans, const struct normal *normal)
{
    const uint32_t *symbols = normal->symbols;

    for (size_t from = 0; from < normal->n_symbols; from++) {
        if (!can_begin(symbols, from))
            continue;
        for (size_t to = from + SHORTEST; to <= from + LONGEST && to < normal->n_symbols; to++)
            if (can_end(symbols, to) && !is_none(symbols, from, to)) {
                place_spans_add(spans, from, to);
                break;
            }
    }
}

bool place_spans_hold(const struct place_spans *spans, size_t at)
{
    for (size_t i = 0; i < spans->n; i++)
        if (at >= spans->list[i].from && at < spans->list[i].to)
            return true;
    return false;
}

const uint32_t *place_spans_blank(const struct place_spans *spans, void *mem, const struct normal *normal)
{
    uint32_t *blanked;

    if (spans->n == 0)
        return normal->symbols;
    blanked = talloc_memdup(mem, normal->symbols, (normal->n_symbols + 1) * sizeof *blanked);
    for (size_t i = 0; i < spans->n; i++)
        for (size_t at = spans->list[i].from; at < spans->list[i].to && at < normal->n_symbols; at++)
            if (at + 1 < spans->list[i].to || !is_one_of(blanked[at], endings))
                blanked[at] = ' ';
    return blanked;
}
