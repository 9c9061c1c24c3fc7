#include "store/search/search.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "store/search/pairs.h"
#include "store/sql.h"

/*
 * FEWEST_DIGITS: of a whole telephone number. BEGINNINGS_DIGITS: the most digits by which beginnings of
 * numbers may differ within a year. FEW: so many cases are asked one by one whether they are of a unit.
 */
enum { LAST_DIGITS = 4, FEWEST_DIGITS = 8, LONGEST_NUMBER = 24, BEGINNINGS_DIGITS = 3, FEW = 2000 };

/* A set of ids of cases: a bit for each. */
struct found {
    uint64_t *bits;
    int64_t most; /* the highest id */
};

static size_t count_of_sets(const struct found *found)
{
    return (size_t)found->most / 64 + 1;
}

static struct found *no_cases(void *mem, int64_t most)
{
    struct found *found = talloc(mem, struct found);

    found->most = most;
    found->bits = talloc_zero_array(found, uint64_t, count_of_sets(found));
    return found;
}

static bool is_in(const struct found *found, int64_t id)
{
    return found->bits[id / 64] >> (id % 64) & 1;
}

static bool add_case(const struct row *row, void *arg)
{
    struct found *found = arg;
    int64_t id = row_number(row, 0);

    if (id > 0 && id <= found->most)
        found->bits[id / 64] |= UINT64_C(1) << (id % 64);
    return true;
}

static bool remove_case(const struct row *row, void *arg)
{
    struct found *found = arg;
    int64_t id = row_number(row, 0);

    if (id > 0 && id <= found->most)
        found->bits[id / 64] &= ~(UINT64_C(1) << (id % 64));
    return true;
}

/* A word as LIKE takes it, with \ before what has a meaning there. */
static char *like(void *mem, const char *word)
{
    char *pattern = talloc_strdup(mem, "%");

    for (; *word; word++)
        pattern = talloc_asprintf_append(pattern, strchr("%_\\", *word) ? "\\%c" : "%c", *word);
    return talloc_strdup_append(pattern, "%");
}

/* What is not indexed yet is looked at. */
static bool find_in_texts(struct store *store, void *mem, const char *word, struct found *found)
{
    const char *pattern = like(mem, word);
    char *match = pairs_match(word);
    bool is_done = sql_each(store,
                            "SELECT rowid FROM case_words WHERE case_words MATCH $1 UNION ALL"
                            " SELECT id FROM cases WHERE text LIKE $2 ESCAPE '\\'"
                            "  AND id > (SELECT until FROM words_indexed WHERE name = 'cases')",
                            VALUES(as_text(match), as_text(pattern)), add_case, found) &&
                   sql_each(store,
                            "SELECT case_id FROM step_words CROSS JOIN steps ON steps.id = step_words.rowid"
                            " WHERE step_words MATCH $1 UNION ALL"
                            " SELECT case_id FROM steps WHERE words LIKE $2 ESCAPE '\\'"
                            "  AND kind NOT IN ('received', 'viewed')"
                            "  AND id > (SELECT until FROM words_indexed WHERE name = 'steps')",
                            VALUES(as_text(match), as_text(pattern)), add_case, found);

    sqlite3_free(match);
    return is_done;
}

/* Each person is looked at once. */
#define OF_PEOPLE(condition)                                                               \
    "WITH some AS MATERIALIZED (SELECT phone FROM people WHERE " condition ")"             \
    " SELECT cases.id FROM some CROSS JOIN cases ON cases.handler = some.phone"            \
    " UNION ALL SELECT cases.id FROM some CROSS JOIN cases ON cases.reporter = some.phone" \
    "  AND is_anonymous = 0 AND $2 = 1"

static bool find_in_names(struct store *store, void *mem, const char *word, const struct search *search,
                          struct found *found)
{
    return sql_each(store, OF_PEOPLE("name <> '' AND name LIKE $1 ESCAPE '\\'"),
                    VALUES(as_text(like(mem, word)), as_number(search->with_reporters)), add_case, found);
}

/*
 * The longest number there is, in digits, and how many of them tell the year and the gateway; 0, as long as
 * the counters do not say how numbers are made. The newest case has the highest number of its year.
 */
