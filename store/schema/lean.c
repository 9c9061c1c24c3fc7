#include <stddef.h>

#include "store/schema/steps.h"

/*
 * cases_by_time: also when a case was closed, so that figures read of cases that an earlier year left behind,
 * and of how long cases took, need not read the cases. The other two leave out what every text would enter
 * and their readers do not ask for: whoever is given a new case has the reporter's time limit until it is
 * given to somebody else, and the words of open cases are kept.
 */
static const char lean[] =
    "DROP INDEX cases_by_time;"
    "CREATE INDEX cases_by_time ON cases (received_at, is_guarded, state, category, topic, unit, place,"
    " rating, accepted_at, accept_by, finish_by, handler, returned_at, closed_at);"
    "DROP INDEX cases_to_take;"
    "CREATE INDEX cases_to_take ON cases (take_by) WHERE state = 'new' AND take_by <> accept_by;"
    "DROP INDEX cases_worded;"
    "CREATE INDEX cases_worded ON cases (received_at)"
    " WHERE text <> '' AND state <> 'new' AND state <> 'in hand';";

/* The words by which a case came stand in the case alone (STEP_WORDS); they were an eighth of a store. */
static const char first_words[] =
    "UPDATE steps SET words = CASE WHEN words = '' THEN ' ' ELSE '' END WHERE kind = 'received'"
    " AND (words = '') + (words = (SELECT text FROM cases WHERE cases.id = case_id)) = 1;";

/* What these three found is read, as fast as figures are, in cases_by_time: what pages of one unit or place
 * show, and how many cases there are in each state. They were a tenth of a store. */
static const char leaner[] = "DROP INDEX cases_by_state;"
                             "DROP INDEX cases_by_unit;"
                             "DROP INDEX cases_by_place;";

const char *const schema_leaner[] = { leaner, NULL };
const char *const schema_lean[] = { lean, NULL };

/* Up to which row the indexes of words have them (store/search/entries.h). */
static const char marked[] =
    "CREATE TABLE words_indexed (name TEXT PRIMARY KEY, until BIGINT NOT NULL){keyed};"
    "INSERT INTO words_indexed (name, until) SELECT 'cases', coalesce(max(id), 0) FROM cases;"
    "INSERT INTO words_indexed (name, until) SELECT 'steps', coalesce(max(id), 0) FROM steps;";

const char *const schema_marked[] = { marked, NULL };
const char *const schema_words[] = { first_words, NULL };

/* Also up to which case those similar to it are found by an index; it replaces what counted downwards. */
static const char marked_grams[] =
    "INSERT INTO words_indexed (name, until) SELECT 'grams', coalesce(max(id), 0) FROM cases"
    " WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = 'similar cases to index' AND value <> '0');"
    "DELETE FROM settings WHERE name = 'similar cases to index';";

const char *const schema_grams[] = { marked_grams, NULL };
