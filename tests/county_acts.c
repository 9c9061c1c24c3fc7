/*
 * What people of the county do, one after the other: each action says something, and what follows from it is
 * planned when it was answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/workdays.h"
#include "tests/county_private.h"

static struct who *some_villager(struct county *county)
{
    return &county->villagers[county_draw(county, (unsigned)county->n_villagers)];
}

static bool wants(const struct appeal *appeal, unsigned wish)
{
    return appeal->wishes & wish;
}

static void plan(struct county *county, int64_t at, const char *name, struct appeal *appeal, struct who *by)
{
    county_add(county, at, county_action(name), appeal, by);
}

/* Everything planned for it is off. */
static void forget_plans(struct appeal *appeal)
{
    appeal->age++;
}

static const char *say(struct county *county, const char *format, const char *number, const char *words)
{
    const char *text = talloc_asprintf(county->mem, "%s %s", format, number);

    return *words ? talloc_asprintf(county->mem, "%s %s", text, words) : text;
}

/* A person who works on it takes their time; some forget until they are reminded, or longer. */
static int64_t accept_time(struct county *county)
{
    unsigned lot = county_draw(county, 100);

    if (lot < 78)
        return county_office_hour(county, county->now, 0, 3);
    if (lot < 93)
        return county_office_hour(county, county->now, 4, 11);
    return lot < 98 ? county_office_hour(county, county->now, 12, 14)
                    : county_office_hour(county, county->now, 16, 30);
}

/* Nobody has it: it is passed on, sent back, or accepted. */
static void go_on_waiting(struct county *county, struct appeal *appeal)
{
    struct who *by = appeal->candidate;

    if (!by) {
        county_broken(county, appeal, "nobody was told to take it on");
        return;
    }
    if (wants(appeal, WANTS_RETURN))
        plan(county, county_office_hour(county, county->now, 0, 3), "return", appeal, by);
    else if (wants(appeal, WANTS_FORWARD))
        plan(county, county_office_hour(county, county->now, 0, 20), "forward", appeal, by);
    else if (wants(appeal, WANTS_RECUSAL))
        plan(county, county_office_hour(county, county->now, 0, 4), "recuse", appeal, by);
    else if (wants(appeal, WANTS_CLEARING) && appeal->is_guarded)
        plan(county, county_office_hour(county, county->now, 0, 5), "clear", appeal,
             county_staff_of(county, ROLE_SUPERVISOR, "141027"));
    else if (appeal->fate == LEFT_WITHDRAWN && county_chance(county, 500))
        plan(county, county_free_hour(county, county->now, 1, 10), "withdraw", appeal, appeal->reporter);
    else if (appeal->fate == LEFT_REFUSED)
        plan(county, accept_time(county), "refuse", appeal, by);
    else if (appeal->fate != LEFT_NEW)
        plan(county, accept_time(county), "accept", appeal, by);
}

static const char *ending_of(const struct appeal *appeal)
{
    switch (appeal->fate) {
    case LEFT_EXPLAINED:
        return "explain";
    case LEFT_REFUSED:
        return "refuse";
    case LEFT_MERGED:
        return "merge";
    case LEFT_WITHDRAWN:
        return "withdraw";
    case LEFT_IN_HAND:
        return NULL;
    default:
        return "close";
    }
}

/* Somebody has it: what is still to be done, in its order; the last ends it. */
static void go_on_working(struct county *county, struct appeal *appeal)
{
    const char *ending = ending_of(appeal);
    int64_t left = appeal->end_wanted - county->now;

    if (appeal->progress_left > 0) {
        int days = left > 0 ? (int)(left / DAY / (appeal->progress_left + 1)) : 0;
        appeal->progress_left--;
        plan(county, county_office_hour(county, county->now, days / 2, days + 1), "progress", appeal,
             appeal->handler);
        return;
    }
    if (!ending || (appeal->fate == LEFT_REOPENED && appeal->rating == 4))
        return;
    if (strcmp(ending, "withdraw") == 0) {
        plan(county, county_free_hour(county, county->now, 1, 10), ending, appeal, appeal->reporter);
        return;
    }
    plan(
        county,
        county_office_hour(county, county->now > appeal->end_wanted ? county->now : appeal->end_wanted, 0, 1),
        ending, appeal, appeal->handler);
}