static bool measure_numbers(struct store *store, int *longest, int *same)
{
    int64_t most_counted = 0, newest = 0, counted = 0;
    bool is_done =
        sql_number(store,
                   "SELECT max(5, max(length(CAST(value AS TEXT)))) FROM counters"
                   " WHERE name LIKE 'case ____'",
                   NO_VALUES, &most_counted) &&
        sql_number(store, "SELECT length(number) FROM cases ORDER BY id DESC LIMIT 1", NO_VALUES, &newest) &&
        sql_number(store,
                   "SELECT max(5, length(CAST(value AS TEXT))) FROM counters WHERE name = 'case 20'"
                   " || (SELECT substr(number, 1, 2) FROM cases ORDER BY id DESC LIMIT 1)",
                   NO_VALUES, &counted);

    *same = (int)(newest - counted) - 1; /* the last digit checks the others */
    if (counted == 0 || *same < 2 || *same > 3)
        *same = 0;
    *longest = *same + (int)most_counted + 1;
    return is_done;
}

/* The numbers in which the digits begin at a place: a range behind each beginning that numbers have. */
static bool find_digits_at(struct store *store, const char *digits, int place, struct found *found)
{
    return sql_each(store,
                    "WITH RECURSIVE beginnings (digits) AS (SELECT substr(min(number), 1, $1) FROM cases"
                    " UNION ALL SELECT (SELECT substr(number, 1, $1) FROM cases"
                    "  WHERE number > digits || CASE WHEN length(digits) < $1 THEN '' ELSE ':' END"
                    "  ORDER BY number LIMIT 1) FROM beginnings WHERE digits IS NOT NULL)"
                    " SELECT cases.id FROM beginnings CROSS JOIN cases"
                    "  ON number >= digits || $2 AND number < digits || $2 || ':'",
                    VALUES(as_number(place), as_text(digits)), add_case, found);
}

/* Few digits stand in most numbers, and behind very many beginnings: then all numbers are read. */
static bool find_digits(struct store *store, const char *digits, int n, struct found *found)
{
    int longest, same;

    if (!measure_numbers(store, &longest, &same))
        return false;
    if (same == 0 || longest - n > same + BEGINNINGS_DIGITS)
        return sql_each(store, "SELECT id FROM cases WHERE instr(number, $1) > 0", VALUES(as_text(digits)),
                        add_case, found);
    for (int place = 0; place <= longest - n; place++)
        if (!find_digits_at(store, digits, place, found))
            return false;
    return true;
}

static bool find_in_numbers(struct store *store, const char *word, const struct search *search,
                            struct found *found)
{
    size_t n = strspn(word, "0123456789");

    if (word[n] || n == 0)
        return true;
    if (n <= LONGEST_NUMBER && !find_digits(store, word, (int)n, found))
        return false;
    if (n == LAST_DIGITS)
        return sql_each(store, OF_PEOPLE("substr(phone, -4) = $1"),
                        VALUES(as_text(word), as_number(search->with_reporters)), add_case, found);
    return n < FEWEST_DIGITS ||
           sql_each(store, OF_PEOPLE("phone IN ('+' || $1, '+86' || $1)"),
                    VALUES(as_text(word), as_number(search->with_reporters)), add_case, found);
}

static bool find_word(struct store *store, void *mem, const char *word, const struct search *search,
                      struct found *found)
{
    return find_in_texts(store, mem, word, found) && find_in_names(store, mem, word, search, found) &&
           find_in_numbers(store, word[0] == '+' ? word + 1 : word, search, found);
}

/* The next word of the text, which is changed; NULL: none. U+3000 parts words too. */
static char *next_word(char **rest)
{
    static const char wide_space[] = "\u3000";
    char *at;

    while ((at = strstr(*rest, wide_space)))
        memcpy(at, "   ", 3);
    while (isspace((unsigned char)**rest))
        ++*rest;
    at = *rest;
    while (**rest && !isspace((unsigned char)**rest))
        ++*rest;
    if (**rest)
        *(*rest)++ = '\0';
    return *at ? at : NULL;
}

static size_t count_of(const struct found *found)
{
    size_t n = 0;

    for (size_t i = 0; i < count_of_sets(found); i++)
        n += (size_t)__builtin_popcountll(found->bits[i]);
    return n;
}

static int64_t *ids_of(void *mem, const struct found *found, size_t *n)
{
    int64_t *ids;

    *n = count_of(found);
    ids = talloc_array(mem, int64_t, *n);
    for (int64_t id = found->most, at = 0; at < (int64_t)*n; id--)
        if (is_in(found, id))
            ids[at++] = id;
    return ids;
}

#define BELOW                                                                                              \
    "(WITH RECURSIVE below (id) AS (SELECT $1 UNION SELECT units.id FROM below JOIN units ON units.parent" \
    "  = below.id) SELECT id FROM below)"

#define WITHIN " (unit IN " BELOW " OR place IN " BELOW " OR handler = $2)"

