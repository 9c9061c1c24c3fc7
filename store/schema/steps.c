/*
 * The newest steps of the schema, and the list of all. A new step is a script after the last one and its row
 * in the list.
 */
#include <stddef.h>

#include "store/schema/steps.h"

/* Figures count a case where its handler works. */
static const char handlers[] =
    "DROP INDEX cases_by_time;"
    "CREATE INDEX cases_by_time ON cases (received_at, is_guarded, state, category, topic, unit, place,"
    " rating, accepted_at, accept_by, finish_by, handler, returned_at);";

/* What the gateway said of a text, what people said it is, and what was learned from that. */
static const char lessons[] = "CREATE TABLE labels ("
                              " id {id},"
                              " case_id BIGINT NOT NULL REFERENCES cases (id),"
                              " at BIGINT NOT NULL,"
                              " actor TEXT NOT NULL,"
                              " unit BIGINT REFERENCES units (id),"
                              " topic TEXT NOT NULL,"
                              " category TEXT NOT NULL,"
                              " said_topic TEXT NOT NULL,"
                              " said_category TEXT NOT NULL,"
                              " topic_confidence BIGINT NOT NULL,"
                              " category_confidence BIGINT NOT NULL);"
                              "CREATE INDEX labels_by_case ON labels (case_id, id);"
                              "CREATE INDEX labels_by_time ON labels (at);"
                              "CREATE TABLE models ("
                              " id {id},"
                              " made_at BIGINT NOT NULL,"
                              " used_at BIGINT,"
                              " labels BIGINT NOT NULL,"
                              " last_label BIGINT NOT NULL,"
                              " held BIGINT NOT NULL,"
                              " better BIGINT NOT NULL,"
                              " worse BIGINT NOT NULL,"
                              " right_after BIGINT NOT NULL,"
                              " right_before BIGINT NOT NULL,"
                              " base TEXT NOT NULL,"
                              " octets TEXT NOT NULL);";

/*
 * By what similar cases are found: numbers of the texts of open, unrestricted cases
 * (store/search/likeness.h), and those cases by place and topic. The gateway fills in older cases, some at a
 * time.
 */
static const char likeness[] = "CREATE TABLE case_grams (gram BIGINT NOT NULL, case_id BIGINT NOT NULL, "
                               "PRIMARY KEY (gram, case_id)){keyed};"
                               "CREATE INDEX case_grams_by_case ON case_grams (case_id);"
                               "CREATE INDEX cases_open_here ON cases (place, topic, received_at)"
                               " WHERE state IN ('new', 'in hand') AND is_guarded = 0;"
                               "INSERT INTO settings (name, value) SELECT 'similar cases to index', max(id) "
                               "FROM cases HAVING max(id) > 0;";

/* What a language model on this machine suggests a case is. */
static const char advice[] = "CREATE TABLE case_advice ("
                             " case_id BIGINT PRIMARY KEY REFERENCES cases (id),"
                             " at BIGINT NOT NULL,"
                             " is_usable SMALLINT NOT NULL CHECK (is_usable IN (0, 1)),"
                             " category TEXT NOT NULL,"
                             " topic TEXT NOT NULL,"
                             " is_urgent SMALLINT NOT NULL CHECK (is_urgent IN (0, 1)),"
                             " quote TEXT NOT NULL,"
                             " model TEXT NOT NULL);";

/* Numbers that were a registered person's: since when no more, and which one is theirs now. */
static const char retired[] = "ALTER TABLE people ADD COLUMN retired_at BIGINT NOT NULL DEFAULT 0;"
                              "ALTER TABLE people ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';"
                              "CREATE INDEX people_moved ON people (moved_to) WHERE moved_to <> '';";

/* Labels of other kinds than the class, and names of places that were learned. */
static const char label_kinds[] = "ALTER TABLE labels ADD COLUMN kind TEXT NOT NULL DEFAULT 'class';"
                                  "ALTER TABLE labels ADD COLUMN value TEXT NOT NULL DEFAULT '';"
                                  "ALTER TABLE models ADD COLUMN places TEXT NOT NULL DEFAULT '';";

