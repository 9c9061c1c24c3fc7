/*
 * What is said by those who work on a case, by those above them, and by those who must not know of it.
 */
#include "tests/county/county_acts.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/workdays.h"

static bool is_waiting_for(const struct item *item)
{
    return item->appeal->stage == WAITING && item->by;
}

bool say_accept(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (county_wants(appeal, WANTS_WRONG_NUMBER)) { /* one digit is another: the check digit tells */
        appeal->wishes &= ~(unsigned)WANTS_WRONG_NUMBER;
        snprintf(item->kept, sizeof item->kept, "%s", appeal->number);
        item->kept[5] = item->kept[5] == '9' ? '0' : (char)(item->kept[5] + 1);
        item->text = county_words(county, "领", item->kept, "");
        item->step = NULL;
        return is_waiting_for(item);
    }
    item->text = county_words(county, "领", appeal->number, "");
    return is_waiting_for(item);
}

void then_accept(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (*item->kept) {
        county_next(county, county_soon(county), "accept", appeal, item->by);
        return;
    }
    appeal->stage = WORKED_ON;
    appeal->handler = item->by;
    appeal->accepted_at = county->now;
    item->by->undoable = appeal->index;
    county_wish_for_end(county, appeal);
    if (county_wants(appeal, WANTS_UNDO)) {
        county_next(county, county_soon(county), "undo", appeal, item->by);
        return;
    }
    county_next(county, county_office_hour(county, county->now, 0, 1), "reclass", appeal, item->by);
}

/* Only what it would take back, and only when nothing came between. */
bool say_undo(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;
    int64_t last = county_number(county, "SELECT max(at) FROM steps WHERE case_id = ?1 AND kind <> 'viewed'",
                                 appeal->case_id);

    appeal->wishes &= ~(unsigned)WANTS_UNDO;
    item->text = "错";
    if (item->by->undoable == appeal->index && last == appeal->accepted_at && appeal->stage == WORKED_ON &&
        county->now - appeal->accepted_at < 600)
        return true;
    county_next(county, county_office_hour(county, county->now, 0, 1), "reclass", appeal, item->by);
    return false;
}