/* Adds those of the found cases that are of the unit or of this person. */
static bool find_few_within(struct store *store, void *mem, const struct search *search,
                            const struct found *found, struct found *within)
{
    char *list = talloc_strdup(mem, "[");
    size_t n;
    int64_t *ids = ids_of(mem, found, &n);

    for (size_t i = 0; i < n; i++)
        list = talloc_asprintf_append_buffer(list, "%s%lld", i ? "," : "", (long long)ids[i]);
    return sql_each(store,
                    "SELECT cases.id FROM json_each($3) CROSS JOIN cases ON cases.id = json_each.value"
                    " WHERE" WITHIN,
                    VALUES(as_number(search->within), as_text(search->also),
                           as_text(talloc_strdup_append_buffer(list, "]"))),
                    add_case, within);
}

/* Leaves only the cases of the unit and of this person. */
static bool keep_within(struct store *store, void *mem, const struct search *search, struct found *found)
{
    struct found *within = no_cases(mem, found->most);
    bool is_done;

    if (!search->within)
        return true;
    is_done = count_of(found) <= FEW
                  ? find_few_within(store, mem, search, found, within)
                  : sql_each(store,
                             "SELECT id FROM cases WHERE unit IN " BELOW
                             " UNION ALL SELECT id FROM cases WHERE place IN " BELOW
                             " UNION ALL SELECT id FROM cases WHERE handler = $2",
                             VALUES(as_number(search->within), as_text(search->also)), add_case, within);
    for (size_t i = 0; is_done && i < count_of_sets(found); i++)
        found->bits[i] &= within->bits[i];
    return is_done;
}

bool store_search(struct store *store, void *mem, const struct search *search, int64_t **ids, size_t *n)
{
    void *own = talloc_new(mem);
    char *rest = talloc_strdup(own, search->words), *word;
    struct found *all = NULL;
    int64_t most;
    bool is_done = sql_number(store, "SELECT max(id) FROM cases", NO_VALUES, &most);

    while (is_done && (word = next_word(&rest))) {
        struct found *found = no_cases(own, most);

        is_done = find_word(store, own, word, search, found);
        for (size_t i = 0; all && i < count_of_sets(all); i++)
            found->bits[i] &= all->bits[i];
        all = found;
    }
    if (!all)
        all = no_cases(own, 0);
    is_done = is_done && keep_within(store, own, search, all);
    if (is_done && !search->with_guarded)
        is_done = sql_each(store, "SELECT id FROM cases WHERE is_guarded = 1", NO_VALUES, remove_case, all);
    *ids = ids_of(mem, all, n);
    talloc_free(own);
    return is_done;
}

struct finding {
    bool (*each)(const struct case_ *case_, void *arg);
    void *arg;
    int left; /* of the limit; -1 none */
    bool wants_more;
};

static bool hand_case(const struct case_ *case_, void *arg)
{
    struct finding *finding = arg;

    finding->wants_more = finding->each(case_, finding->arg) && (finding->left < 0 || --finding->left > 0);
    return finding->wants_more;
}

bool store_each_found(struct store *store, const int64_t *ids, size_t n, const struct case_filter *filter,
                      bool (*each)(const struct case_ *case_, void *arg), void *arg)
{
    struct finding finding = { each, arg, filter->limit > 0 ? filter->limit : -1, true };
    struct case_filter one = *filter;
    bool is_done = true;

    one.limit = 0;
    one.after_id = 0;
    for (size_t i = 0; i < n && is_done && finding.wants_more; i++) {
        one.id = ids[i];
        if (!filter->after_id || ids[i] < filter->after_id)
            is_done = store_each_case(store, &one, hand_case, &finding);
    }
    return is_done;
}

#define REMOVED "words removed from the index since"

bool store_note_removed(struct store *store, int64_t now)
{
    return sql_run(store,
                   "INSERT INTO settings (name, value) VALUES ('" REMOVED "', CAST($1 AS TEXT))"
                   " ON CONFLICT (name) DO NOTHING",
                   VALUES(as_number(now)));
}

bool store_unclean_since(struct store *store, int64_t *since)
{
    return sql_number(store, "SELECT CAST(value AS BIGINT) FROM settings WHERE name = '" REMOVED "'",
                      NO_VALUES, since);
}

/* sqlite.org/fts5.html, 6.8 */
bool store_clean_index(struct store *store)
{
    return sql_run(store, "INSERT INTO case_words (case_words) VALUES ('optimize')", NO_VALUES) &&
           sql_run(store, "INSERT INTO step_words (step_words) VALUES ('optimize')", NO_VALUES) &&
           sql_run(store, "DELETE FROM settings WHERE name = '" REMOVED "'", NO_VALUES);
}