/* How long the work takes: mostly a month, some up to the term, some beyond it. */
static void wish_for_end(struct county *county, struct appeal *appeal)
{
    unsigned lot = county_draw(county, 100);
    unsigned days = lot < 85   ? 2 + county_draw(county, 30)
                    : lot < 95 ? 32 + county_draw(county, 25)
                               : 62 + county_draw(county, 25);

    appeal->end_wanted = county->now + (int64_t)days * DAY;
    appeal->progress_left = (int)county_draw(county, 10) < 1 ? 0 : 1 + (int)county_draw(county, 2);
    if (appeal->child != NONE &&
        appeal->progress_left == 0) /* what is cut out of it comes with its progress */
        appeal->progress_left = 1;
}

/* --- births --- */

static bool is_alone(struct county *county, struct item *item)
{
    struct who *by = item->by;

    if (county->now - by->joined_at > 11 * MINUTE)
        return true;
    county_add(county, by->joined_at + 11 * MINUTE + county_draw(county, MINUTE), item->action, item->appeal,
               by);
    return false;
}

static bool say_birth(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (appeal->origin != FILED_BY_CADRE && !is_alone(county, item))
        return false;
    county_write_appeal(county, appeal);
    item->text = appeal->text;
    if (appeal->origin == BY_HIDDEN_TEXT)
        item->text = talloc_asprintf(county->mem, "匿名 %s", appeal->text);
    if (appeal->origin == FILED_BY_CADRE)
        item->text = talloc_asprintf(county->mem, "代 %s %s", appeal->reporter->phone + 3, appeal->text);
    return true;
}

/* Those who must not know of it try to. */
static void plan_peeks(struct county *county, struct appeal *appeal)
{
    struct who *other = county_staff_of(county, ROLE_CADRE, county->villages[appeal->village].township_code);

    if (appeal->accused) {
        plan(county, county_office_hour(county, county->now, 0, 4), "peek", appeal, appeal->accused);
        plan(county, county_office_hour(county, county->now, 0, 9), "peek at lists", appeal, appeal->accused);
    }
    plan(county, county_office_hour(county, county->now, 0, 9), "peek", appeal, other);
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

    if (wants(appeal, WANTS_JOIN) && appeal->origin != FILED_BY_CADRE)
        plan(county, county_soon(county), "join", appeal, reporter);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (wants(appeal, ways[i].wish))
            plan(county, ways[i].days ? county_free_hour(county, now, 1, ways[i].days) : now + 40 * MINUTE,
                 ways[i].name, appeal, reporter);
    if (wants(appeal, WANTS_NUDGE))
        plan(county, county_office_hour(county, now, 3, 15), "nudge", appeal,
             county_staff_of(county, ROLE_SUPERVISOR, "141027"));
    if (wants(appeal, WANTS_ADOPTION))
        plan(county, county_office_hour(county, now, 1, 9), "adopt", appeal,
             county_staff_of(county, ROLE_LEADER, "141027"));
    if (wants(appeal, WANTS_SHOW))
        plan(county, county_office_hour(county, now, 1, 9), "show", appeal,
             county_staff_of(county, ROLE_LEADER, "141027"));
    if (wants(appeal, WANTS_HOLD))
        plan(county, county_office_hour(county, now, 1, 9), "hold", appeal,
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
    if (appeal->is_guarded)
        plan_peeks(county, appeal);
    plan_by_the_way(county, appeal);
    go_on_waiting(county, appeal);
}

static void then_birth(struct county *county, struct item *item)
{
    born(county, item, county_number(county, "SELECT case_id FROM events WHERE id = ?1", item->event_id));
}

/* --- the reporter's --- */

static bool is_open(const struct appeal *appeal)
{
    return appeal->stage == WAITING || appeal->stage == WORKED_ON;
}

static bool say_join(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal,
                  *child = appeal->child == NONE ? NULL : &county->appeals[appeal->child];
    bool is_in_time = county->now - appeal->born_at < 9 * MINUTE &&
                      item->sent_at - appeal->sent_at < 9 * MINUTE && is_open(appeal);

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

static void then_join(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->joined_at = county->now;
    if (appeal->child != NONE && county->appeals[appeal->child].origin == SPLIT_OFF)
        plan(county, county_soon(county), "split off", &county->appeals[appeal->child], item->by);
}

static bool say_split_off(struct county *county, struct item *item)
{
    (void)county;
    item->text = "新";
    return true;
}

static bool say_add(struct county *county, struct item *item)
{
    item->text = say(county, "补", item->appeal->number,
                     talloc_asprintf(county->mem, "问题还在，第%d次说了", ++item->by->written));
    return is_open(item->appeal);
}

/* A further text that speaks against who works on it. */
static bool say_accuse(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (appeal->stage != WORKED_ON || appeal->is_guarded)
        return false;
    appeal->accused = appeal->handler;
    appeal->accused_name = appeal->handler->name;
    appeal->is_guarded = true;
    item->by->written++;
    item->text = say(county, "补", appeal->number, county_accusation(county, appeal));
    return true;
}

static void then_accuse(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    forget_plans(appeal);
    appeal->stage = WAITING;
    appeal->handler = NULL;
    appeal->given_at = county->now;
    plan_peeks(county, appeal);
    go_on_waiting(county, appeal);
}

static bool say_status(struct county *county, struct item *item)
{
    item->text = say(county, "查", item->appeal->number, "");
    return true;
}

static bool say_thanks(struct county *county, struct item *item)
{
    (void)county;
    item->text = "好的，谢谢";
    return true;
}

static bool say_same_again(struct county *county, struct item *item)
{
    (void)county;
    item->text = item->appeal->text;
    return is_open(item->appeal) && item->appeal->origin == BY_TEXT;
}

static void then_same_again(struct county *county, struct item *item)
{
    item->by->joined_at = county->now;
}

static bool say_stop(struct county *county, struct item *item)
{
    (void)county;
    item->text = item->by->is_stopped ? "恢复" : "退订";
    return true;
}

static void then_stop(struct county *county, struct item *item)
{
    item->by->is_stopped = !item->by->is_stopped;
    if (item->by->is_stopped)
        plan(county, county_free_hour(county, county->now, 20, 70), "stop", item->appeal, item->by);
}

static bool say_rate(struct county *county, struct item *item)
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
        item->text = say(county, "评", appeal->number, bare[appeal->rating - 1][0]);
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
        go_on_waiting(county, appeal);
        return;
    }
    wish_for_end(county, appeal);
    go_on_working(county, appeal);
}

