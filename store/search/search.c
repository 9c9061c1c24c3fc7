#include "store/search/search.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "store/search/pairs.h"
#include "store/sql.h"

enum { LAST_DIGITS = 4, FEWEST_DIGITS = 8 /* of a whole telephone number */ };

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

static bool find_in_texts(struct store *store, const char *word, struct found *found)
{
    char *match = pairs_match(word);
    bool is_done = sql_each(store, "SELECT rowid FROM case_words WHERE case_words MATCH $1",
                            VALUES(as_text(match)), add_case, found) &&
                   sql_each(store,
                            "SELECT case_id FROM step_words CROSS JOIN steps ON steps.id = step_words.rowid"
                            " WHERE step_words MATCH $1",
                            VALUES(as_text(match)), add_case, found);

    sqlite3_free(match);
    return is_done;
}

/* A word as LIKE takes it, with \ before what has a meaning there. */
static char *like(void *mem, const char *word)
{
    char *pattern = talloc_strdup(mem, "%");

    for (; *word; word++)
        pattern = talloc_asprintf_append(pattern, strchr("%_\\", *word) ? "\\%c" : "%c", *word);
    return talloc_strdup_append(pattern, "%");
}

#define OF_PEOPLE(condition)                                                                        \
    "SELECT cases.id FROM people CROSS JOIN cases ON cases.handler = people.phone WHERE " condition \
    " UNION ALL SELECT cases.id FROM people CROSS JOIN cases ON cases.reporter = people.phone"      \
    "  AND is_anonymous = 0 AND $2 = 1 WHERE " condition

static bool find_in_names(struct store *store, void *mem, const char *word, const struct search *search,
                          struct found *found)
{
    return sql_each(store, OF_PEOPLE("name <> '' AND name LIKE $1 ESCAPE '\\'"),
                    VALUES(as_text(like(mem, word)), as_number(search->with_reporters)), add_case, found);
}

static bool find_in_numbers(struct store *store, const char *word, const struct search *search,
                            struct found *found)
{
    size_t n = strspn(word, "0123456789");

    if (word[n] || n == 0)
        return true;
    if (!sql_each(store, "SELECT id FROM cases WHERE number LIKE '%' || $1 || '%'", VALUES(as_text(word)),
                  add_case, found))
        return false;
    if (n == LAST_DIGITS)
        return sql_each(store, OF_PEOPLE("phone LIKE '%' || $1"),
                        VALUES(as_text(word), as_number(search->with_reporters)), add_case, found);
    return n < FEWEST_DIGITS ||
           sql_each(store, OF_PEOPLE("phone IN ('+' || $1, '+86' || $1)"),
                    VALUES(as_text(word), as_number(search->with_reporters)), add_case, found);
}

static bool find_word(struct store *store, void *mem, const char *word, const struct search *search,
                      struct found *found)
{
    return find_in_texts(store, word, found) && find_in_names(store, mem, word, search, found) &&
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

static int64_t *ids_of(void *mem, const struct found *found, size_t *n)
{
    int64_t *ids;

    *n = 0;
    for (size_t i = 0; i < count_of_sets(found); i++)
        *n += (size_t)__builtin_popcountll(found->bits[i]);
    ids = talloc_array(mem, int64_t, *n);
    for (int64_t id = found->most, at = 0; at < (int64_t)*n; id--)
        if (is_in(found, id))
            ids[at++] = id;
    return ids;
}

#define BELOW                                                                                              \
    "(WITH RECURSIVE below (id) AS (SELECT $1 UNION SELECT units.id FROM below JOIN units ON units.parent" \
    "  = below.id) SELECT id FROM below)"

/* Leaves only the cases of the unit and of this person. */
static bool keep_within(struct store *store, void *mem, const struct search *search, struct found *found)
{
    struct found *within = no_cases(mem, found->most);

    if (!search->within)
        return true;
    if (!sql_each(store,
                  "SELECT id FROM cases WHERE unit IN " BELOW
                  " UNION ALL SELECT id FROM cases WHERE place IN " BELOW
                  " UNION ALL SELECT id FROM cases WHERE handler = $2",
                  VALUES(as_number(search->within), as_text(search->also)), add_case, within))
        return false;
    for (size_t i = 0; i < count_of_sets(found); i++)
        found->bits[i] &= within->bits[i];
    return true;
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
