#include "gateway/conversation/cadre/cadre_forward_out.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/turn/facts.h"
#include "store/county/counties.h"

static const char *const gaps[] = { " ", "，", ",", "。", "；", ";", "：", ":", "、" };

/* The words up to the first space or mark, from mem. */
static const char *first_word(void *mem, const char *words)
{
    size_t end = strlen(words);

    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        const char *gap = strstr(words, gaps[i]);

        if (gap && (size_t)(gap - words) < end)
            end = (size_t)(gap - words);
    }
    return talloc_strndup(mem, words, end);
}

static bool find_county(struct talk *talk, struct county **county)
{
    const char *name = first_word(talk->turn->mem, talk->match.rest), *bare = unit_named_without_to(name);

    *county = NULL;
    if (!talk->turn->config->centre_url)
        return true;
    return store_county_by_name(talk->turn->store, talk->turn->mem, name, county) &&
           (*county || bare == name ||
            store_county_by_name(talk->turn->store, talk->turn->mem, bare, county));
}

bool cadre_forward_out(struct talk *talk, struct case_ *case_, bool *is_handled)
{
    struct action action = { .act = ACT_FORWARD_OUT, .case_ = case_, .words = talk->match.rest };
    struct json_object *facts;
    struct county *county;

    if (!find_county(talk, &county))
        return false;
    *is_handled = county != NULL;
    if (!county)
        return true;
    action.county = county;
    if (*county->key && !county_has_changed(county))
        return talk_take(talk, &action, "forwarded-out-done");
    facts = facts_text(NULL, "county", county->name, CLIP_HINT);
    facts_flag(facts, "has_changed", county_has_changed(county));
    return talk_answer(talk, "county-not-there", facts, case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, "county-not-there");
}

/* 尧都区 */
static bool is_like_a_county(const char *name)
{
    static const char *const ends[] = { "县", "区", "市", "旗" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(name), end = strlen(ends[i]);

        if (length > end && strcmp(name + length - end, ends[i]) == 0)
            return true;
    }
    return false;
}

bool cadre_add_why_no_county(struct talk *talk, struct json_object *facts)
{
    const char *version;

    if (!is_like_a_county(first_word(talk->turn->mem, talk->match.rest)))
        return true;
    if (!store_counties_version(talk->turn->store, talk->turn->mem, &version))
        return false;
    facts_flag(facts, "no_centre", !talk->turn->config->centre_url || !*version);
    facts_flag(facts, "no_county", talk->turn->config->centre_url && *version);
    return true;
}
