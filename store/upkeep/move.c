#include "store/upkeep/move.h"

#include <stddef.h>

#include "store/sql.h"

/* Duty and leaves, of $1 to $2. */
#define HAND_ON_DUTIES                                  \
    "UPDATE units SET on_duty = $2 WHERE on_duty = $1", \
        "UPDATE leaves SET stand_in = $2 WHERE stand_in = $1", "DELETE FROM leaves WHERE phone = stand_in"

/* Nothing that waited for an answer of $1 does any more. */
#define END_QUESTIONS                                                                           \
    "UPDATE confirmations SET code_hash = '', words = '' WHERE phone = $1",                     \
        "DELETE FROM undo WHERE phone = $1 OR before LIKE '%' || $1 || '%'",                    \
        "DELETE FROM list_pages WHERE phone = $1", "DELETE FROM sender_lines WHERE phone = $1", \
        "UPDATE notices SET state = 'CANCELLED', settled_at = $3, why = 'number retired'"       \
        " WHERE recipient = $1 AND state = 'READY' AND name IN ('confirm', 'confirm-sender')"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long statements stand in two lines */

/* $1: the old number, $2: the new one, $3: now; $4 is there because both lists share statements. */
static const char *const moves[] = {
    "INSERT INTO people (phone) VALUES ($2) ON CONFLICT (phone) DO NOTHING",
    "UPDATE people SET name = (SELECT name FROM people WHERE phone = $1),"
    " title = (SELECT title FROM people WHERE phone = $1), roles = (SELECT roles FROM people WHERE phone = "
    "$1),"
    " unit = (SELECT unit FROM people WHERE phone = $1),"
    " language = COALESCE((SELECT NULLIF(language, '') FROM people WHERE phone = $1), language),"
    " is_stopped = (SELECT is_stopped FROM people WHERE phone = $1), is_greeted = 1, retired_at = 0,"
    " moved_to = '' WHERE phone = $2",
    END_QUESTIONS,
    "DELETE FROM leaves WHERE phone = $2",
    "UPDATE leaves SET phone = $2 WHERE phone = $1",
    HAND_ON_DUTIES,
    "UPDATE cases SET first_handler = CASE WHEN first_handler = $1 THEN $2 ELSE first_handler END,"
    " handler = CASE WHEN handler = $1 THEN $2 ELSE handler END,"
    " leader = CASE WHEN leader = $1 THEN $2 ELSE leader END,"
    " reporter = CASE WHEN reporter = $1 THEN $2 ELSE reporter END"
    " WHERE $1 IN (first_handler, handler, leader, reporter)",
    "UPDATE steps SET actor = $2 WHERE actor = $1",
    "UPDATE labels SET actor = $2 WHERE actor = $1",
    "UPDATE recordings SET heard_by = CASE WHEN heard_by = $1 THEN $2 ELSE heard_by END,"
    " written_by = CASE WHEN written_by = $1 THEN $2 ELSE written_by END WHERE $1 IN (heard_by, written_by)",
    "DELETE FROM questions WHERE phone = $2 AND EXISTS (SELECT 1 FROM questions WHERE phone = $1)",
    "UPDATE questions SET phone = $2 WHERE phone = $1",
    "UPDATE notices SET recipient = $2 WHERE recipient = $1 AND state = 'READY'",
    "UPDATE people SET moved_to = $2 WHERE moved_to = $1",
    "UPDATE people SET name = '', title = '', roles = 0, unit = NULL, is_stopped = 0, owner_since = $3,"
    " retired_at = $3, moved_to = $2 WHERE phone = $1",
};

/* $1: who leaves, $2: the heir, $3: now, $4: the leader who adopts what they had adopted. */
static const char *const leaving[] = {
    END_QUESTIONS,
    "DELETE FROM leaves WHERE phone = $1",
    HAND_ON_DUTIES,
    "UPDATE cases SET leader = NULLIF($4, '') WHERE leader = $1 AND state IN ('new', 'in hand')",
    "UPDATE questions SET expires_at = 0 WHERE phone = $1 AND kind <> 'rating'",
    "UPDATE notices SET state = 'CANCELLED', settled_at = $3, why = 'number retired'"
    " WHERE recipient = $1 AND state = 'READY' AND case_id IS NOT NULL AND own_case_at = 0",
    "UPDATE people SET roles = 0, retired_at = $3 WHERE phone = $1",
};

/* NOLINTEND(bugprone-suspicious-missing-comma) */

static bool run_all(struct store *store, const char *const *statements, size_t n, const struct values values)
{
    for (size_t i = 0; i < n; i++)
        if (!sql_run(store, statements[i], values))
            return false;
    return true;
}

bool store_move_person(struct store *store, const char *from, const char *to, int64_t now)
{
    return run_all(store, moves, sizeof moves / sizeof *moves,
                   VALUES(as_text(from), as_text(to), as_number(now), as_text("")));
}

bool store_retire_person(struct store *store, const char *phone, const char *heir, const char *leader,
                         int64_t now)
{
    return run_all(store, leaving, sizeof leaving / sizeof *leaving,
                   VALUES(as_text(phone), as_text(heir), as_number(now), as_text(leader)));
}
