/*
 * The newest steps of the schema, and the list of all. A new step is a script after the last one and its row
 * in the list.
 */
#include <stddef.h>

#include "store/schema/steps.h"

/*
 * Moves facts of a person or a unit from settings to columns and a table of their own, with foreign keys.
 * Steps that could be undone are dropped: that lasts ten minutes only. Clears the words of finished
 * confirmations.
 */
static const char people_facts[] =
    "ALTER TABLE people ADD COLUMN returned_at BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE people ADD COLUMN locked_until BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE units ADD COLUMN on_duty TEXT REFERENCES people (phone);"
    "CREATE INDEX units_by_on_duty ON units (on_duty) WHERE on_duty IS NOT NULL;"
    "CREATE TABLE undo ("
    " phone TEXT PRIMARY KEY REFERENCES people (phone),"
    " case_id BIGINT NOT NULL REFERENCES cases (id),"
    " step_id BIGINT NOT NULL REFERENCES steps (id),"
    " at BIGINT NOT NULL,"
    " before TEXT NOT NULL);"
    "UPDATE people SET returned_at = (SELECT CAST(value AS BIGINT) FROM settings"
    "  WHERE name = 'returned ' || phone) WHERE 'returned ' || phone IN (SELECT name FROM settings);"
    "UPDATE people SET locked_until = (SELECT CAST(value AS BIGINT) FROM settings"
    "  WHERE name = 'locked ' || phone) WHERE 'locked ' || phone IN (SELECT name FROM settings);"
    "UPDATE units SET on_duty = (SELECT phone FROM settings JOIN people ON phone = value"
    "  WHERE settings.name = 'on duty ' || units.id);"
    "DELETE FROM settings WHERE name LIKE 'returned %' OR name LIKE 'locked %' OR name LIKE 'on duty %'"
    " OR name LIKE 'undo %';"
    "UPDATE confirmations SET words = '' WHERE code_hash = '';";

/* Indexes of the few restricted and anonymous cases, for queries that leave them out. */
static const char withheld[] = "CREATE INDEX cases_guarded ON cases (id) WHERE is_guarded = 1;"
                               "CREATE INDEX cases_withheld ON cases (reporter) WHERE is_guarded = 1"
                               " OR is_anonymous = 1;";

/*
 * The secret that seals derived keys of events (events.c). Events up to "plain keys" have them unsealed: a
 * line may still bring one of those again.
 */
static const char event_keys[] =
    "INSERT INTO settings (name, value) VALUES ('event key secret', {secret});"
    "INSERT INTO settings (name, value) SELECT 'plain keys', COALESCE(max(id), 0) FROM events;";

/*
 * What is kept of senders: by which lines their number is proven, wrong codes, and how many automatic answers
 * they may still have. A code belongs to the line that it was asked by: line is '' for all lines that prove
 * their senders.
 */
static const char senders[] =
    "CREATE TABLE sender_lines ("
    " phone TEXT NOT NULL REFERENCES people (phone) ON DELETE CASCADE,"
    " line TEXT NOT NULL,"
    " trusted_until BIGINT NOT NULL DEFAULT 0,"
    " wrong_codes INTEGER NOT NULL DEFAULT 0,"
    " wrong_at BIGINT NOT NULL DEFAULT 0,"
    " locked_until BIGINT NOT NULL DEFAULT 0,"
    " PRIMARY KEY (phone, line));"
    "INSERT INTO sender_lines (phone, line, locked_until)"
    " SELECT phone, '', locked_until FROM people WHERE locked_until <> 0;"
    "ALTER TABLE people DROP COLUMN locked_until;"
    "ALTER TABLE confirmations DROP COLUMN tries;"
    "ALTER TABLE confirmations ADD COLUMN line TEXT NOT NULL DEFAULT '';"
    "DROP INDEX confirmations_open;"
    "CREATE UNIQUE INDEX confirmations_open ON confirmations (phone, line) WHERE code_hash <> '';"
    "CREATE TABLE answer_budgets ("
    " phone TEXT PRIMARY KEY REFERENCES people (phone) ON DELETE CASCADE,"
    " tokens BIGINT NOT NULL,"
    " filled_at BIGINT NOT NULL,"
    " day BIGINT NOT NULL,"
    " today INTEGER NOT NULL);"
    "CREATE TABLE answer_days ("
    " day BIGINT PRIMARY KEY,"
    " answered BIGINT NOT NULL,"
    " withheld BIGINT NOT NULL,"
    " is_alerted INTEGER NOT NULL);";

/* Tokens that end by themselves, and when each was last used. */
static const char token_times[] = "ALTER TABLE tokens ADD COLUMN expires_at BIGINT;"
                                  "ALTER TABLE tokens ADD COLUMN used_at BIGINT;";

/*
 * Every attempt of a part is kept, from its arming on: reports on an earlier one must find it, and rates
 * count what was armed. reference is -1 until the answer comes. any_hour: goes out in quiet hours too.
 * parts_sent: the next attempt begins behind these parts.
 */