void then_undo(struct county *county, struct item *item)
{
    item->by->undoable = NONE;
    item->appeal->stage = WAITING;
    item->appeal->handler = NULL;
    item->appeal->given_at = county->now;
    county_next(county, county_office_hour(county, county->now, 2, 6), "accept", item->appeal, item->by);
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
bool say_reclass(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    if (!county_is_open(appeal))
        return false;
    if (is_classed(county, appeal)) {
        county_go_on_working(county, appeal);
        return false;
    }
    item->text = talloc_asprintf(county->mem, "改类 %s %s %s", appeal->number,
                                 case_category_name(appeal->category), county_topic_word(appeal->topic));
    return true;
}

void then_go_on(struct county *county, struct item *item)
{
    item->by->undoable = item->appeal->index;
    if (item->appeal->stage == WORKED_ON)
        county_go_on_working(county, item->appeal);
}

bool say_progress(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->text = county_words(county, "进度", appeal->number,
                              talloc_asprintf(county->mem, "已派人去了%d次，材料正在准备", ++appeal->said));
    return appeal->stage == WORKED_ON;
}

void then_progress(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    if (appeal->child != NONE && county->appeals[appeal->child].origin == CUT_OUT &&
        county->appeals[appeal->child].stage == UNBORN)
        county_next(county, county_soon(county), "cut", &county->appeals[appeal->child], item->by);
    if (county_wants(appeal, WANTS_EXTENSION)) {
        appeal->wishes &= ~(unsigned)WANTS_EXTENSION;
        county_next(county, county_office_hour(county, county->now, 0, 2), "extend", appeal, appeal->handler);
        return;
    }
    county_go_on_working(county, appeal);
}

bool say_cut(struct county *county, struct item *item)
{
    struct appeal *host = &county->appeals[item->appeal->host];

    if (host->stage != WORKED_ON || host->is_guarded) { /* then it comes by itself */
        item->appeal->origin = BY_TEXT;
        county_add(county, county_free_hour(county, county->now, 1, 3), county_birth, item->appeal,
                   item->appeal->reporter);
        return false;
    }
    county_write_appeal(county, item->appeal);
    item->text = county_words(county, "拆", host->number, item->appeal->text);
    return true;
}

/* After the date of from, up to and including the date of to. */
static int workdays_between(const struct config *config, int64_t from, int64_t to)
{
    struct date date = date_of(from), last = date_of(to);
    int days = 0;

    while (date_compare(date, last) < 0) {
        date = date_plus(date, 1);
        days += is_workday(config, date);
    }
    return days;
}

bool say_return(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    appeal->wishes &= ~(unsigned)WANTS_RETURN;
    if (workdays_between(&county->config, appeal->given_at, county->now) >= (appeal->is_urgent ? 2 : 5)) {
        county_go_on_waiting(county, appeal);
        return false;
    }
    appeal->boss = NULL;
    item->text = county_words(county, "退", appeal->number, "不是我们管的");
    return is_waiting_for(item);
}

/* Who was told passes it to somebody who can. */
void then_return(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal;

    item->by->undoable = appeal->index;
    if (!appeal->boss) {
        county_broken(county, appeal, "nobody heard that it was sent back");
        return;
    }
    county_next(county, county_office_hour(county, county->now, 0, 5), "forward", appeal, appeal->boss);
}

bool say_recuse(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_RECUSAL;
    item->appeal->boss = NULL;
    item->appeal->has_recusal = true;
    item->appeal->stepped_back = item->by;
    item->text = county_words(county, "回避", item->appeal->number, "是我亲戚");
    return is_waiting_for(item);
}

static const char *unit_for(struct county *county, const struct appeal *appeal, const struct who *by)
{
    const struct village *village = &county->villages[appeal->village];
    static const char *const departments[][2] = { { "water", "水利局" },
                                                  { "road", "交通运输局" },
                                                  { "jobs", "人力资源和社会保障局" },
                                                  { "welfare", "民政局" } };

    for (size_t i = 0; i < 4; i++)
        if (strcmp(departments[i][0], appeal->topic) == 0)
            return departments[i][1];
    return strcmp(by->unit_code, village->township_code) != 0 ? village->township : "民政局";
}

bool say_forward(struct county *county, struct item *item)
{
    item->appeal->wishes &= ~(unsigned)WANTS_FORWARD;
    item->appeal->candidate = NULL;
    item->text = county_words(county, "转", item->appeal->number, unit_for(county, item->appeal, item->by));
    return is_waiting_for(item);
}

void then_forward(struct county *county, struct item *item)
{
    item->by->undoable = item->appeal->index;
    item->appeal->given_at = county->now;
    if (!item->appeal->candidate) /* to their own unit: they know */
        item->appeal->candidate = item->by;
    county_go_on_waiting(county, item->appeal);
}

/* Another person's open case of the township that is not to be left unsolved itself; of another village, so
 * that the merger is asked about. */
static struct appeal *find_like(struct county *county, const struct appeal *appeal)
{
    const char *township = county->villages[appeal->village].township_code;

    for (int i = appeal->index - 1; i >= 0 && i > appeal->index - 400; i--) {
        struct appeal *other = &county->appeals[i];
        if (county_is_open(other) && !other->is_guarded && other->fate == SOLVED && !other->wishes &&
            !other->has_recusal && other->host == NONE && other->reporter != appeal->reporter &&
            other->village != appeal->village &&
            strcmp(county->villages[other->village].township_code, township) == 0)
            return other;
    }
    return NULL;
}

bool say_merge(struct county *county, struct item *item)
{
    struct appeal *appeal = item->appeal, *other;
    /* both must be theirs to work on */
    bool is_near = strcmp(item->by->unit_code, county->villages[appeal->village].township_code) == 0;

    if (appeal->stage != WORKED_ON)
        return false;
    other = is_near ? find_like(county, appeal) : NULL;
    if (!other && is_near && appeal->tries++ < 30) {
        county_next(county, county_office_hour(county, county->now, 1, 2), "merge", appeal, item->by);
        return false;
    }
    if (!other) {
        appeal->fate = LEFT_EXPLAINED;
        county_go_on_working(county, appeal);
        return false;
    }
    appeal->merged_into = other->index;
    *item->by->code = '\0';
    item->by->busy_until = county->now + 600;
    item->text = county_words(county, "并", appeal->number, other->number);
    return true;
}

void then_merge(struct county *county, struct item *item)
{
    county->appeals[item->appeal->merged_into].has_merged = true;
    item->appeal->stage = OVER;
    item->by->undoable = item->appeal->index;
}

bool say_nudge(struct county *county, struct item *item)
{
    item->text = county_words(county, "催", item->appeal->number, "");
    return county_is_open(item->appeal) && !item->appeal->is_guarded;
}

bool say_show(struct county *county, struct item *item)
{
    item->text = county_words(county, "亮", item->appeal->number, "");
    return !item->appeal->is_guarded &&
           county_number(county, "SELECT shown_on IS NULL FROM cases WHERE id = ?1", item->appeal->case_id) &&
           county_is_open(item->appeal);
}

bool say_hold(struct county *county, struct item *item)
{
    item->text = county_words(county, "不亮", item->appeal->number, "涉及个人隐私");
    return !item->appeal->is_guarded && county_is_open(item->appeal);
}

bool say_peek(struct county *county, struct item *item)
{
    item->is_peek = true;
    item->text = county_words(county, county_chance(county, 500) ? "看" : "领", item->appeal->number, "");
    return item->appeal->is_guarded &&
           (item->by == item->appeal->accused || strcmp(item->by->duty, "discipline") != 0);
}

bool say_peek_at_lists(struct county *county, struct item *item)
{
    static const char *const lists[] = { "待领", "我的", "超期" };

    item->is_peek = true;
    item->text = talloc_strdup(county->mem, lists[county_draw(county, 3)]);
    return item->appeal->is_guarded;
}

/* For a week or two, with a colleague who is there. */
bool say_leave(struct county *county, struct item *item)
{
    struct who *by = item->by, *other = county_staff_of(county, ROLE_CADRE, by->unit_code);
    struct date first = date_plus(date_of(county->now), 1 + (int)county_draw(county, 5));
    struct date last = date_plus(first, 4 + (int)county_draw(county, 12));

    for (int i = 0; i < county->n_staff; i++) /* nobody who stands in for somebody goes, and nobody twice */
        if (county->staff[i].away_until > county->now &&
            (i == (int)(by - county->staff) || county->staff[i].stand_in == by || &county->staff[i] == other))
            return false;
    if (!other || other == by)
        return false;
    by->stand_in = other;
    by->away_from = date_moment(first, 0);
    by->away_until = date_moment(date_plus(last, 1), 0);
    item->text = talloc_asprintf(county->mem, "请假 %d-%d %d-%d %s", first.month, first.day, last.month,
                                 last.day, other->phone + 3);
    return true;
}

void then_leave(struct county *county, struct item *item)
{
    county->sum.leaves += 1;
    (void)item;
}