/* What the centre is told (store/journal/journal.h), and the random names by which it knows people. */
static const char journal[] = "CREATE TABLE journal ("
                              " seq {id},"
                              " at BIGINT NOT NULL,"
                              " kind TEXT NOT NULL,"
                              " entity TEXT NOT NULL,"
                              " body TEXT,"
                              " salt TEXT,"
                              " body_hash TEXT NOT NULL,"
                              " hash TEXT NOT NULL);"
                              "CREATE TABLE journal_people (phone TEXT PRIMARY KEY, entity TEXT NOT NULL);";

/* Where a place is, in millionths of a degree (WGS 84); NULL: not known. */
static const char points[] = "ALTER TABLE units ADD COLUMN latitude BIGINT;"
                             "ALTER TABLE units ADD COLUMN longitude BIGINT;";

/*
 * The operator's page: who is signed in, one-time codes, second factors, wrong tries, what people wrote but
 * did not file yet, and who looked at what.
 */
static const char page[] = "CREATE TABLE page_sessions ("
                           " hash TEXT PRIMARY KEY,"
                           " phone TEXT NOT NULL REFERENCES people (phone) ON DELETE CASCADE,"
                           " csrf TEXT NOT NULL,"
                           " address TEXT NOT NULL,"
                           " language TEXT NOT NULL,"
                           " created_at BIGINT NOT NULL,"
                           " seen_at BIGINT NOT NULL,"
                           " code_at BIGINT NOT NULL,"
                           " ended_at BIGINT NOT NULL){keyed};"
                           "CREATE INDEX page_sessions_by_phone ON page_sessions (phone, created_at);"
                           "CREATE TABLE page_codes ("
                           " id {id},"
                           " phone TEXT NOT NULL,"
                           " browser TEXT NOT NULL,"
                           " code_hash TEXT NOT NULL,"
                           " address TEXT NOT NULL,"
                           " created_at BIGINT NOT NULL,"
                           " expires_at BIGINT NOT NULL,"
                           " tries INTEGER NOT NULL,"
                           " is_sent INTEGER NOT NULL,"
                           " is_known INTEGER NOT NULL);"
                           "CREATE INDEX page_codes_by_phone ON page_codes (phone, created_at);"
                           "CREATE TABLE page_factors ("
                           " phone TEXT PRIMARY KEY REFERENCES people (phone) ON DELETE CASCADE,"
                           " totp TEXT NOT NULL,"
                           " totp_step BIGINT NOT NULL,"
                           " new_totp TEXT NOT NULL,"
                           " password TEXT NOT NULL){keyed};"
                           "CREATE TABLE page_tries ("
                           " id {id},"
                           " phone TEXT NOT NULL,"
                           " address TEXT NOT NULL,"
                           " at BIGINT NOT NULL,"
                           " is_known INTEGER NOT NULL);"
                           "CREATE INDEX page_tries_by_time ON page_tries (at);"
                           "CREATE TABLE page_drafts ("
                           " phone TEXT NOT NULL REFERENCES people (phone) ON DELETE CASCADE,"
                           " case_id BIGINT NOT NULL,"
                           " command TEXT NOT NULL,"
                           " words TEXT NOT NULL,"
                           " seen_step BIGINT NOT NULL,"
                           " at BIGINT NOT NULL,"
                           " PRIMARY KEY (phone, case_id, command)){keyed};"
                           "CREATE INDEX page_drafts_by_time ON page_drafts (at);"
                           "CREATE TABLE page_views ("
                           " id {id},"
                           " at BIGINT NOT NULL,"
                           " phone TEXT NOT NULL,"
                           " address TEXT NOT NULL,"
                           " asked TEXT NOT NULL,"
                           " cases TEXT NOT NULL);"
                           "CREATE INDEX page_views_by_time ON page_views (at);";

/* By what cases are found by words in their texts and steps. */
static const char words_index[] = "{words index}"
                                  "CREATE INDEX people_named ON people (name) WHERE name <> '';";