static const char attempts[] =
    "ALTER TABLE notices ADD COLUMN any_hour SMALLINT NOT NULL DEFAULT 0 CHECK (any_hour IN (0, 1));"
    "ALTER TABLE notices ADD COLUMN parts_sent INTEGER NOT NULL DEFAULT 0;"
    "UPDATE notices SET any_hour = 1 WHERE priority = 0 OR name = 'send' OR name LIKE 'alert-%';"
    "CREATE INDEX notices_any_hour ON notices (line, priority, due_at) WHERE state = 'READY'"
    " AND any_hour = 1;"
    "ALTER TABLE sent_parts RENAME TO former_sent_parts;"
    "CREATE TABLE sent_parts ("
    " notice_id BIGINT NOT NULL REFERENCES notices (id),"
    " attempt INTEGER NOT NULL,"
    " part INTEGER NOT NULL CHECK (part > 0),"
    " line TEXT NOT NULL,"
    " recipient TEXT NOT NULL,"
    " reference INTEGER NOT NULL,"
    " armed_at BIGINT NOT NULL,"
    " status INTEGER,"
    " reported_at BIGINT,"
    " external_id TEXT NOT NULL DEFAULT '',"
    " PRIMARY KEY (notice_id, attempt, part));"
    "INSERT INTO sent_parts SELECT notice_id, attempts, part, former_sent_parts.line,"
    "  former_sent_parts.recipient, former_sent_parts.reference, former_sent_parts.sent_at, status,"
    "  reported_at, external_id FROM former_sent_parts JOIN notices ON id = notice_id;"
    "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at)"
    " SELECT id, attempts, 1, sent_by, recipient, -1, armed_at FROM notices"
    " WHERE state IN ('ARMED', 'UNKNOWN') AND armed_at IS NOT NULL"
    "  AND id NOT IN (SELECT notice_id FROM sent_parts);"
    "DROP TABLE former_sent_parts;"
    "CREATE INDEX sent_parts_by_recipient ON sent_parts (recipient, reference);"
    "CREATE INDEX sent_parts_by_line ON sent_parts (line, armed_at);"
    "CREATE INDEX sent_parts_by_external_id ON sent_parts (line, external_id) WHERE external_id <> '';";

/*
 * What metrics count on each scrape: cases by state, and notices that have left the outbox; for those still
 * in it there are indexes by state already.
 */
static const char counted[] = "CREATE INDEX cases_by_state ON cases (state, is_guarded);"
                              "CREATE INDEX notices_finished ON notices (state)"
                              " WHERE state IN ('SENT', 'DELIVERED', 'CANCELLED');";

/* Which cases still have words, and the events of a case: what retention looks for. */
static const char retention[] = "CREATE INDEX cases_worded ON cases (received_at) WHERE text <> '';"
                                "CREATE INDEX events_by_case ON events (case_id) WHERE case_id IS NOT NULL;";

/* When a case of danger was last rung about, and whom is rung next. Their notices go before all others. */
static const char alarms[] = "ALTER TABLE cases ADD COLUMN alarmed_at BIGINT;"
                             "ALTER TABLE cases ADD COLUMN alarm_at BIGINT;"
                             "CREATE INDEX cases_alarmed ON cases (alarm_at) WHERE alarm_at IS NOT NULL;"
                             "CREATE INDEX notices_of_danger ON notices (line, due_at)"
                             " WHERE state = 'READY' AND name IN ('danger', 'alarm', 'alarm-operator');";

/*
 * Whose case a notice tells of, by when it was received: a text about a case of the number's former owner is
 * not sent. owner_since takes the place of the moment, half a year later, at which a silent number wrote
 * again.
 */
static const char owners[] =
    "ALTER TABLE people RENAME COLUMN returned_at TO owner_since;"
    "UPDATE people SET owner_since = owner_since - 15811200 WHERE owner_since > 0;"
    "ALTER TABLE notices ADD COLUMN own_case_at BIGINT NOT NULL DEFAULT 0;"
    "UPDATE notices SET own_case_at = (SELECT received_at FROM cases WHERE cases.id = case_id)"
    " WHERE state IN ('READY', 'CLAIMED') AND priority > 0"
    "  AND recipient = (SELECT reporter FROM cases WHERE cases.id = case_id);";

/*
 * Recordings, and which cases began as one that nobody has written down. The row stands before the file does,
 * so that a file is never without one.
 */
