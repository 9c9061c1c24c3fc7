/*
 * Steps 2 to 8: how the tables grew. Never changed again.
 */
#include <stddef.h>

#include "store/schema/steps.h"

static const char interface[] =
    "CREATE TABLE tokens ("
    " id {id},"
    " name TEXT NOT NULL,"
    " hash TEXT NOT NULL UNIQUE,"
    " scopes TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " revoked_at BIGINT);"
    "CREATE UNIQUE INDEX tokens_in_use ON tokens (name) WHERE revoked_at IS NULL;"
    "CREATE TABLE asked ("
    " token_id BIGINT NOT NULL REFERENCES tokens (id),"
    " key TEXT NOT NULL,"
    " what_hash TEXT NOT NULL,"
    " notice_id BIGINT REFERENCES notices (id),"
    " at BIGINT NOT NULL,"
    " PRIMARY KEY (token_id, key));"
    "CREATE TABLE tellings ("
    " id {id},"
    " hook TEXT NOT NULL,"
    " case_id BIGINT NOT NULL REFERENCES cases (id),"
    " step_id BIGINT NOT NULL REFERENCES steps (id),"
    " attempts INTEGER NOT NULL,"
    " due_at BIGINT NOT NULL,"
    " settled_at BIGINT,"
    " why TEXT NOT NULL,"
    " UNIQUE (hook, step_id));"
    "CREATE INDEX tellings_waiting ON tellings (hook, case_id, id) WHERE settled_at IS NULL;";

/* The provider's id of a text, and the values for providers that fill templates of their own. */
static const char providers[] =
    "ALTER TABLE sent_parts ADD COLUMN external_id TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX sent_parts_by_external_id ON sent_parts (line, external_id) WHERE external_id <> '';"
    "ALTER TABLE notices ADD COLUMN data TEXT NOT NULL DEFAULT '';";

/* Time limits by urgency, reviews, stand-ins, routing rules, and the year's public works. */
static const char rules[] =
    "CREATE TABLE leaves ("
    " phone TEXT PRIMARY KEY,"
    " since BIGINT NOT NULL,"
    " until BIGINT NOT NULL,"
    " stand_in TEXT NOT NULL);"
    "CREATE TABLE routes ("
    " id {id},"
    " place BIGINT REFERENCES units (id),"
    " topic TEXT NOT NULL,"
    " category TEXT NOT NULL,"
    " is_away SMALLINT NOT NULL CHECK (is_away IN (0, 1)),"
    " unit BIGINT NOT NULL REFERENCES units (id));"
    "ALTER TABLE cases ADD COLUMN accept_by BIGINT;"
    "ALTER TABLE cases ADD COLUMN is_away SMALLINT NOT NULL DEFAULT 0 CHECK (is_away IN (0, 1));"
    "ALTER TABLE cases ADD COLUMN reviews INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN review_by BIGINT;"
    "ALTER TABLE cases ADD COLUMN reviewed_at BIGINT;"
    "ALTER TABLE cases ADD COLUMN works_year INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN households INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN residents INTEGER NOT NULL DEFAULT 0;"
    "UPDATE cases SET accept_by = received_at + 1296000 WHERE state = 'new';"
    "CREATE INDEX cases_to_accept ON cases (accept_by) WHERE state = 'new';"
    "CREATE INDEX cases_to_review ON cases (review_by) WHERE review_by IS NOT NULL;"
    "CREATE INDEX cases_works ON cases (works_year) WHERE works_year > 0;";

/* Indexes for boards, which look for steps, and for figures, which look at deadlines. */
static const char boards[] =
    "CREATE INDEX steps_held ON steps (case_id) WHERE kind = 'held';"
    "CREATE INDEX steps_progress ON steps (case_id) WHERE kind = 'progress';"
    "DROP INDEX cases_by_time;"
    "CREATE INDEX cases_by_time ON cases (received_at, is_guarded, state, category, topic, unit, place,"
    " rating, accepted_at, accept_by, finish_by);";

/*
 * The transitions of a case. "lives" holds the steps that may lead a case from one state to another, as the
 * program's table has them (store_allow_step). A step refers to its row there, and a case that has left "new"
 * refers to the step that brought it to its state, so a state changes only together with a step. Keys of
 * several columns cannot be added to an existing table, so each is spelt out in one column. For older steps
 * the state before is unknown ("?"), and the state after is known of each case's last step only.
 */