/* What was done about cases, in order, for programs that ask again and again what is new. */
static const char public_steps[] = "CREATE INDEX steps_public ON steps (at) WHERE kind IN ('progress',"
                                   " 'closed', 'explained', 'out of scope', 'merged', 'reopened', 'undone');";

/* Who is called instead of texted; and the code by which a case without a number is asked after. */
static const char calls_out[] = "ALTER TABLE people ADD COLUMN is_called INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE recordings ADD COLUMN code TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE recordings ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE recordings ADD COLUMN code_tried_at BIGINT;";

/*
 * All steps of a command on several cases can be undone together, and what is no step of a case. What could
 * be undone is dropped: that lasts ten minutes only.
 */
static const char undo_of_several[] = "DROP TABLE undo;"
                                      "CREATE TABLE undo ("
                                      " phone TEXT NOT NULL REFERENCES people (phone),"
                                      " step_id BIGINT NOT NULL,"
                                      " case_id BIGINT REFERENCES cases (id),"
                                      " event_id BIGINT NOT NULL,"
                                      " at BIGINT NOT NULL,"
                                      " before TEXT NOT NULL,"
                                      " PRIMARY KEY (phone, step_id)){keyed};"
                                      "CREATE INDEX undo_by_case ON undo (case_id);";

/* What the operator keeps (store/kept/keeping.h). */
static const char kept[] = "CREATE TABLE kept_days ("
                           " date TEXT PRIMARY KEY,"
                           " is_workday SMALLINT NOT NULL CHECK (is_workday IN (0, 1)));"
                           "CREATE TABLE duty_days ("
                           " unit BIGINT NOT NULL REFERENCES units (id),"
                           " date TEXT NOT NULL,"
                           " phone TEXT NOT NULL REFERENCES people (phone),"
                           " PRIMARY KEY (unit, date));"
                           "CREATE INDEX duty_days_by_date ON duty_days (date);"
                           "CREATE INDEX duty_days_by_phone ON duty_days (phone);"
                           "CREATE TABLE keepings ("
                           " id {id},"
                           " at BIGINT NOT NULL,"
                           " actor TEXT NOT NULL,"
                           " event_id BIGINT REFERENCES events (id),"
                           " kind TEXT NOT NULL,"
                           " key TEXT NOT NULL,"
                           " before TEXT NOT NULL,"
                           " after TEXT NOT NULL,"
                           " undone_at BIGINT);"
                           "CREATE INDEX keepings_by_actor ON keepings (actor, at);";

/*
 * Whenever a statement that writes runs, SQLite builds a table of each list of more than two words in a CHECK
 * and in the condition of an index, which was a sixth of the work for an event. Words compared one by one
 * need no table.
 */
static const char spelt_lists[] =
    "{spelt checks}"
    "DROP INDEX notices_finished;"
    "CREATE INDEX notices_finished ON notices (state)"
    " WHERE state = 'SENT' OR state = 'DELIVERED' OR state = 'CANCELLED';"
    "DROP INDEX notices_of_danger;"
    "CREATE INDEX notices_of_danger ON notices (line, due_at)"
    " WHERE state = 'READY' AND (name = 'danger' OR name = 'alarm' OR name = 'alarm-operator');"
    "DROP INDEX steps_public;"
    "CREATE INDEX steps_public ON steps (at) WHERE kind = 'progress' OR kind = 'closed' OR kind = 'explained'"
    " OR kind = 'out of scope' OR kind = 'merged' OR kind = 'reopened' OR kind = 'undone';";

/* By which somebody without a number asks after their case (store/kept/case_codes.h). */
static const char case_codes[] = "CREATE TABLE case_codes ("
                                 " case_id BIGINT PRIMARY KEY REFERENCES cases (id),"
                                 " code TEXT NOT NULL,"
                                 " tries INTEGER NOT NULL,"
                                 " tried_at BIGINT);";