static void then_rate(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->asked = NONE;
    if (strcmp(item->step, "reopened") == 0)
        reopened(county, appeal);
    else if (wants(appeal, WANTS_APPEAL))
        plan(county, county_free_hour(county, county->now, 0, 5), "appeal", appeal, item->by);
}

static bool say_reopen(struct county *county, struct item *item)
{
    bool is_in_time = county->now - item->appeal->ended_at < 7 * DAY;

    item->text = say(county, "重办", item->appeal->number, "又坏了");
    if (!is_in_time)
        item->appeal->rating = 0;
    return item->appeal->stage == ENDED && is_in_time;
}

static void then_reopen(struct county *county, struct item *item)
{
    reopened(county, item->appeal);
}

static bool say_appeal(struct county *county, struct item *item)
{
    item->text = say(county, "复查", item->appeal->number, "对答复不服");
    return item->appeal->stage == ENDED && county->now - item->appeal->ended_at < 29 * DAY;
}

/* --- who works on it --- */

static bool is_waiting_for(const struct item *item)
{
    return item->appeal->stage == WAITING && item->by;
}

static bool say_accept(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (wants(appeal, WANTS_WRONG_NUMBER)) { /* one digit is another: the check digit tells */
        appeal->wishes &= ~(unsigned)WANTS_WRONG_NUMBER;
        snprintf(item->kept, sizeof item->kept, "%s", appeal->number);
        item->kept[5] = item->kept[5] == '9' ? '0' : (char)(item->kept[5] + 1);
        item->text = say(county, "领", item->kept, "");
        item->step = NULL;
        return is_waiting_for(item);
    }
    item->text = say(county, "领", appeal->number, "");
    return is_waiting_for(item);
}

static void then_accept(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (*item->kept) {
        plan(county, county_soon(county), "accept", appeal, item->by);
        return;
    }
    appeal->stage = WORKED_ON;
    appeal->handler = item->by;
    appeal->accepted_at = county->now;
    item->by->undoable = appeal->index;
    wish_for_end(county, appeal);
    if (wants(appeal, WANTS_UNDO)) {
        plan(county, county_soon(county), "undo", appeal, item->by);
        return;
    }
    plan(county, county_office_hour(county, county->now, 0, 1), "reclass", appeal, item->by);
}

