#include "gateway/page/placing.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/page/case_page.h"
#include "gateway/page/filing.h"
#include "gateway/page/live.h"
#include "gateway/turn/cache.h"

enum { PROPOSED = 3, LOOKED_AT = 5 };

struct proposed {
    int64_t units[PROPOSED];
    size_t n;
};

static void propose(struct proposed *proposed, int64_t unit)
{
    for (size_t i = 0; i < proposed->n; i++)
        if (proposed->units[i] == unit)
            return;
    if (unit && proposed->n < PROPOSED)
        proposed->units[proposed->n++] = unit;
}

/* Villages that share the name in the words come before the township that holds them all. */
static void propose_named(struct visit *visit, const struct case_ *case_, struct proposed *proposed)
{
    struct understood understood;

    understand(visit->turn.understanding, visit->exchange, case_->text, &understood);
    for (size_t i = 0; i < understood.place.n_candidates; i++)
        propose(proposed, understood.place.candidates[i]);
    propose(proposed, understood.place.unit);
}

/* Only of cases that the visitor may know of. */
static bool propose_before(struct visit *visit, const struct case_ *case_, struct proposed *proposed)
{
    struct case_filter before = {
        .reporter = case_->reporter, .newest_first = true, .not_guarded = true, .limit = LOOKED_AT
    };
    struct case_ *cases;
    size_t n;

    if (case_->is_anonymous || *case_->reporter != '+')
        return true;
    if (!store_cases(visit->turn.store, visit->exchange, &before, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned standing = 0;

        if (cases[i].place && !standing_of(&visit->turn, &cases[i], visit->person, &standing))
            return false;
        if (standing && !cases[i].is_anonymous)
            propose(proposed, cases[i].place);
    }
    return true;
}

bool placing_add(struct visit *visit, const struct case_ *case_, struct json_object *item)
{
    struct json_object *places = fill_list(item, "places");
    struct proposed proposed = { .n = 0 };

    propose_named(visit, case_, &proposed);
    if (proposed.n == 0 && !propose_before(visit, case_, &proposed))
        return false;
    for (size_t i = 0; i < proposed.n; i++) {
        const struct unit *unit = NULL;
        const char *name;

        if (!cache_unit(&visit->turn, proposed.units[i], &unit))
            return false;
        if (!unit || unit->level == UNIT_COUNTY)
            continue;
        name = unit_named_text(&visit->turn, unit);
        if (!name)
            return false;
        fill_text(fill_item(places), "name", name);
    }
    return true;
}

void placing_do(struct visit *visit)
{
    const char *at = visit_field(visit, "at"), *blank = strchr(at, ' ');
    struct filing filing = { .nonce = visit_field(visit, "nonce") };
    struct case_ *case_;

    if (!blank || !blank[1] || strlen(filing.nonce) != TOKEN_HEX) {
        visit_absent(visit);
        return;
    }
    case_ = case_page_find(visit, talloc_strndup(visit->exchange, at, (size_t)(blank - at)));
    if (!case_)
        return;
    filing.text = talloc_asprintf(visit->exchange, "改地 %s %s", case_->number, blank + 1);
    if (!filing_file(visit, &filing)) {
        visit_failed(visit);
        return;
    }
    live_wake(visit->page->live);
    filing_go(visit, &filing, "list/place");
}
