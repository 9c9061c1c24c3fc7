/*
 * What reporters say: what they want, and what they make of the answers.
 */
#include "tests/county/county_acts.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

static bool is_alone(struct county *county, struct item *item)
{
    struct who *by = item->by;

    if (county->now - by->joined_at > 11 * MINUTE)
        return true;
    county_add(county, by->joined_at + 11 * MINUTE + county_draw(county, MINUTE), item->action, item->appeal,
               by);
    return false;
}

bool say_birth(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (appeal->origin != FILED_BY_CADRE && !is_alone(county, item))
        return false;
    county_write_appeal(county, appeal);
    item->text = appeal->text;
    if (appeal->origin == BY_HIDDEN_TEXT)
        item->text = talloc_asprintf(county->mem, "匿名 %s，%s", appeal->reporter->phone + 3, appeal->text);
    if (appeal->origin == FILED_BY_CADRE)
        item->text = talloc_asprintf(county->mem, "代 %s %s", appeal->reporter->phone + 3, appeal->text);
    return true;
}

/* Those who must not know of it try to. */
void county_plan_peeks(struct county *county, struct appeal *appeal)
{
    struct who *other = county_staff_of(county, ROLE_CADRE | ROLE_LEADER, NULL);

    if (appeal->accused) {
        county_next(county, county_office_hour(county, county->now, 0, 4), "peek", appeal, appeal->accused);
        county_next(county, county_office_hour(county, county->now, 0, 9), "peek at lists", appeal,
                    appeal->accused);
    }
    county_next(county, county_office_hour(county, county->now, 0, 9), "peek", appeal, other);
}

static void plan_by_the_way(struct county *county, struct appeal *appeal)
{
    struct who *reporter = appeal->reporter;
    int64_t now = county->now;
    static const struct {
        unsigned wish;
        const char *name;
        int days;
    } ways[] = { { WANTS_ADD, "add", 9 },        { WANTS_STATUS, "status", 20 },
                 { WANTS_THANKS, "thanks", 20 }, { WANTS_SAME_AGAIN, "same again", 0 },
                 { WANTS_GUARD, "accuse", 12 },  { WANTS_STOP, "stop", 6 } };

    if (county_wants(appeal, WANTS_JOIN) && appeal->origin != FILED_BY_CADRE)
        county_next(county, county_soon(county), "join", appeal, reporter);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (county_wants(appeal, ways[i].wish))
            county_next(county,
                        ways[i].days ? county_free_hour(county, now, 1, ways[i].days) : now + 40 * MINUTE,
                        ways[i].name, appeal, reporter);
    if (county_wants(appeal, WANTS_NUDGE))
        county_next(county, county_office_hour(county, now, 3, 15), "nudge", appeal,
                    county_staff_of(county, ROLE_SUPERVISOR, "141027"));
    if (county_wants(appeal, WANTS_ADOPTION))
        county_next(county, county_office_hour(county, now, 1, 9), "adopt", appeal,
                    county_staff_of(county, ROLE_LEADER, "141027"));
    if (county_wants(appeal, WANTS_SHOW))
        county_next(county, county_office_hour(county, now, 1, 9), "show", appeal,
                    county_staff_of(county, ROLE_LEADER, "141027"));
    if (county_wants(appeal, WANTS_HOLD))
        county_next(county, county_office_hour(county, now, 1, 9), "hold", appeal,
                    county_staff_of(county, ROLE_LEADER, "141027"));
}