/* Only what it would take back, and only when nothing came between. */
static bool say_undo(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;
    int64_t last = county_number(county, "SELECT max(at) FROM steps WHERE case_id = ?1 AND kind <> 'viewed'",
                                 appeal->case_id);

    appeal->wishes &= ~(unsigned)WANTS_UNDO;
    item->text = "错";
    if (item->by->undoable == appeal->index && last == appeal->accepted_at && appeal->stage == WORKED_ON &&
        county->now - appeal->accepted_at < 600)
        return true;
    plan(county, county_office_hour(county, county->now, 0, 1), "reclass", appeal, item->by);
    return false;
}

static void then_undo(struct county *county, struct item *item)
{
    item->by->undoable = NONE;
    item->appeal->stage = WAITING;
    item->appeal->handler = NULL;
    item->appeal->given_at = county->now;
    plan(county, county_office_hour(county, county->now, 2, 6), "accept", item->appeal, item->by);
}

static bool is_classed(struct county *county, const struct appeal *appeal)
{
    sqlite3_stmt *find = county_ask(county, "SELECT category, topic FROM cases WHERE id = ?1");
    bool is_so;

    sqlite3_bind_int64(find, 1, appeal->case_id);
    is_so = sqlite3_step(find) == SQLITE_ROW &&
            strcmp((const char *)sqlite3_column_text(find, 0), case_category_name(appeal->category)) == 0 &&
            strcmp((const char *)sqlite3_column_text(find, 1), appeal->topic) == 0;
    sqlite3_reset(find);
    return is_so;
}

/* What the program guessed wrong, who works on it corrects. */
static bool say_reclass(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (!is_open(appeal))
        return false;
    if (is_classed(county, appeal)) {
        go_on_working(county, appeal);
        return false;
    }
    item->text = talloc_asprintf(county->mem, "改类 %s %s %s", appeal->number,
                                 case_category_name(appeal->category), county_topic_word(appeal->topic));
    return true;
}

static void then_go_on(struct county *county, struct item *item)
{
    item->by->undoable = item->appeal->index;
    if (item->appeal->stage == WORKED_ON)
        go_on_working(county, item->appeal);
}

static bool say_progress(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->text = say(county, "进度", appeal->number,
                     talloc_asprintf(county->mem, "已派人去了%d次，材料正在准备", ++appeal->said));
    return appeal->stage == WORKED_ON;
}

static void then_progress(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    if (appeal->child != NONE && county->appeals[appeal->child].origin == CUT_OUT &&
        county->appeals[appeal->child].stage == UNBORN)
        plan(county, county_soon(county), "cut", &county->appeals[appeal->child], item->by);
    if (wants(appeal, WANTS_EXTENSION)) {
        appeal->wishes &= ~(unsigned)WANTS_EXTENSION;
        plan(county, county_office_hour(county, county->now, 0, 2), "extend", appeal, item->by);
        return;
    }
    go_on_working(county, appeal);
}

static bool say_cut(struct county *county, struct item *item)
{
    struct appeal *host = &county->appeals[item->appeal->host];

    if (host->stage != WORKED_ON || host->is_guarded) { /* then it comes by itself */
        item->appeal->origin = BY_TEXT;
        county_add(county, county_free_hour(county, county->now, 1, 3), county_birth, item->appeal,
                   item->appeal->reporter);
        return false;
    }
    county_write_appeal(county, item->appeal);
    item->text = say(county, "拆", host->number, item->appeal->text);
    return true;
}

static bool say_return(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    appeal->wishes &= ~(unsigned)WANTS_RETURN;
    if (workdays_between(&county->config, appeal->given_at, county->now) > 5) {
        go_on_waiting(county, appeal);
        return false;
    }
    appeal->boss = NULL;
    item->text = say(county, "退", appeal->number, "不是我们管的");
    return is_waiting_for(item);
}

/* Who was told passes it to somebody who can. */
static void then_return(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    if (!appeal->boss) {
        county_broken(county, appeal, "nobody heard that it was sent back");
        return;
    }
    plan(county, county_office_hour(county, county->now, 0, 5), "forward", appeal, appeal->boss);
}