static const char recordings[] =
    "ALTER TABLE cases ADD COLUMN voice TEXT NOT NULL DEFAULT '' CHECK (voice IN ('', 'unheard', 'sealed'));"
    "CREATE TABLE recordings ("
    " id {id},"
    " state TEXT NOT NULL CHECK (state IN ('begun', 'kept', 'removed')),"
    " line TEXT NOT NULL,"
    " external_id TEXT NOT NULL,"
    " caller TEXT NOT NULL,"
    " called TEXT NOT NULL,"
    " at BIGINT NOT NULL,"
    " begun_at BIGINT NOT NULL,"
    " is_growing SMALLINT NOT NULL CHECK (is_growing IN (0, 1)),"
    " is_sealed SMALLINT NOT NULL CHECK (is_sealed IN (0, 1)),"
    " keys TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " copy TEXT NOT NULL,"
    " format TEXT NOT NULL,"
    " sha256 TEXT NOT NULL,"
    " octets BIGINT NOT NULL,"
    " ms BIGINT NOT NULL,"
    " sound_ms BIGINT NOT NULL,"
    " event_id BIGINT REFERENCES events (id),"
    " case_id BIGINT REFERENCES cases (id),"
    " heard_at BIGINT,"
    " written_at BIGINT,"
    " heard_by TEXT NOT NULL,"
    " written_by TEXT NOT NULL,"
    " ring_at BIGINT);"
    "CREATE UNIQUE INDEX recordings_by_event ON recordings (event_id) WHERE event_id IS NOT NULL;"
    "CREATE INDEX recordings_by_key ON recordings (line, external_id);"
    "CREATE INDEX recordings_by_case ON recordings (case_id) WHERE case_id IS NOT NULL;"
    "CREATE INDEX recordings_by_caller ON recordings (caller, begun_at);"
    "CREATE INDEX recordings_by_file ON recordings (file);"
    "CREATE INDEX recordings_by_copy ON recordings (copy) WHERE copy <> '';"
    "CREATE INDEX recordings_begun ON recordings (begun_at) WHERE state = 'begun';"
    "CREATE INDEX recordings_unwritten ON recordings (id) WHERE written_at IS NULL AND state = 'kept';"
    "CREATE INDEX recordings_uncopied ON recordings (id) WHERE state = 'kept' AND copy = '';"
    "CREATE INDEX recordings_leaving ON recordings (id) WHERE state = 'removed' AND file <> '';"
    "CREATE INDEX recordings_ringing ON recordings (ring_at) WHERE ring_at IS NOT NULL;";

/* When a case was returned that its office still has to sort: nobody between is asked again. */
static const char returns[] = "ALTER TABLE cases ADD COLUMN returned_at BIGINT;";

/* A case that turned out to be no complaint. */
static const char no_complaint[] = "{no complaint}";

/* Where each list that somebody reads goes on: behind the case after_id of its filter number part. */
static const char list_pages[] = "CREATE TABLE list_pages ("
                                 " phone TEXT NOT NULL REFERENCES people (phone) ON DELETE CASCADE,"
                                 " list TEXT NOT NULL,"
                                 " part INTEGER NOT NULL,"
                                 " after_id BIGINT NOT NULL,"
                                 " shown INTEGER NOT NULL,"
                                 " at BIGINT NOT NULL,"
                                 " PRIMARY KEY (phone, list));";

/* What transcribers make of recordings, and which of those wait for one. */
static const char transcripts[] =
    "ALTER TABLE recordings ADD COLUMN transcript TEXT NOT NULL DEFAULT 'waiting'"
    " CHECK (transcript IN ('waiting', 'done', 'silent', 'failed'));"
    "ALTER TABLE recordings ADD COLUMN transcript_text TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recordings ADD COLUMN transcript_engine TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recordings ADD COLUMN transcript_confidence INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recordings ADD COLUMN transcript_tries INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recordings ADD COLUMN transcript_due BIGINT NOT NULL DEFAULT 0;"
    "CREATE INDEX recordings_to_transcribe ON recordings (transcript_due) WHERE transcript = 'waiting'"
    " AND state = 'kept' AND is_sealed = 0 AND written_at IS NULL;";
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

static const char *const step_9[] = { people_facts, NULL };
static const char *const step_10[] = { withheld, NULL };
static const char *const step_11[] = { event_keys, NULL };
static const char *const step_12[] = { senders, NULL };
static const char *const step_13[] = { token_times, NULL };
static const char *const step_14[] = { attempts, NULL };
static const char *const step_15[] = { counted, NULL };
static const char *const step_16[] = { retention, NULL };
static const char *const step_17[] = { alarms, NULL };
static const char *const step_18[] = { owners, NULL };
static const char *const step_19[] = { recordings, NULL };
static const char *const step_20[] = { returns, NULL };
static const char *const step_21[] = { no_complaint, list_pages, NULL };
static const char *const step_22[] = { transcripts, NULL };
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

const char *const *const schema_steps[] = {
    schema_step_1,   schema_step_2, schema_step_3, schema_step_4, schema_step_5, schema_step_6,
    schema_step_7,   schema_step_8, step_9,        step_10,       step_11,       step_12,
    step_13,         step_14,       step_15,       step_16,       step_17,       step_18,
    step_19,         step_20,       step_21,       step_22,       step_23,       step_24,
    step_25,         step_26,       step_27,       step_28,       step_29,       step_30,
    step_31,         step_32,       step_33,       step_34,       step_35,       step_36,
    step_37,         step_38,       step_39,       step_40,       schema_queues, schema_lean,
    schema_province, schema_names,  step_45,       schema_runs,   schema_marked, schema_words,
    schema_figures,  schema_grams,  schema_gone,   NULL,
};