static void born(struct county *county, struct item *item, int64_t case_id)
{
    struct appeal *appeal = item->appeal;
    sqlite3_stmt *find =
        county_ask(county, "SELECT number, is_guarded, place, category, topic FROM cases WHERE id = ?1");

    sqlite3_bind_int64(find, 1, case_id);
    if (!case_id || sqlite3_step(find) != SQLITE_ROW) {
        sqlite3_reset(find);
        county_broken(county, appeal, "made no case: %s", item->text);
        appeal->stage = OVER;
        return;
    }
    appeal->case_id = case_id;
    snprintf(appeal->number, sizeof appeal->number, "%s", (const char *)sqlite3_column_text(find, 0));
    if (sqlite3_column_int(find, 1) != appeal->is_guarded)
        county_broken(county, appeal, "%s guarded: %s", appeal->is_guarded ? "is not" : "is", appeal->text);
    if (sqlite3_column_int64(find, 2) != county->villages[appeal->village].id)
        county_broken(county, appeal, "the place is another: %s", appeal->text);
    if (appeal->fate == LEFT_NEW || appeal->fate == LEFT_REFUSED || appeal->fate == LEFT_WITHDRAWN) {
        /* nobody will correct what the program guessed */
        case_category_parse((const char *)sqlite3_column_text(find, 3), &appeal->category);
        appeal->topic = talloc_strdup(county, (const char *)sqlite3_column_text(find, 4));
    }
    sqlite3_reset(find);
    appeal->sent_at = item->sent_at;
    appeal->born_at = appeal->given_at = county->now;
    appeal->stage = WAITING;
    appeal->reporter->joined_at = county->now;
    if (appeal->is_urgent)
        county_watch_by_the_hour(county);
    if (appeal->is_guarded)
        county_plan_peeks(county, appeal);
    plan_by_the_way(county, appeal);
    county_go_on_waiting(county, appeal);
}

void then_birth(struct county *county, struct item *item)
{
    born(county, item, county_number(county, "SELECT case_id FROM events WHERE id = ?1", item->event_id));
}

bool say_join(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal,
                  *child = appeal->child == NONE ? NULL : &county->appeals[appeal->child];
    bool is_in_time = county->now - appeal->born_at < 9 * MINUTE &&
                      item->sent_at - appeal->sent_at < 9 * MINUTE && county_is_open(appeal);

    if (child && child->origin == SPLIT_OFF) {
        if (!is_in_time) { /* then it comes by itself */
            child->origin = BY_TEXT;
            county_add(county, county_free_hour(county, county->now, 1, 3), county_birth, child,
                       child->reporter);
            return false;
        }
        county_write_appeal(county, child);
        item->text = child->text;
        return true;
    }
    item->text = talloc_asprintf(county->mem, "还有，一共%d个人受影响", ++item->by->written);
    return is_in_time;
}

void then_join(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->joined_at = county->now;
    if (appeal->child != NONE && county->appeals[appeal->child].origin == SPLIT_OFF)
        county_next(county, county_soon(county), "split off", &county->appeals[appeal->child], item->by);
}

bool say_split_off(struct county *county, struct item *item)
{
    (void)county;
    item->text = "新";
    return true;
}

bool say_add(struct county *county, struct item *item)
{
    item->text = county_words(county, "补", item->appeal->number,
                              talloc_asprintf(county->mem, "问题还在，第%d次说了", ++item->by->written));
    return county_is_open(item->appeal);
}

/* A further text that speaks against who works on it. */
bool say_accuse(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (appeal->stage != WORKED_ON || appeal->is_guarded)
        return false;
    appeal->accused = appeal->handler;
    appeal->accused_name = appeal->handler->name;
    appeal->is_guarded = true;
    item->by->written++;
    item->text = county_words(county, "补", appeal->number, county_accusation(county, appeal));
    return true;
}

void then_accuse(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    county_forget_plans(appeal);
    appeal->stage = WAITING;
    appeal->handler = NULL;
    appeal->given_at = county->now;
    county_plan_peeks(county, appeal);
    county_go_on_waiting(county, appeal);
}

bool say_status(struct county *county, struct item *item)
{
    item->text = county_words(county, "查", item->appeal->number, "");
    return true;
}

bool say_thanks(struct county *county, struct item *item)
{
    (void)county;
    item->text = "好的，谢谢";
    return true;
}