static bool say_recuse(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_RECUSAL;
    item->appeal->boss = NULL;
    item->text = say(county, "回避", item->appeal->number, "是我亲戚");
    return is_waiting_for(item);
}

static const char *unit_for(struct county *county, const struct appeal *appeal)
{
    static const char *const departments[][2] = { { "water", "水利局" },
                                                  { "road", "交通运输局" },
                                                  { "jobs", "人力资源和社会保障局" },
                                                  { "welfare", "民政局" } };

    for (size_t i = 0; i < 4; i++)
        if (strcmp(departments[i][0], appeal->topic) == 0)
            return departments[i][1];
    return county_chance(county, 500) ? county->villages[appeal->village].township : "民政局";
}

static bool say_forward(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_FORWARD;
    item->appeal->candidate = NULL;
    item->text = say(county, "转", item->appeal->number, unit_for(county, item->appeal));
    return is_waiting_for(item);
}

static void then_forward(struct county *county, struct item *item)
{
    item->by->undoable = item->appeal->index;
    item->appeal->given_at = county->now;
    if (!item->appeal->candidate) /* to their own unit: they know */
        item->appeal->candidate = item->by;
    go_on_waiting(county, item->appeal);
}

/* Another open case of the township that is not to be left unsolved itself. */
static struct appeal *find_like(struct county *county, const struct appeal *appeal)
{
    const char *township = county->villages[appeal->village].township_code;

    for (int i = appeal->index - 1; i >= 0 && i > appeal->index - 400; i--) {
        struct appeal *other = &county->appeals[i];
        if (is_open(other) && !other->is_guarded && other->fate == SOLVED && !other->wishes &&
            other->host == NONE && strcmp(county->villages[other->village].township_code, township) == 0)
            return other;
    }
    return NULL;
}

static bool say_merge(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal, *other;
    /* both must be theirs to work on */
    bool is_near = strcmp(item->by->unit_code, county->villages[appeal->village].township_code) == 0;

    if (appeal->stage != WORKED_ON)
        return false;
    other = is_near ? find_like(county, appeal) : NULL;
    if (!other && is_near && appeal->tries++ < 30) {
        plan(county, county_office_hour(county, county->now, 1, 2), "merge", appeal, item->by);
        return false;
    }
    if (!other) {
        appeal->fate = LEFT_EXPLAINED;
        go_on_working(county, appeal);
        return false;
    }
    appeal->merged_into = other->index;
    item->text = say(county, "并", appeal->number, other->number);
    return true;
}

static void then_merge(struct county *county, struct item *item)
{
    county->appeals[item->appeal->merged_into].has_merged = true;
    item->appeal->stage = OVER;
    item->by->undoable = item->appeal->index;
}

/* --- steps that want a code --- */

static bool ask(struct county *county, struct item *item, const char *command, const char *words)
{
    if (!is_open(item->appeal) || (item->by->roles == 0 && item->by != item->appeal->reporter))
        return false;
    *item->by->code = '\0';
    item->text = say(county, command, item->appeal->number, words);
    item->by->busy_until = county->now + 600;
    return true;
}

static bool say_close(struct county *county, struct item *item)
{
    return ask(county, item, "办结", talloc_asprintf(county->mem, "已经办好，第%d回", ++item->appeal->said));
}

static bool say_explain(struct county *county, struct item *item)
{
    return ask(county, item, "解释", "土地管理法 按规定补偿已经到位");
}

static bool say_refuse(struct county *county, struct item *item)
{
    return ask(county, item, "不受理", "已经起诉，请找县法院");
}

static bool say_extend(struct county *county, struct item *item)
{
    return ask(county, item, "延期",
               talloc_asprintf(county->mem, "%u天 等材料到货", 5 + county_draw(county, 20)));
}

static bool say_adopt(struct county *county, struct item *item)
{
    return !item->appeal->is_guarded && ask(county, item, "包案", "");
}

static bool say_clear(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_CLEARING;
    return ask(county, item, "无涉", "已核实，没有这回事");
}

static bool say_withdraw(struct county *county, struct item *item)
{
    return ask(county, item, "撤", "");
}

static const struct action *confirmed(const char *name);

