/*
 * Steps 9 to 22: how the tables grew on. Never changed again.
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

const char *const schema_step_9[] = { people_facts, NULL };
const char *const schema_step_10[] = { withheld, NULL };
const char *const schema_step_11[] = { event_keys, NULL };
const char *const schema_step_12[] = { senders, NULL };
const char *const schema_step_13[] = { token_times, NULL };
const char *const schema_step_14[] = { attempts, NULL };
const char *const schema_step_15[] = { counted, NULL };
const char *const schema_step_16[] = { retention, NULL };
const char *const schema_step_17[] = { alarms, NULL };
const char *const schema_step_18[] = { owners, NULL };
const char *const schema_step_19[] = { recordings, NULL };
const char *const schema_step_20[] = { returns, NULL };
const char *const schema_step_21[] = { no_complaint, list_pages, NULL };
const char *const schema_step_22[] = { transcripts, NULL };