/* counties: a copy of the centre's list. transfers: see county/transfers.h. */
static const char transfers[] =
    "CREATE TABLE counties ("
    " code TEXT PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " key TEXT NOT NULL);"
    "CREATE TABLE transfers ("
    " id {id},"
    " direction TEXT NOT NULL CHECK (direction = 'out' OR direction = 'in'),"
    " state TEXT NOT NULL CHECK (state = 'asked' OR state = 'linked' OR state = 'refused'),"
    " number TEXT NOT NULL,"
    " county TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " their_number TEXT NOT NULL,"
    " copy TEXT NOT NULL,"
    " why TEXT NOT NULL,"
    " asked_at BIGINT NOT NULL,"
    " answered_at BIGINT NOT NULL);"
    "CREATE UNIQUE INDEX transfers_out ON transfers (number, county) WHERE direction = 'out';"
    "CREATE UNIQUE INDEX transfers_in ON transfers (their_number, county) WHERE direction = 'in';"
    "CREATE INDEX transfers_of_case ON transfers (number);"
    "CREATE INDEX transfers_by_their_number ON transfers (their_number);";

/* What the operator keeps in place of the program's own (store/kept/values.h). */
static const char kept_values[] = "CREATE TABLE kept_values ("
                                  " kind TEXT NOT NULL,"
                                  " key TEXT NOT NULL,"
                                  " value TEXT NOT NULL,"
                                  " PRIMARY KEY (kind, key));";

/* Nobody read up to which step a draft's writer had seen the case. */
static const char drafts[] = "ALTER TABLE page_drafts DROP COLUMN seen_step;";

/*
 * The automatic answers that somebody may still have stand in their own row: each answer wrote one in two
 * trees more. Nobody has to know them on a new box (store/journal/table.c).
 */
static const char budgets[] =
    "ALTER TABLE people ADD COLUMN answer_tokens BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE people ADD COLUMN answers_filled_at BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE people ADD COLUMN answers_day BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE people ADD COLUMN answers_today INTEGER NOT NULL DEFAULT 0;"
    "UPDATE people SET answer_tokens = kept.tokens, answers_filled_at = kept.filled_at,"
    " answers_day = kept.day, answers_today = kept.today"
    " FROM answer_budgets AS kept WHERE kept.phone = people.phone;"
    "DROP TABLE answer_budgets;";

static const char *const step_23[] = { handlers, NULL };
static const char *const step_24[] = { lessons, NULL };
static const char *const step_25[] = { likeness, NULL };
static const char *const step_26[] = { advice, NULL };
static const char *const step_27[] = { retired, NULL };
static const char *const step_28[] = { label_kinds, NULL };
static const char *const step_29[] = { journal, NULL };
static const char *const step_30[] = { points, NULL };
static const char *const step_31[] = { page, NULL };
static const char *const step_32[] = { words_index, NULL };
static const char *const step_33[] = { calls_out, NULL };
static const char *const step_34[] = { public_steps, NULL };
static const char *const step_35[] = { undo_of_several, NULL };
static const char *const step_36[] = { kept, NULL };
static const char *const step_37[] = { spelt_lists, NULL };
static const char *const step_38[] = { case_codes, NULL };
static const char *const step_39[] = { transfers, NULL };
static const char *const step_40[] = { kept_values, NULL };
static const char *const step_45[] = { drafts, NULL };
static const char *const step_56[] = { budgets, NULL };

const char *const *const schema_steps[] = {
    schema_step_1,   schema_step_2,  schema_step_3,  schema_step_4,  schema_step_5,  schema_step_6,
    schema_step_7,   schema_step_8,  schema_step_9,  schema_step_10, schema_step_11, schema_step_12,
    schema_step_13,  schema_step_14, schema_step_15, schema_step_16, schema_step_17, schema_step_18,
    schema_step_19,  schema_step_20, schema_step_21, schema_step_22, step_23,        step_24,
    step_25,         step_26,        step_27,        step_28,        step_29,        step_30,
    step_31,         step_32,        step_33,        step_34,        step_35,        step_36,
    step_37,         step_38,        step_39,        step_40,        schema_queues,  schema_lean,
    schema_province, schema_names,   step_45,        schema_runs,    schema_marked,  schema_words,
    schema_figures,  schema_grams,   schema_gone,    schema_moves,   schema_leaner,  schema_named,
    schema_spans,    step_56,        NULL,
};