static void then_ask(struct county *county, struct item *item)
{
    if (!*item->by->code) {
        county_broken(county, item->appeal, "%s was given no code", item->action->name);
        return;
    }
    if (wants(item->appeal, WANTS_WRONG_CODE)) {
        item->appeal->wishes &= ~(unsigned)WANTS_WRONG_CODE;
        plan(county, county_soon(county), "wrong code", item->appeal, item->by);
        item->appeal->ending = item->action->name;
        return;
    }
    county_add(county, county_soon(county), confirmed(item->action->name), item->appeal, item->by);
}

static bool say_wrong_code(struct county *county, struct item *item)
{
    char *code = talloc_strdup(county->mem, item->by->code);

    code[3] = code[3] == '7' ? '8' : '7';
    item->text = code;
    return true;
}

static void then_wrong_code(struct county *county, struct item *item)
{
    county_add(county, county_soon(county), confirmed(item->appeal->ending), item->appeal, item->by);
}

static bool say_code(struct county *county, struct item *item)
{
    item->text = talloc_strdup(county->mem, item->by->code);
    item->by->busy_until = 0;
    if (is_open(item->appeal))
        return true;
    *item->by->code = '\0';
    return false;
}

/* What the reporter makes of the answer. */
static void go_on_rating(struct county *county, struct appeal *appeal)
{
    unsigned lot = county_draw(county, 100);
    struct who *by = appeal->reporter;

    if (appeal->fate == LEFT_RATED_UNSOLVED || appeal->fate == LEFT_REOPENED) {
        bool is_late = appeal->fate == LEFT_RATED_UNSOLVED;
        appeal->rating = 4;
        plan(county, county_free_hour(county, county->now, is_late ? 8 : 0, is_late ? 20 : 5), "rate", appeal,
             by);
        return;
    }
    if (wants(appeal, WANTS_REOPENING)) {
        appeal->wishes &= ~(unsigned)WANTS_REOPENING;
        appeal->rating = 4;
        plan(county, county_free_hour(county, county->now, 0, 5),
             county_chance(county, 600) ? "rate" : "reopen", appeal, by);
        return;
    }
    appeal->rating = lot < 60 ? 1 : lot < 85 ? 2 : 3;
    if (county_chance(county, 750))
        plan(county, county_free_hour(county, county->now, 0, county_chance(county, 700) ? 2 : 12), "rate",
             appeal, by);
    else
        appeal->rating = 0;
}

static void then_ended(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    appeal->stage = ENDED;
    appeal->ended_at = county->now;
    item->by->undoable = appeal->index;
    go_on_rating(county, appeal);
}

static void then_over(struct county *county, struct item *item)
{
    (void)county;
    item->appeal->stage = OVER;
}

static void then_cleared(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    appeal->is_guarded = false;
    if (appeal->stage == WAITING) {
        forget_plans(appeal);
        appeal->given_at = county->now;
        go_on_waiting(county, appeal);
    }
}

static void then_undoable(struct county *county, struct item *item)
{
    (void)county;
    item->by->undoable = item->appeal->index;
}

/* --- those above, and those who must not know --- */

static bool say_nudge(struct county *county, struct item *item)
{
    item->text = say(county, "催", item->appeal->number, "");
    return is_open(item->appeal) && !item->appeal->is_guarded;
}

static bool say_show(struct county *county, struct item *item)
{
    item->text = say(county, "亮", item->appeal->number, "");
    return !item->appeal->is_guarded && is_open(item->appeal);
}

static bool say_hold(struct county *county, struct item *item)
{
    item->text = say(county, "不亮", item->appeal->number, "涉及个人隐私");
    return !item->appeal->is_guarded && is_open(item->appeal);
}

static bool say_peek(struct county *county, struct item *item)
{
    item->is_peek = true;
    item->text = say(county, county_chance(county, 500) ? "看" : "领", item->appeal->number, "");
    return item->appeal->is_guarded && item->by != item->appeal->handler;
}

static bool say_peek_at_lists(struct county *county, struct item *item)
{
    static const char *const lists[] = { "待领", "我的", "超期" };

    item->is_peek = true;
    item->text = talloc_strdup(county->mem, lists[county_draw(county, 3)]);
    return item->appeal->is_guarded;
}

