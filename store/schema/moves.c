#include <stddef.h>

#include "store/schema/steps.h"

/*
 * Which step brought a case to its state is a key of several columns: the case, its how manieth move it was,
 * and the state. It was spelt out in one column of both tables, with an index of its own, and so was each
 * step's transition; they were an eighth of a store. A step that moves its case nowhere has neither move nor
 * leads_to, and a case that never moved no moves. Indexed after the case, the key also finds a case's steps.
 * A column of cases that a CHECK and a reference name cannot be dropped, and where the rows stay as they are
 * either may be rewritten (sqlite.org/lang_altertable.html, 7).
 */
static const char transitions[] = "CREATE TABLE new_transitions ("
                                  " id {id},"
                                  " state TEXT NOT NULL,"
                                  " step TEXT NOT NULL,"
                                  " next TEXT NOT NULL,"
                                  " UNIQUE (state, step, next),"
                                  " UNIQUE (id, step),"
                                  " UNIQUE (id, next));"
                                  "INSERT INTO new_transitions (state, step, next)"
                                  " SELECT state, step, next FROM transitions ORDER BY state, step, next;";

static const char steps[] =
    "CREATE TABLE new_steps ("
    " id {id},"
    " case_id BIGINT NOT NULL REFERENCES cases (id),"
    " at BIGINT NOT NULL,"
    " actor TEXT NOT NULL,"
    " line TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " words TEXT NOT NULL,"
    " event_id BIGINT REFERENCES events (id),"
    " transition BIGINT NOT NULL,"
    " move INTEGER CHECK ((move IS NULL) = (leads_to IS NULL)),"
    " leads_to TEXT,"
    " FOREIGN KEY (transition, kind) REFERENCES transitions (id, step),"
    " FOREIGN KEY (transition, leads_to) REFERENCES transitions (id, next));"
    "INSERT INTO new_steps SELECT steps.id, case_id, at, actor, line, kind, words, event_id,"
    "  new_transitions.id, CAST(substr(entry_key, instr(entry_key, ' ') + 1) AS INTEGER),"
    "  CASE WHEN entry_key IS NOT NULL THEN leads_to END"
    " FROM steps JOIN transitions ON name = transition JOIN new_transitions USING (state, step, next)"
    " ORDER BY steps.id;"
    "DROP TABLE steps;"
    "DROP TABLE transitions;"
    "ALTER TABLE new_transitions RENAME TO transitions;"
    "ALTER TABLE new_steps RENAME TO steps;"
    "CREATE UNIQUE INDEX steps_by_case ON steps (case_id, move, leads_to);"
    "CREATE INDEX steps_held ON steps (case_id) WHERE kind = 'held';"
    "CREATE INDEX steps_progress ON steps (case_id) WHERE kind = 'progress';"
    "CREATE INDEX steps_public ON steps (at) WHERE kind = 'progress' OR kind = 'closed' OR kind = 'explained'"
    " OR kind = 'out of scope' OR kind = 'merged' OR kind = 'reopened' OR kind = 'undone';"
    "CREATE INDEX steps_recused ON steps (case_id, actor) WHERE kind = 'recused';";

static const char cases[] =
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = replace(sql, 'moves INTEGER NOT NULL DEFAULT 0 CHECK (moves = 0"
    " AND state = ''new'' OR current_step IS NOT NULL AND current_step = number || '' '' || moves || '' '' ||"
    " state)', 'moves INTEGER DEFAULT 0') WHERE type = 'table' AND name = 'cases';"
    "PRAGMA writable_schema = RESET;"
    "ALTER TABLE cases DROP COLUMN current_step;"
    "UPDATE cases SET moves = NULL WHERE state = 'new' AND moves = 0;"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = replace(substr(sql, 1, length(sql) - 1), 'moves INTEGER DEFAULT 0',"
    "  'moves INTEGER CHECK (moves IS NOT NULL OR state = ''new'')')"
    "  || ', FOREIGN KEY (id, moves, state) REFERENCES steps (case_id, move, leads_to))'"
    " WHERE type = 'table' AND name = 'cases';"
    "PRAGMA writable_schema = RESET;";

const char *const schema_moves[] = { transitions, steps, cases, NULL };
