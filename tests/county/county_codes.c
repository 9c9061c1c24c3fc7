/*
 * Steps that want a code: asked for, mistyped, sent back; and how a case ends with them.
 */
#include "tests/county/county_acts.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

static bool ask(struct county *county, struct item *item, const char *command, const char *words)
{
    if (!county_is_open(item->appeal) || (item->by->roles == 0 && item->by != item->appeal->reporter))
        return false;
    *item->by->code = '\0';
    item->text = county_words(county, command, item->appeal->number, words);
    item->by->busy_until = county->now + 600;
    return true;
}

bool say_close(struct county *county, struct item *item)
{
    return ask(county, item, "办结", talloc_asprintf(county->mem, "已经办好，第%d回", ++item->appeal->said));
}

bool say_explain(struct county *county, struct item *item)
{
    return ask(county, item, "解释", "土地管理法 按规定补偿已经到位");
}

bool say_refuse(struct county *county, struct item *item)
{
    return ask(county, item, "不受理", "已经起诉，请找县法院");
}

/* Thirty days behind the term there is nothing left to ask for. */
bool say_extend(struct county *county, struct item *item)
{
    unsigned days = 5 + county_draw(county, 20);
    struct appeal *appeal = item->appeal;

    if (appeal->stage == WORKED_ON && county->now + (int64_t)days * DAY > appeal->accepted_at + 88 * DAY) {
        county_go_on_working(county, appeal);
        return false;
    }
    return ask(county, item, "延期", talloc_asprintf(county->mem, "%u天 等材料到货", days));
}

bool say_adopt(struct county *county, struct item *item)
{
    return !item->appeal->is_guarded && ask(county, item, "包案", "");
}

bool say_clear(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_CLEARING;
    return ask(county, item, "无涉", "已核实，没有这回事");
}

bool say_withdraw(struct county *county, struct item *item)
{
    return ask(county, item, "撤", "");
}

void then_ask(struct county *county, struct item *item)
{
    if (!*item->by->code) {
        county_broken(county, item->appeal, "%s was given no code", item->action->name);
        return;
    }
    if (county_wants(item->appeal, WANTS_WRONG_CODE)) {
        item->appeal->wishes &= ~(unsigned)WANTS_WRONG_CODE;
        county_next(county, county_soon(county), "wrong code", item->appeal, item->by);
        item->appeal->ending = item->action->name;
        return;
    }
    county_add(county, county_soon(county), county_confirmed(item->action->name), item->appeal, item->by);
}

bool say_wrong_code(struct county *county, struct item *item)
{
    char *code = talloc_strdup(county->mem, item->by->code);

    code[3] = code[3] == '7' ? '8' : '7';
    item->text = code;
    return true;
}

void then_wrong_code(struct county *county, struct item *item)
{
    county_add(county, county_soon(county), county_confirmed(item->appeal->ending), item->appeal, item->by);
}

bool say_code(struct county *county, struct item *item)
{
    item->text = talloc_strdup(county->mem, item->by->code);
    item->by->busy_until = 0;
    if (county_is_open(item->appeal))
        return true;
    *item->by->code = '\0';
    return false;
}

bool say_review(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (appeal->stage != ENDED)
        return false;
    *item->by->code = '\0';
    item->text = county_words(county, "复查答复", appeal->number, "原答复符合规定，予以维持");
    item->by->busy_until = county->now + 600;
    return true;
}

bool say_review_code(struct county *county, struct item *item)
{
    item->text = talloc_strdup(county->mem, item->by->code);
    item->by->busy_until = 0;
    return true;
}

/* The county answered: 复核 is for a body above it. */
void then_reviewed(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    appeal->reviewed_at = county->now;
    item->by->undoable = appeal->index;
    if (county_wants(appeal, WANTS_SECOND_REVIEW))
        county_next(county, county_free_hour(county, county->now, 1, 20), "appeal above", appeal,
                    appeal->reporter);
}

/* What the reporter makes of the answer. */
static void go_on_rating(struct county *county, struct appeal *appeal)
{
    unsigned lot = county_draw(county, 100);
    struct who *by = appeal->reporter;

    if (appeal->fate == LEFT_RATED_UNSOLVED || appeal->fate == LEFT_REOPENED) {
        bool is_late = appeal->fate == LEFT_RATED_UNSOLVED;
        appeal->rating = 4;
        county_next(county, county_free_hour(county, county->now, is_late ? 8 : 0, is_late ? 20 : 5), "rate",
                    appeal, by);
        return;
    }
    if (county_wants(appeal, WANTS_REOPENING)) {
        appeal->wishes &= ~(unsigned)WANTS_REOPENING;
        appeal->rating = 4;
        county_next(county, county_free_hour(county, county->now, 0, 5),
                    county_chance(county, 600) ? "rate" : "reopen", appeal, by);
        return;
    }
    appeal->rating = lot < 60 ? 1 : lot < 85 ? 2 : 3;
    if (county_chance(county, 750))
        county_next(county, county_free_hour(county, county->now, 0, county_chance(county, 700) ? 2 : 12),
                    "rate", appeal, by);
    else
        appeal->rating = 0;
}

void then_ended(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    appeal->stage = ENDED;
    appeal->ended_at = county->now;
    item->by->undoable = appeal->index;
    go_on_rating(county, appeal);
}

void then_over(struct county *county, struct item *item)
{
    (void)county;
    item->appeal->stage = OVER;
}

void then_cleared(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    appeal->is_guarded = false;
    if (appeal->stage == WAITING) {
        county_forget_plans(appeal);
        appeal->given_at = county->now;
        county_go_on_waiting(county, appeal);
    }
}

void then_undoable(struct county *county, struct item *item)
{
    (void)county;
    item->by->undoable = item->appeal->index;
}
