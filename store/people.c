#include "store/people.h"

#include <string.h>
#include <talloc.h>

#include "store/record.h"
#include "store/records.h"

/* Bit i of a person's roles. */
static const char *const roles_words[] = { "cadre", "leader", "supervisor", "operator", "clerk", NULL };

static const struct field person_fields[] = {
    FIELD(person, phone, FIELD_TEXT),
    FIELD(person, name, FIELD_TEXT),
    FIELD(person, title, FIELD_TEXT),
    FIELD(person, roles, FIELD_INT),
    FIELD(person, unit, FIELD_ID),
    FIELD(person, language, FIELD_TEXT),
    FIELD(person, is_stopped, FIELD_FLAG),
    FIELD(person, is_greeted, FIELD_FLAG),
    FIELD(person, line, FIELD_TEXT),
    FIELD(person, seen_at, FIELD_INT64),
    FIELD(person, muted_until, FIELD_INT64),
    FIELD(person, owner_since, FIELD_INT64),
    FIELD(person, retired_at, FIELD_INT64),
    FIELD(person, is_called, FIELD_FLAG),
    FIELD_AS(person, budget.tokens, "answer_tokens", FIELD_INT64),
    FIELD_AS(person, budget.filled_at, "answers_filled_at", FIELD_INT64),
    FIELD_AS(person, budget.day, "answers_day", FIELD_INT64),
    FIELD_AS(person, budget.today, "answers_today", FIELD_INT),
};
static const struct record person_record = RECORD(person, person_fields);

bool roles_parse(const char *words, int *roles)
{
    char word[16];
    int found = 0;

    for (size_t length; words += strspn(words, " "), *words; words += length) {
        length = strcspn(words, " ");
        if (length >= sizeof word)
            return false;
        memcpy(word, words, length);
        word[length] = '\0';
        int i = word_index(roles_words, word);
        if (i < 0)
            return false;
        found |= 1 << i;
    }
    *roles = found;
    return true;
}

const char *roles_text(void *mem, int roles)
{
    char *text = talloc_strdup(mem, "");

    for (int i = 0; roles_words[i]; i++)
        if (roles & 1 << i)
            text = talloc_asprintf_append(text, "%s%s", *text ? " " : "", roles_words[i]);
    return text;
}

/*
 * Whoever had the number until now, or the roles, is signed out of the page, and their authenticator and
 * password are forgotten: they would sign in the next owner of the number.
 */
static bool end_former(struct store *store, const struct person *person)
{
#define OF_FORMER                                                                                        \
    " WHERE phone = $1 AND EXISTS (SELECT 1 FROM people WHERE people.phone = $1 AND ($2 = 0 OR name <> " \
    "$3))"
    static const char *const ends[] = { "DELETE FROM page_sessions" OF_FORMER,
                                        "DELETE FROM page_codes" OF_FORMER,
                                        "DELETE FROM page_factors" OF_FORMER };
    bool is_done = true;

    for (size_t i = 0; i < sizeof ends / sizeof *ends && is_done; i++)
        is_done = sql_run(store, ends[i],
                          VALUES(as_text(person->phone), as_number(person->roles), as_text(person->name)));
    return is_done;
}

bool store_put_person(struct store *store, const struct person *person)
{
    struct value values[RECORD_FIELDS];

    return end_former(store, person) &&
           sql_run(store,
                   "INSERT INTO people (phone, name, title, roles, unit, language) VALUES ($1, $2, $3, $4, "
                   "$5, $6)"
                   " ON CONFLICT (phone) DO UPDATE SET name = excluded.name, title = excluded.title,"
                   "  roles = excluded.roles, unit = excluded.unit,"
                   "  language = CASE WHEN excluded.language = '' THEN people.language ELSE "
                   "excluded.language END,"
                   "  retired_at = CASE WHEN excluded.roles = 0 THEN people.retired_at ELSE 0 END,"
                   "  moved_to = CASE WHEN excluded.roles = 0 THEN people.moved_to ELSE '' END",
                   record_values(&person_record, person, values));
}

bool store_person(struct store *store, void *mem, const char *phone, struct person **person)
{
    bool is_done;

    *person = record_one(store, mem, &person_record, "SELECT {columns} FROM people WHERE phone = $1",
                         VALUES(as_text(phone)), &is_done);
    return is_done;
}

bool store_see_person(struct store *store, const char *phone, const char *line, int64_t at)
{
    return sql_run(store,
                   "INSERT INTO people (phone, line, seen_at) VALUES ($1, $2, $3)"
                   " ON CONFLICT (phone) DO UPDATE SET line = excluded.line, seen_at = excluded.seen_at",
                   VALUES(as_text(phone), as_text(line), as_number(at)));
}

bool store_set_language(struct store *store, const char *phone, const char *language)
{
    return sql_run(store, "UPDATE people SET language = $2 WHERE phone = $1",
                   VALUES(as_text(phone), as_text(language)));
}

bool store_set_stopped(struct store *store, const char *phone, bool is_stopped)
{
    return sql_run(store, "UPDATE people SET is_stopped = $2 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(is_stopped)));
}

bool store_set_called(struct store *store, const char *phone, bool is_called)
{
    return sql_run(store, "UPDATE people SET is_called = $2 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(is_called)));
}

bool store_set_greeted(struct store *store, const char *phone)
{
    return sql_run(store, "UPDATE people SET is_greeted = 1 WHERE phone = $1", VALUES(as_text(phone)));
}

bool store_set_owner_since(struct store *store, const char *phone, int64_t since)
{
    return sql_run(store, "UPDATE people SET owner_since = $2 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(since)));
}

bool store_set_muted(struct store *store, const char *phone, int64_t until)
{
    return sql_run(store, "UPDATE people SET muted_until = $2 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(until)));
}

bool store_set_answer_budget(struct store *store, const char *phone, const struct answer_budget *budget)
{
    return sql_run(store,
                   "UPDATE people SET answer_tokens = $2, answers_filled_at = $3, answers_day = $4,"
                   " answers_today = $5 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(budget->tokens), as_number(budget->filled_at),
                          as_number(budget->day), as_number(budget->today)));
}

bool store_working_unit(struct store *store, const char *phone, int64_t *unit)
{
    return sql_number(store, "SELECT " STORE_WORKING_UNIT(people) " FROM people WHERE phone = $1",
                      VALUES(as_text(phone)), unit);
}

bool store_people(struct store *store, void *mem, int roles, int64_t unit, struct person **people, size_t *n)
{
    bool is_done;

    /* two statements, so that the index by unit serves the one that runs for each case */
    *people = unit ? record_list(store, mem, &person_record,
                                 "SELECT {columns} FROM people WHERE roles <> 0 AND unit = $2"
                                 " AND ($1 = 0 OR (roles & $1) <> 0) ORDER BY phone",
                                 false, VALUES(as_number(roles), as_number(unit)), n, &is_done)
                   : record_list(store, mem, &person_record,
                                 "SELECT {columns} FROM people WHERE roles <> 0"
                                 " AND ($1 = 0 OR (roles & $1) <> 0) ORDER BY phone",
                                 false, VALUES(as_number(roles)), n, &is_done);
    return is_done;
}