static const char transitions[] =
    "CREATE TABLE lives ("
    " name TEXT PRIMARY KEY,"
    " state TEXT NOT NULL,"
    " step TEXT NOT NULL,"
    " next TEXT NOT NULL,"
    " CHECK (name = state || ' > ' || step || ' > ' || next));"
    "INSERT INTO steps (case_id, at, actor, line, kind, words)"
    " SELECT id, touched_at, 'system', '', 'kept', '' FROM cases WHERE state <> 'new'"
    "  AND NOT EXISTS (SELECT 1 FROM steps WHERE case_id = cases.id);"
    "ALTER TABLE steps ADD COLUMN leads_to TEXT;"
    "UPDATE steps SET leads_to = '?';"
    "UPDATE steps SET leads_to = (SELECT state FROM cases WHERE id = case_id)"
    " WHERE id IN (SELECT max(id) FROM steps GROUP BY case_id);"
    "INSERT INTO lives (name, state, step, next)"
    " SELECT DISTINCT '? > ' || kind || ' > ' || leads_to, '?', kind, leads_to FROM steps;"
    "ALTER TABLE steps ADD COLUMN life TEXT REFERENCES lives (name);"
    "UPDATE steps SET life = '? > ' || kind || ' > ' || leads_to;"
    "ALTER TABLE steps ADD COLUMN arrives TEXT CHECK (life IS NOT NULL AND life LIKE '% > ' || kind"
    " || ' > ' || leads_to AND (arrives IS NULL OR arrives LIKE '% ' || leads_to));"
    "UPDATE steps SET arrives = (SELECT number || ' 0 ' || state FROM cases WHERE id = case_id)"
    " WHERE leads_to NOT IN ('?', 'new');"
    "CREATE UNIQUE INDEX steps_arriving ON steps (arrives);"
    "ALTER TABLE cases ADD COLUMN stands TEXT REFERENCES steps (arrives);"
    "UPDATE cases SET stands = number || ' 0 ' || state WHERE state <> 'new';"
    "ALTER TABLE cases ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved = 0 AND state = 'new'"
    " OR stands IS NOT NULL AND stands = number || ' ' || moved || ' ' || state);";

/* Time limits of the unit that has a case now, and a class of urgency that a person chose. */
static const char time_limits[] =
    "ALTER TABLE cases ADD COLUMN given_at BIGINT;"
    "ALTER TABLE cases ADD COLUMN take_by BIGINT;"
    "ALTER TABLE cases ADD COLUMN tell_by BIGINT;"
    "ALTER TABLE cases ADD COLUMN grade TEXT NOT NULL DEFAULT '';"
    "UPDATE cases SET given_at = COALESCE((SELECT max(at) FROM steps WHERE case_id = cases.id AND kind IN"
    " ('forwarded', 'returned', 'recused', 'cleared', 'reopened', 'undone')), received_at);"
    "UPDATE cases SET take_by = given_at + accept_by - received_at;"
    "CREATE INDEX cases_to_take ON cases (take_by) WHERE state = 'new';"
    "CREATE INDEX cases_to_tell ON cases (tell_by) WHERE tell_by IS NOT NULL;"
    "CREATE INDEX cases_given ON cases (given_at) WHERE state = 'in hand';";

/*
 * Renames tables, columns and kinds of steps to the words the code uses. A kind of step changes together with
 * the transition it refers to, whose new row has to exist first. The index steps_arriving keeps its name,
 * because cases refer to steps through it.
 */
static const char vocabulary[] =
    "ALTER TABLE tellings RENAME TO webhook_deliveries;"
    "ALTER TABLE asked RENAME TO idempotency_keys;"
    "ALTER TABLE lives RENAME TO transitions;"
    "ALTER TABLE steps RENAME COLUMN arrives TO entry_key;"
    "ALTER TABLE steps RENAME COLUMN life TO transition;"
    "ALTER TABLE cases RENAME COLUMN stands TO current_step;"
    "ALTER TABLE cases RENAME COLUMN moved TO moves;"
    "ALTER TABLE cases RENAME COLUMN grade TO urgency_class;"
    "ALTER TABLE cases RENAME COLUMN works_year TO public_works_year;"
    "DROP INDEX tellings_waiting;"
    "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (hook, case_id, id)"
    " WHERE settled_at IS NULL;"
    "DROP INDEX cases_works;"
    "CREATE INDEX cases_public_works ON cases (public_works_year) WHERE public_works_year > 0;"
    "INSERT INTO transitions (name, state, step, next)"
    " SELECT state || ' > urgency class > ' || next, state, 'urgency class', next FROM transitions"
    " WHERE step = 'graded';"
    "INSERT INTO transitions (name, state, step, next)"
    " SELECT state || ' > public works > ' || next, state, 'public works', next FROM transitions"
    " WHERE step = 'works';"
    "UPDATE steps SET kind = 'urgency class',"
    " transition = replace(transition, ' > graded > ', ' > urgency class > ') WHERE kind = 'graded';"
    "UPDATE steps SET kind = 'public works',"
    " transition = replace(transition, ' > works > ', ' > public works > ') WHERE kind = 'works';"
    "DELETE FROM transitions WHERE step IN ('graded', 'works');"
    "DELETE FROM settings WHERE name = 'life of a case';";

const char *const schema_step_2[] = { interface, NULL };
const char *const schema_step_3[] = { providers, NULL };
const char *const schema_step_4[] = { rules, NULL };
const char *const schema_step_5[] = { boards, NULL };
const char *const schema_step_6[] = { transitions, NULL };
const char *const schema_step_7[] = { time_limits, NULL };
const char *const schema_step_8[] = { vocabulary, NULL };
