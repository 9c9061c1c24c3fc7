#include "gateway/conversation/cadre/cadre_leave.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/notify.h"

enum { MOST_NUMBERS = 8, MOST_DAYS = 400, HALF_YEAR = 183, MOST_LEVELS = 6 };

/* What follows the command: the numbers of dates, and a phone. */
struct request {
    int numbers[MOST_NUMBERS];
    size_t n;
    bool is_days; /* "3天": that many from today on */
    const char *phone;
    struct date first, last;
};

static void add_number(struct request *request, int number)
{
    if (request->n < MOST_NUMBERS)
        request->numbers[request->n++] = number;
}

/* 1201 is a month and a day, 20261201 has its year before them. */
static void add_digits(struct request *request, const char *digits, size_t length)
{
    int number = atoi(digits);

    if (length == 8)
        add_number(request, number / 10000);
    if (length == 8 || (length == 4 && (number < 2000 || number > 2100))) {
        add_number(request, number / 100 % 100);
        add_number(request, number % 100);
    } else {
        add_number(request, number);
    }
}

static bool read_words(void *mem, const char *words, struct request *request)
{
    while (*(words += strcspn(words, "0123456789"))) {
        size_t length = strspn(words, "0123456789");
        const char *digits = talloc_strndup(mem, words, length);

        words += length;
        if (length >= 13 && strncmp(digits, "86", 2) == 0)
            digits += 2, length -= 2;
        if (length == 11)
            request->phone = cadre_phone(mem, digits);
        else if (length > 8 || length == 0)
            return false;
        else
            add_digits(request, digits, length);
        if (length < 3 && (strncmp(words, "天", strlen("天")) == 0 || strncmp(words, " day", 4) == 0))
            request->is_days = true;
    }
    return true;
}

static bool is_date(struct date date)
{
    return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31 &&
           date_compare(date_plus(date, 0), date) == 0;
}

/* The next numbers as a date; without a year, the one nearest to `near`. */
static bool take_date(const struct request *request, size_t *at, struct date near, struct date *date)
{
    bool has_year = *at < request->n && request->numbers[*at] >= 2000;

    if (*at + (has_year ? 3 : 2) > request->n)
        return false;
    date->year = has_year ? request->numbers[(*at)++] : near.year;
    date->month = request->numbers[(*at)++];
    date->day = request->numbers[(*at)++];
    if (!is_date(*date))
        return false;
    if (!has_year && date_compare(*date, date_plus(near, -HALF_YEAR)) < 0)
        date->year++;
    return is_date(*date);
}

static bool read_dates(struct request *request, struct date today)
{
    size_t at = 0;

    if (request->is_days) {
        request->first = today;
        request->last = date_plus(today, request->n == 1 ? request->numbers[0] - 1 : -1);
        return date_compare(request->last, today) >= 0;
    }
    if (!take_date(request, &at, today, &request->first))
        return false;
    request->last = request->first;
    if (at < request->n && !take_date(request, &at, request->first, &request->last))
        return false;
    return at == request->n && date_compare(request->first, request->last) <= 0 &&
           date_compare(today, request->last) <= 0 &&
           date_compare(request->last, date_plus(request->first, MOST_DAYS)) < 0;
}

/* Somebody of the unit, else the nearest leader above. */
static bool find_somebody(struct talk *talk, struct person **found)
{
    struct turn *turn = talk->turn;
    int64_t unit = talk->person->unit;

    *found = NULL;
    for (int level = 0; unit && !*found && level < MOST_LEVELS; level++) {
        struct person *people;
        struct unit *here;
        size_t n;

        if (!store_people(turn->store, turn->mem, level == 0 ? ROLE_CADRE | ROLE_LEADER : ROLE_LEADER, unit,
                          &people, &n) ||
            !store_unit(turn->store, turn->mem, unit, &here))
            return false;
        for (size_t i = 0; i < n && !*found; i++)
            if (strcmp(people[i].phone, talk->event->from) != 0)
                *found = &people[i];
        unit = here ? here->parent : 0;
    }
    return true;
}

static bool find_stand_in(struct talk *talk, const char *phone, struct person **person)
{
    if (!phone)
        return find_somebody(talk, person);
    if (!store_person(talk->turn->store, talk->turn->mem, phone, person))
        return false;
    if (*person && (!(*person)->roles || strcmp(phone, talk->event->from) == 0))
        *person = NULL;
    return true;
}

static bool tell_stand_in(struct talk *talk, const char *phone, const char *name, struct json_object *facts)
{
    return notify(talk->turn,
                  &(struct notify){ .to = phone,
                                    .name = name,
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .event_id = talk->event->id },
                  NULL);
}

static struct json_object *leave_facts(const struct leave *leave, const char *name, const char *stand_in)
{
    struct json_object *facts = facts_text(NULL, "name", name, CLIP_HINT);

    facts_text(facts, "stand_in", stand_in, CLIP_HINT);
    facts_date(facts, "first", leave->since);
    facts_date(facts, "last", leave->until - 1);
    return facts;
}

static bool begin_leave(struct talk *talk, const struct request *request, const struct person *stand_in)
{
    struct leave leave = { .phone = talk->event->from,
                           .since = date_moment(request->first, 0),
                           .until = date_moment(date_plus(request->last, 1), 0),
                           .stand_in = stand_in->phone };
    struct case_filter mine = { .handler = talk->event->from, .states = 1u << CASE_IN_HAND };
    struct json_object *facts;
    int64_t count;

    if (!leave_put(talk->turn, &leave) || !store_count_cases(talk->turn->store, &mine, &count))
        return false;
    facts = leave_facts(&leave, talk->person->name, stand_in->name);
    if (count)
        facts_number(facts, "count", count);
    return tell_stand_in(talk, stand_in->phone, "stand-in", facts) &&
           talk_answer(talk, "on-leave", leave_facts(&leave, talk->person->name, stand_in->name), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_leave(struct talk *talk)
{
    struct request request = { .n = 0 };
    struct person *stand_in;

    if (!read_words(talk->turn->mem, talk->match.rest_normal, &request) ||
        !read_dates(&request, date_of(talk->turn->now)))
        return talk_answer_form(talk, NULL);
    if (!find_stand_in(talk, request.phone, &stand_in))
        return false;
    if (!stand_in)
        return talk_answer(talk, "no-stand-in", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "nobody to stand in");
    return begin_leave(talk, &request, stand_in);
}

bool cadre_back(struct talk *talk)
{
    const struct leave *leave;

    if (!leave_of(talk->turn, talk->event->from, &leave))
        return false;
    if (!leave)
        return talk_answer(talk, "not-on-leave", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "not on leave");
    return leave_drop(talk->turn, talk->event->from) &&
           tell_stand_in(talk, leave->stand_in, "stand-in-ends",
                         facts_text(NULL, "name", talk->person->name, CLIP_HINT)) &&
           talk_answer(talk, "back", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}
