#include "gateway/conversation/figures/figures_span.h"

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

static struct date monday_before(struct date date)
{
    while (!date_is_monday(date))
        date = date_plus(date, -1);
    return date;
}

static struct date quarter_begin(struct date date)
{
    return (struct date){ date.year, (date.month - 1) / 3 * 3 + 1, 1 };
}

/* The same day a year before, where it has not come yet. */
static struct date begun(struct date first, struct date today)
{
    if (date_compare(first, today) > 0)
        first.year--;
    return first;
}

/* The first day and the day behind the last. */
static void days(const struct figure_question *question, struct date today, struct date *first,
                 struct date *end)
{
    struct date month = { today.year, today.month, 1 }, year = { today.year, 1, 1 };

    *end = date_plus(today, 1);
    switch (question->span) {
    case SPAN_TODAY:
        *first = today;
        break;
    case SPAN_YESTERDAY:
        *first = date_plus(today, -1);
        *end = today;
        break;
    case SPAN_WEEK:
        *first = monday_before(today);
        break;
    case SPAN_LAST_WEEK:
        *end = monday_before(today);
        *first = date_plus(*end, -7);
        break;
    case SPAN_MONTH:
        *first = month;
        break;
    case SPAN_LAST_MONTH:
        *first = month_plus(month, -1);
        *end = month;
        break;
    case SPAN_QUARTER:
        *first = quarter_begin(today);
        break;
    case SPAN_LAST_QUARTER:
        *end = quarter_begin(today);
        *first = month_plus(*end, -3);
        break;
    case SPAN_LAST_YEAR:
        *first = month_plus(year, -12);
        *end = year;
        break;
    case SPAN_NAMED_MONTH:
        *first = begun(month_plus(year, question->month - 1), today);
        *end = month_plus(*first, 1);
        break;
    case SPAN_NAMED_DAY:
        *first = begun((struct date){ today.year, question->month, question->day }, today);
        *end = date_plus(*first, 1);
        break;
    case SPAN_NAMED_QUARTER:
        *first = begun(month_plus(year, 3 * (question->month - 1)), today);
        *end = month_plus(*first, 3);
        break;
    case SPAN_NAMED_HALF:
        *first = begun(month_plus(year, 6 * (question->month - 1)), today);
        *end = month_plus(*first, 6);
        break;
    case SPAN_RECENT:
        *first = date_plus(today, 1 - question->month);
        break;
    case SPAN_NONE:
    case SPAN_YEAR:
        *first = year;
        break;
    }
}

struct figures_span figures_span(const struct figure_question *question, int64_t now)
{
    struct date today = date_of(now), first = today, end = today;

    days(question, today, &first, &end);
    if (date_compare(end, date_plus(today, 1)) > 0)
        end = date_plus(today, 1);
    return (struct figures_span){ .since = date_moment(first, 0),
                                  .until = date_moment(end, 0),
                                  .is_named = question->span != SPAN_NONE };
}

static void add_day(struct json_object *facts, const char *name, int64_t at, int this_year)
{
    struct json_object *day = NULL;
    struct date date = date_of(at);

    facts_date(facts, name, at);
    if (date.year != this_year && json_object_object_get_ex(facts, name, &day))
        facts_number(day, "other_year", date.year);
}

void figures_span_facts(const struct figures_span *span, int64_t now, struct json_object *facts)
{
    struct date first = date_of(span->since), last = date_of(span->until - 1);
    int this_year = date_of(now).year;

    add_day(facts, "since", span->since, this_year);
    add_day(facts, "last", span->until - 1, this_year);
    facts_flag(facts, "one_day", date_compare(first, last) == 0);
    facts_flag(facts, "so_far", span->until > now);
}
