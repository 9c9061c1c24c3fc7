#include <stddef.h>

#include "store/schema/steps.h"

/* State, category and rating, and whether it is restricted, accepted and returned: store/summaries.c. */
#define FIGURES                                                                                        \
    "(CASE state WHEN 'new' THEN 0 WHEN 'in hand' THEN 1 WHEN 'closed' THEN 2 WHEN 'rated' THEN 3"     \
    " WHEN 'explained' THEN 4 WHEN 'out of scope' THEN 5 WHEN 'merged' THEN 6 WHEN 'withdrawn' THEN 7" \
    " ELSE 8 END + CASE category WHEN '民生' THEN 0 WHEN '民困' THEN 16 ELSE 32 END + 64 * rating" \
    " + 512 * is_guarded + 1024 * (accepted_at IS NOT NULL) + 2048 * (returned_at IS NOT NULL))"

#define DEADLINE "(CASE state WHEN 'new' THEN accept_by WHEN 'in hand' THEN finish_by END)"

/* The digits of a number; whatever else stands there, behind "=". */
#define HANDLER                                                       \
    "(CASE WHEN handler = '+' || CAST(substr(handler, 2) AS INTEGER)" \
    " THEN CAST(substr(handler, 2) AS INTEGER) ELSE '=' || handler END)"

/*
 * What figures read of each case, in the order of the columns that more and more of them ask for. The index
 * holds nearly half of what it held when it had the columns of the cases, and SQLite reads a number in a
 * third of the time that a word takes. It finds what the view says in the index, because both say it in the
 * same words.
 */
static const char figures[] =
    "DROP INDEX cases_by_time;"
    "CREATE INDEX cases_by_time ON cases (received_at, " FIGURES ", " DEADLINE ", unit, place, " HANDLER
    ", topic, accepted_at, closed_at);"
    "CREATE VIEW case_figures AS SELECT id, received_at, " FIGURES " AS figures, " DEADLINE
    " AS deadline, unit, place, " HANDLER " AS handler, topic, accepted_at, closed_at FROM cases;";

/* By when cases left without an answer, for the board of the quarter: it read all of them since the
 * beginning. */
static const char gone[] =
    "CREATE INDEX cases_gone ON cases (touched_at) WHERE state IN ('withdrawn', 'merged');";

const char *const schema_figures[] = { figures, NULL };
/* When each case that was closed had come, so that who asks what was open then reads no other cases. */
static const char closed[] =
    "DROP INDEX cases_closed;"
    "CREATE INDEX cases_closed ON cases (closed_at, received_at) WHERE closed_at IS NOT NULL;";

/* Texts whose meaning was asked: each hour the calendar read all texts to find them. */
static const char waiting[] = "CREATE INDEX events_waiting ON events (id) WHERE outcome = 'waiting';";

const char *const schema_spans[] = { closed, waiting, NULL };
const char *const schema_gone[] = { gone, NULL };