static const struct action actions[] = {
    { "birth", "received", false, say_birth, then_birth },
    { "join", "added", false, say_join, then_join },
    { "split off", "received", false, say_split_off, then_birth },
    { "add", "added", false, say_add, NULL },
    { "accuse", "added", false, say_accuse, then_accuse },
    { "status", NULL, false, say_status, NULL },
    { "thanks", NULL, false, say_thanks, NULL },
    { "same again", NULL, false, say_same_again, then_same_again },
    { "stop", NULL, false, say_stop, then_stop },
    { "rate", "rated", false, say_rate, then_rate },
    { "reopen", "reopened", false, say_reopen, then_reopen },
    { "appeal", "appealed", false, say_appeal, NULL },
    { "accept", "accepted", false, say_accept, then_accept },
    { "undo", "undone", false, say_undo, then_undo },
    { "reclass", "reclassed", false, say_reclass, then_go_on },
    { "progress", "progress", false, say_progress, then_progress },
    { "cut", "received", false, say_cut, then_birth },
    { "return", "returned", false, say_return, then_return },
    { "recuse", "recused", false, say_recuse, then_return },
    { "forward", "forwarded", false, say_forward, then_forward },
    { "merge", "merged", false, say_merge, then_merge },
    { "close", NULL, false, say_close, then_ask },
    { "explain", NULL, false, say_explain, then_ask },
    { "refuse", NULL, false, say_refuse, then_ask },
    { "extend", NULL, false, say_extend, then_ask },
    { "adopt", NULL, false, say_adopt, then_ask },
    { "clear", NULL, false, say_clear, then_ask },
    { "withdraw", NULL, false, say_withdraw, then_ask },
    { "wrong code", NULL, true, say_wrong_code, then_wrong_code },
    { "nudge", "nudged", false, say_nudge, NULL },
    { "show", "shown", false, say_show, then_undoable },
    { "hold", "held", false, say_hold, then_undoable },
    { "peek", NULL, false, say_peek, NULL },
    { "peek at lists", NULL, false, say_peek_at_lists, NULL },
    { 0 },
};

/* What sending the code back does. */
static const struct action codes[] = {
    { "close", "closed", true, say_code, then_ended },
    { "explain", "explained", true, say_code, then_ended },
    { "refuse", "out of scope", true, say_code, then_ended },
    { "extend", "extended", true, say_code, then_go_on },
    { "adopt", "adopted", true, say_code, then_undoable },
    { "clear", "cleared", true, say_code, then_cleared },
    { "withdraw", "withdrawn", true, say_code, then_over },
    { 0 },
};

const struct action *const county_birth = &actions[0];

static const struct action *named(const struct action *table, const char *name)
{
    while (table->name && strcmp(table->name, name) != 0)
        table++;
    return table;
}

const struct action *county_action(const char *name)
{
    return named(actions, name);
}

static const struct action *confirmed(const char *name)
{
    return named(codes, name);
}

/* Somebody is told that it is theirs to take on, or to pass on. */
void county_heard(struct county *county, struct appeal *appeal, const char *name, struct who *to)
{
    (void)county;
    if (strcmp(name, "assigned") == 0 && to->roles & (ROLE_CADRE | ROLE_SUPERVISOR))
        appeal->candidate = to;
    if ((strcmp(name, "returned-leader") == 0 || strcmp(name, "recused-leader") == 0) && !appeal->boss)
        appeal->boss = to;
}

/* --- the plan --- */

static unsigned draw_wishes(struct county *county, const struct appeal *appeal)
{
    static const struct {
        unsigned wish, per_mille;
    } lots[] = { { WANTS_RETURN, 60 },   { WANTS_FORWARD, 80 },    { WANTS_RECUSAL, 10 },
                 { WANTS_JOIN, 60 },     { WANTS_ADD, 120 },       { WANTS_STATUS, 150 },
                 { WANTS_THANKS, 120 },  { WANTS_EXTENSION, 60 },  { WANTS_NUDGE, 20 },
                 { WANTS_ADOPTION, 20 }, { WANTS_HOLD, 10 },       { WANTS_SHOW, 15 },
                 { WANTS_UNDO, 20 },     { WANTS_WRONG_CODE, 40 }, { WANTS_REOPENING, 50 },
                 { WANTS_APPEAL, 15 },   { WANTS_SAME_AGAIN, 15 }, { WANTS_WRONG_NUMBER, 15 },
                 { WANTS_STOP, 5 },      { WANTS_GUARD, 4 } };
    const unsigned not_of_guarded = WANTS_RETURN | WANTS_FORWARD | WANTS_RECUSAL | WANTS_GUARD;
    unsigned wishes = 0;

    for (size_t i = 0; i < sizeof lots / sizeof *lots; i++)
        if (county_chance(county, lots[i].per_mille))
            wishes |= lots[i].wish;
    if (appeal->fate != SOLVED)
        wishes &= ~(unsigned)WANTS_GUARD;
    if (appeal->accused)
        wishes = (wishes & ~not_of_guarded) | (county_chance(county, 250) ? WANTS_CLEARING : 0);
    return wishes;
}