bool say_same_again(struct county *county, struct item *item)
{
    (void)county;
    item->text = item->appeal->text;
    return county_is_open(item->appeal) && item->appeal->origin == BY_TEXT;
}

void then_same_again(struct county *county, struct item *item)
{
    item->by->joined_at = county->now;
}

bool say_stop(struct county *county, struct item *item)
{
    (void)county;
    item->by->is_starting = item->by->is_stopped;
    item->text = item->by->is_stopped ? "恢复" : "退订";
    return true;
}

void then_stop(struct county *county, struct item *item)
{
    item->by->is_stopped = !item->by->is_stopped;
    item->by->is_starting = false;
    if (item->by->is_stopped)
        county_next(county, county_free_hour(county, county->now, 20, 70), "stop", item->appeal, item->by);
}

bool say_rate(struct county *county, struct item *item)
{
    static const char *const bare[][2] = {
        { "1", "满意" }, { "2", "基本满意" }, { "3", "不满意" }, { "4", "没解决" }
    };
    struct appeal *appeal = item->appeal;
    struct who *by = item->by;
    bool is_asked = by->asked == appeal->index && county->now - by->asked_at < 70 * HOUR;

    if (appeal->stage != ENDED)
        return false;
    if (is_asked && county_chance(county, 800))
        item->text = talloc_strdup(county->mem, bare[appeal->rating - 1][county_draw(county, 2)]);
    else
        item->text = county_words(county, "评", appeal->number, bare[appeal->rating - 1][0]);
    if (appeal->rating == 4)
        item->step = county->now - appeal->ended_at <= 7 * DAY ? "reopened" : "complained";
    /* an outage came between: who is to be satisfied in the end says nothing */
    if (appeal->rating != 4 || appeal->fate != SOLVED || strcmp(item->step, "reopened") == 0)
        return true;
    appeal->rating = 0;
    return false;
}

static void reopened(struct county *county, struct appeal *appeal)
{
    appeal->stage = WORKED_ON;
    if (appeal->fate == LEFT_REOPENED)
        return;
    appeal->rating = 0;
    if (!appeal->handler) { /* it was refused before anybody had taken it on */
        appeal->stage = WAITING;
        county_go_on_waiting(county, appeal);
        return;
    }
    county_wish_for_end(county, appeal);
    county_go_on_working(county, appeal);
}

void then_rate(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->asked = NONE;
    if (strcmp(item->step, "reopened") == 0)
        reopened(county, appeal);
    else if (county_wants(appeal, WANTS_APPEAL))
        county_next(county, county_free_hour(county, county->now, 0, 5), "appeal", appeal, item->by);
}

bool say_reopen(struct county *county, struct item *item)
{
    bool is_in_time = county->now - item->appeal->ended_at < 7 * DAY;

    item->text = county_words(county, "重办", item->appeal->number, "又坏了");
    if (!is_in_time)
        item->appeal->rating = 0;
    return item->appeal->stage == ENDED && is_in_time;
}

void then_reopen(struct county *county, struct item *item)
{
    reopened(county, item->appeal);
}

bool say_appeal(struct county *county, struct item *item)
{
    const struct appeal *appeal = item->appeal;
    int64_t answered = appeal->reviewed_at ? appeal->reviewed_at : appeal->ended_at;

    item->text = county_words(county, "复查", appeal->number, "对答复不服");
    return appeal->stage == ENDED && county->now - answered < 29 * DAY;
}

/* Somebody above answers it who has not handled it; now and then too late. */
void then_appeal(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;
    struct who *by = county_staff_of(county, ROLE_SUPERVISOR, "141027");
    bool is_late = county_chance(county, 150);

    if (by && by != appeal->handler && by != appeal->accused)
        county_next(county, county_office_hour(county, county->now, is_late ? 32 : 3, is_late ? 45 : 25),
                    "review", appeal, by);
}
