#include "gateway/conversation/figures/figures_span.h"

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

enum period { DAY, WEEK, MONTH, QUARTER, YEAR };

static struct date monday_before(struct date date)
{
    while (!date_is_monday(date))
        date = date_plus(date, -1);
    return date;
}

static struct date begin_of(enum period period, struct date day)
{
    switch (period) {
    case DAY:
        break;
    case WEEK:
        return monday_before(day);
    case MONTH:
        return (struct date){ day.year, day.month, 1 };
    case QUARTER:
        return (struct date){ day.year, (day.month - 1) / 3 * 3 + 1, 1 };
    case YEAR:
        return (struct date){ day.year, 1, 1 };
    }
    return day;
}

static struct date one_before(enum period period, struct date begin)
{
    static const int months[] = { [MONTH] = 1, [QUARTER] = 3, [YEAR] = 12 };

    return period == DAY    ? date_plus(begin, -1)
           : period == WEEK ? date_plus(begin, -7)
                            : month_plus(begin, -months[period]);
}

/* The same day a year before, where it has not come yet. */
static struct date begun(struct date first, struct date today)
{
    if (date_compare(first, today) > 0)
        first.year--;
    return first;
}

/* A month, a quarter or a half of a year, which has so many months. */
static void named_months(const struct figure_question *question, int months, struct date today,
                         struct date *first, struct date *end)
{
    *first = begun(month_plus(begin_of(YEAR, today), months * (question->month - 1)), today);
    *end = month_plus(*first, months);
}

/* The first day and the day behind the last. */
static void days(const struct figure_question *question, struct date today, struct date *first,
                 struct date *end)
{
    static const struct {
        enum period period;
        bool is_last; /* the one before today's */
    } spans[] = {
        [SPAN_NONE] = { YEAR, false },           [SPAN_TODAY] = { DAY, false },
        [SPAN_YESTERDAY] = { DAY, true },        [SPAN_WEEK] = { WEEK, false },
        [SPAN_LAST_WEEK] = { WEEK, true },       [SPAN_MONTH] = { MONTH, false },
        [SPAN_LAST_MONTH] = { MONTH, true },     [SPAN_QUARTER] = { QUARTER, false },
        [SPAN_LAST_QUARTER] = { QUARTER, true }, [SPAN_YEAR] = { YEAR, false },
        [SPAN_LAST_YEAR] = { YEAR, true },
    };

    *end = date_plus(today, 1);
    switch (question->span) {
    case SPAN_NAMED_DAY:
        *first = begun((struct date){ today.year, question->month, question->day }, today);
        *end = date_plus(*first, 1);
        break;
    case SPAN_NAMED_MONTH:
        named_months(question, 1, today, first, end);
        break;
    case SPAN_NAMED_QUARTER:
        named_months(question, 3, today, first, end);
        break;
    case SPAN_NAMED_HALF:
        named_months(question, 6, today, first, end);
        break;
    case SPAN_RECENT:
        *first = date_plus(today, 1 - question->month);
        break;
    default:
        *first = begin_of(spans[question->span].period, today);
        if (spans[question->span].is_last) {
            *end = *first;
            *first = one_before(spans[question->span].period, *end);
        }
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