/* An official by name, or a department that has people of its own. */
static void draw_accused(struct county *county, struct appeal *appeal)
{
    appeal->accused = county_staff_of(
        county, ROLE_CADRE,
        county_chance(county, 300) ? "141027-SL" : county->villages[appeal->village].township_code);
    appeal->accused_name = strcmp(appeal->accused->unit_code, "141027-SL") == 0 && county_chance(county, 500)
                               ? appeal->accused->unit_name
                               : appeal->accused->name;
    appeal->is_guarded = true;
}

static void draw_appeal(struct county *county, int i)
{
    struct appeal *appeal = &county->appeals[i];
    unsigned lot = county_draw(county, 1000);
    struct appeal *host = i > 0 ? &county->appeals[i - 1] : NULL;

    *appeal = (struct appeal){ .index = i,
                               .reporter = some_villager(county),
                               .host = NONE,
                               .child = NONE,
                               .fate = appeal->fate,
                               .merged_into = NONE };
    appeal->origin = lot < 30   ? BY_HIDDEN_TEXT
                     : lot < 70 ? FILED_BY_CADRE
                     : lot < 85 ? SPLIT_OFF
                     : lot < 95 ? CUT_OUT
                                : BY_TEXT;
    if ((appeal->origin == SPLIT_OFF || appeal->origin == CUT_OUT) &&
        (!host || host->origin != BY_TEXT || host->accused || host->fate != SOLVED))
        appeal->origin = BY_TEXT;
    if (appeal->origin == SPLIT_OFF || appeal->origin == CUT_OUT) {
        appeal->reporter = host->reporter;
        appeal->host = i - 1;
        host->child = i;
        host->wishes = appeal->origin == SPLIT_OFF ? WANTS_JOIN : 0;
    }
    appeal->village = appeal->reporter->village;
    if (appeal->origin == BY_TEXT && (appeal->fate == SOLVED || appeal->fate == LEFT_IN_HAND) &&
        county_chance(county, 25))
        draw_accused(county, appeal);
    appeal->wishes = appeal->host == NONE ? draw_wishes(county, appeal) : 0;
    appeal->filer = appeal->origin == FILED_BY_CADRE
                        ? county_staff_of(county, ROLE_CADRE, county->villages[appeal->village].township_code)
                        : appeal->reporter;
}

/* Which ones stay unsolved, and how. */
static void draw_fates(struct county *county)
{
    int n = county->wish.appeals;

    for (int left = county->wish.unsolved; left > 0;) {
        struct appeal *appeal = &county->appeals[county_draw(county, (unsigned)n)];
        if (appeal->fate != SOLVED)
            continue;
        appeal->fate = (enum fate)(1 + left % (FATES - 1));
        left--;
    }
}

void county_plan(struct county *county)
{
    int n = county->wish.appeals;

    county->appeals = talloc_zero_array(county, struct appeal, (size_t)n);
    county->by_case = talloc_zero_array(county, struct appeal *, (size_t)n + 1);
    draw_fates(county);
    for (int i = 0; i < n; i++)
        draw_appeal(county, i);
    for (int i = 0; i < n; i++) {
        struct appeal *appeal = &county->appeals[i];
        int day = (int)((int64_t)i * county->wish.months * 3044 / 100 / n);
        int64_t at = appeal->origin == FILED_BY_CADRE
                         ? county_office_hour(county, county->start + (int64_t)day * DAY, 0, 0)
                         : county_free_hour(county, county->start + (int64_t)day * DAY, 0, 0);

        if (appeal->host == NONE)
            county_add(county, at, county_birth, appeal, appeal->filer);
    }
}
