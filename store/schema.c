/*
 * The schema, as numbered steps. A step that has been released is never changed: a new one follows it.
 * SQL that SQLite and PostgreSQL share; {id} is the type of a column that numbers its rows. Words in CHECK
 * are those of the headers.
 */
#include <string.h>
#include <talloc.h>

#include "store/sql.h"

static const char people[] =
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE units ("
    " id {id},"
    " code TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " level TEXT NOT NULL CHECK (level IN ('village', 'township', 'county', 'department', 'office')),"
    " parent BIGINT REFERENCES units (id),"
    " duty TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX units_by_name ON units (name);"
    "CREATE INDEX units_by_duty ON units (duty, code) WHERE duty <> '';"
    "CREATE INDEX units_by_parent ON units (parent) WHERE parent IS NOT NULL;"
    "CREATE TABLE place_names ("
    " name TEXT NOT NULL,"
    " unit BIGINT NOT NULL REFERENCES units (id),"
    " PRIMARY KEY (name, unit));"
    "CREATE TABLE people ("
    " phone TEXT PRIMARY KEY,"
    " name TEXT NOT NULL DEFAULT '',"
    " title TEXT NOT NULL DEFAULT '',"
    " roles INTEGER NOT NULL DEFAULT 0,"
    " unit BIGINT REFERENCES units (id),"
    " language TEXT NOT NULL DEFAULT '',"
    " is_stopped SMALLINT NOT NULL DEFAULT 0 CHECK (is_stopped IN (0, 1)),"
    " is_greeted SMALLINT NOT NULL DEFAULT 0 CHECK (is_greeted IN (0, 1)),"
    " line TEXT NOT NULL DEFAULT '',"
    " seen_at BIGINT NOT NULL DEFAULT 0,"
    " muted_until BIGINT NOT NULL DEFAULT 0);"
    "CREATE INDEX people_registered ON people (unit) WHERE roles <> 0;"
    "CREATE INDEX people_on_the_list ON people (phone, roles) WHERE roles <> 0;";

static const char cases[] =
    "CREATE TABLE cases ("
    " id {id},"
    " number TEXT NOT NULL UNIQUE,"
    " state TEXT NOT NULL CHECK (state IN ('new', 'in hand', 'closed', 'rated', 'explained', 'out of scope',"
    "  'merged', 'withdrawn')),"
    " reporter TEXT NOT NULL,"
    " is_anonymous SMALLINT NOT NULL CHECK (is_anonymous IN (0, 1)),"
    " line TEXT NOT NULL,"
    " category TEXT NOT NULL CHECK (category IN ('民生', '民困', '民访')),"
    " confidence INTEGER NOT NULL,"
    " topic TEXT NOT NULL,"
    " urgency TEXT NOT NULL CHECK (urgency IN ('normal', 'urgent')),"
    " place BIGINT REFERENCES units (id),"
    " unit BIGINT REFERENCES units (id),"
    " first_handler TEXT,"
    " handler TEXT,"
    " leader TEXT,"
    " is_guarded SMALLINT NOT NULL CHECK (is_guarded IN (0, 1)),"
    " text TEXT NOT NULL,"
    " received_at BIGINT NOT NULL,"
    " accepted_at BIGINT,"
    " shown_on BIGINT,"
    " finish_by BIGINT,"
    " closed_at BIGINT,"
    " rated_at BIGINT,"
    " touched_at BIGINT NOT NULL,"
    " rating INTEGER NOT NULL CHECK (rating BETWEEN 0 AND 4),"
    " reopened INTEGER NOT NULL,"
    " merged_into BIGINT REFERENCES cases (id));"
    /* all that reports read, so that a million cases are counted from it alone */
    "CREATE INDEX cases_by_time ON cases (received_at, is_guarded, state, category, topic, unit, place,"
    " rating, accepted_at, finish_by);"
    "CREATE INDEX cases_by_reporter ON cases (reporter, received_at);"
    "CREATE INDEX cases_by_handler ON cases (handler, received_at) WHERE handler IS NOT NULL;"
    "CREATE INDEX cases_by_place ON cases (place, received_at) WHERE place IS NOT NULL;"
    "CREATE INDEX cases_by_unit ON cases (unit, received_at) WHERE unit IS NOT NULL;"
    "CREATE INDEX cases_open ON cases (received_at) WHERE state IN ('new', 'in hand');"
    "CREATE INDEX cases_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;"
    "CREATE INDEX cases_shown ON cases (shown_on) WHERE shown_on IS NOT NULL;"
    "CREATE INDEX cases_new ON cases (received_at) WHERE state = 'new';"
    "CREATE INDEX cases_due ON cases (finish_by) WHERE state = 'in hand';"
    "CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;"
    "CREATE INDEX cases_not_shown ON cases (received_at) WHERE shown_on IS NULL;"
    "CREATE TABLE calendar_dates ("
    " kind TEXT NOT NULL,"
    " date TEXT NOT NULL,"
    " at BIGINT NOT NULL,"
    " PRIMARY KEY (kind, date));"
    "CREATE TABLE questions ("
    " phone TEXT PRIMARY KEY,"
    " kind TEXT NOT NULL,"
    " case_id BIGINT REFERENCES cases (id),"
    " data TEXT NOT NULL,"
    " asked_at BIGINT NOT NULL,"
    " expires_at BIGINT NOT NULL);"
    "CREATE TABLE confirmations ("
    " id {id},"
    " phone TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " case_id BIGINT REFERENCES cases (id),"
    " words TEXT NOT NULL,"
    " code_hash TEXT NOT NULL,"
    " expires_at BIGINT NOT NULL,"
    " tries INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX confirmations_open ON confirmations (phone) WHERE code_hash <> '';";

static const char events[] =
    "CREATE TABLE events ("
    " id {id},"
    " kind TEXT NOT NULL CHECK (kind IN ('text', 'part', 'receipt', 'call', 'notification')),"
    " line TEXT NOT NULL,"
    " external_id TEXT NOT NULL,"
    " sender TEXT NOT NULL,"
    " recipient TEXT,"
    " at BIGINT NOT NULL,"
    " received_at BIGINT NOT NULL,"
    " text TEXT,"
    " raw TEXT,"
    " reference INTEGER NOT NULL,"
    " total INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " discharged_at BIGINT,"
    " outcome TEXT NOT NULL,"
    " why TEXT NOT NULL,"
    " case_id BIGINT REFERENCES cases (id),"
    " UNIQUE (line, external_id));"
    "CREATE INDEX events_by_sender ON events (sender, received_at);"
    "CREATE INDEX events_failed ON events (id) WHERE outcome = 'failed';"
    "CREATE TABLE part_groups ("
    " id {id},"
    " line TEXT NOT NULL,"
    " sender TEXT NOT NULL,"
    " recipient TEXT,"
    " reference INTEGER NOT NULL,"
    " total INTEGER NOT NULL CHECK (total > 0),"
    " present INTEGER NOT NULL,"
    " first_at BIGINT NOT NULL,"
    " sent_at BIGINT NOT NULL,"
    " is_delivered SMALLINT NOT NULL CHECK (is_delivered IN (0, 1)),"
    " case_id BIGINT REFERENCES cases (id));"
    "CREATE INDEX part_groups_by_sender ON part_groups (sender, reference);"
    "CREATE INDEX part_groups_waiting ON part_groups (first_at) WHERE is_delivered = 0;"
    "CREATE TABLE parts ("
    " group_id BIGINT NOT NULL REFERENCES part_groups (id),"
    " sequence INTEGER NOT NULL CHECK (sequence > 0),"
    " event_id BIGINT NOT NULL REFERENCES events (id),"
    " PRIMARY KEY (group_id, sequence));"
    "CREATE TABLE steps ("
    " id {id},"
    " case_id BIGINT NOT NULL REFERENCES cases (id),"
    " at BIGINT NOT NULL,"
    " actor TEXT NOT NULL,"
    " line TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " words TEXT NOT NULL,"
    " event_id BIGINT REFERENCES events (id));"
    "CREATE INDEX steps_by_case ON steps (case_id);";

static const char notices[] =
    "CREATE TABLE notices ("
    " id {id},"
    " recipient TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " line TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('READY', 'CLAIMED', 'ARMED', 'SENT', 'DELIVERED', 'FAILED', "
    "'UNKNOWN',"
    "  'CANCELLED')),"
    " priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),"
    " due_at BIGINT NOT NULL,"
    " lease_until BIGINT NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " parts INTEGER NOT NULL,"
    " reference INTEGER NOT NULL,"
    " case_id BIGINT REFERENCES cases (id),"
    " step_id BIGINT REFERENCES steps (id),"
    " event_id BIGINT REFERENCES events (id),"
    " created_at BIGINT NOT NULL,"
    " sent_at BIGINT,"
    " settled_at BIGINT,"
    " why TEXT NOT NULL,"
    " sent_by TEXT NOT NULL DEFAULT '',"
    " armed_at BIGINT);"
    "CREATE INDEX notices_ready ON notices (line, priority, due_at) WHERE state = 'READY';"
    "CREATE INDEX notices_claimed ON notices (lease_until) WHERE state = 'CLAIMED';"
    "CREATE INDEX notices_armed ON notices (id) WHERE state = 'ARMED';"
    "CREATE INDEX notices_unknown ON notices (recipient) WHERE state = 'UNKNOWN';"
    "CREATE INDEX notices_failed ON notices (id) WHERE state = 'FAILED';"
    "CREATE INDEX notices_by_case ON notices (case_id) WHERE case_id IS NOT NULL;"
    "CREATE INDEX notices_by_recipient ON notices (recipient);"
    "CREATE TABLE sent_parts ("
    " notice_id BIGINT NOT NULL REFERENCES notices (id),"
    " part INTEGER NOT NULL CHECK (part > 0),"
    " line TEXT NOT NULL,"
    " recipient TEXT NOT NULL,"
    " reference INTEGER NOT NULL,"
    " sent_at BIGINT NOT NULL,"
    " status INTEGER,"
    " reported_at BIGINT,"
    " PRIMARY KEY (notice_id, part));"
    "CREATE INDEX sent_parts_by_recipient ON sent_parts (recipient, reference);"
    "CREATE INDEX sent_parts_by_line ON sent_parts (line, sent_at);";

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

/* What a provider calls a text, and what a provider that only fills in its own templates is told. */
static const char providers[] =
    "ALTER TABLE sent_parts ADD COLUMN external_id TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX sent_parts_by_external_id ON sent_parts (line, external_id) WHERE external_id <> '';"
    "ALTER TABLE notices ADD COLUMN data TEXT NOT NULL DEFAULT '';";

/* Terms by urgency, review, stand-ins, who handles what, and the year's public works. */
static const char method[] =
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

/* What boards ask of steps, and figures of terms. */
static const char boards[] =
    "CREATE INDEX steps_held ON steps (case_id) WHERE kind = 'held';"
    "CREATE INDEX steps_progress ON steps (case_id) WHERE kind = 'progress';"
    "DROP INDEX cases_by_time;"
    "CREATE INDEX cases_by_time ON cases (received_at, is_guarded, state, category, topic, unit, place,"
    " rating, accepted_at, accept_by, finish_by);";

/*
 * The life of a case: lives holds each step a case may take from a state and the state it leads to, as the
 * program's one table has them (store_allow_step). A step names the one it took; a case that left "new" names
 * the step that brought it where it stands, so its state changes with a step or not at all. Single columns
 * that are spelt from others stand for what would be keys of several: those cannot be added to a table that
 * is there. Of older steps it is not known where they began ("?"), and where they led of the last alone.
 */
static const char life[] =
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

/* Terms of who has a case now, and a class of urgency that a person chose. */
static const char terms[] =
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
 * One word for one thing: names that were more than one thing's, or said less than the code's. A kind of step
 * changes together with the transition that it names, whose new row has to be there first. The index
 * steps_arriving keeps its name: cases refer to steps through it.
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

/*
 * Facts of a person or a unit move from settings to columns and a table of their own, with keys. What could
 * be undone is not carried over: it could be for ten minutes only. The words of a confirmation go with its
 * code.
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

/* Restricted and anonymous cases are few: what leaves them out must not read all the others. */
static const char withheld[] = "CREATE INDEX cases_guarded ON cases (id) WHERE is_guarded = 1;"
                               "CREATE INDEX cases_withheld ON cases (reporter) WHERE is_guarded = 1"
                               " OR is_anonymous = 1;";

static const char *const first[] = { people, cases, events, notices, NULL };

static const char *const second[] = { interface, NULL };

static const char *const third[] = { providers, NULL };

static const char *const fourth[] = { method, NULL };

static const char *const fifth[] = { boards, NULL };

static const char *const sixth[] = { life, NULL };

static const char *const seventh[] = { terms, NULL };

static const char *const eighth[] = { vocabulary, NULL };

static const char *const ninth[] = { people_facts, NULL };

static const char *const tenth[] = { withheld, NULL };

/* Step n brings a database from version n to n + 1. */
static const char *const *const steps[] = { first, second,  third,  fourth, fifth,
                                            sixth, seventh, eighth, ninth,  tenth };

int schema_version(void)
{
    return sizeof steps / sizeof steps[0];
}

static char *in_dialect(void *mem, const char *text, const char *id_column)
{
    char *all = talloc_strdup(mem, "");
    const char *mark;

    for (; (mark = strstr(text, "{id}")); text = mark + 4)
        all = talloc_asprintf_append(all, "%.*s%s", (int)(mark - text), text, id_column);
    return talloc_strdup_append(all, text);
}

static bool apply(struct store *store, const char *const *texts)
{
    bool is_done = true;

    for (int i = 0; texts[i] && is_done; i++) {
        char *text = in_dialect(store, texts[i], store->sql->id_column);

        is_done = store->sql->script(store, text);
        talloc_free(text);
    }
    return is_done;
}

/* 0 when there is no schema yet. */
static bool read_version(struct store *store, int64_t *version)
{
    bool has_schema;

    *version = 0;
    return store->sql->has_schema(store, &has_schema) &&
           (!has_schema || sql_number(store, "SELECT version FROM schema_version", NO_VALUES, version));
}

static const char *place(const struct store *store)
{
    return store->path ? store->path : "database";
}

static bool refuse_newer(struct store *store, int64_t version)
{
    return version <= schema_version() ||
           sql_fail(store, "%s: written by a newer program (its schema is %d, this program knows %d)",
                    place(store), (int)version, schema_version());
}

static bool write_version(struct store *store, int64_t version)
{
    if (version == 1 && !store->sql->script(store, "CREATE TABLE schema_version (version INTEGER NOT NULL);"
                                                   "INSERT INTO schema_version (version) VALUES (0);"))
        return false;
    return sql_run(store, "UPDATE schema_version SET version = $1", VALUES(as_number(version)));
}

/* The version is read again inside: another program may have done this step while we waited. */
static bool next_step(struct store *store)
{
    int64_t version;

    return read_version(store, &version) &&
           (version >= schema_version() ||
            (apply(store, steps[version]) && write_version(store, version + 1)));
}

bool schema_update(struct store *store)
{
    int64_t version;

    while (read_version(store, &version)) {
        if (version >= schema_version())
            return refuse_newer(store, version);
        if (!store_begin(store, 5000) || !next_step(store) || !store_commit(store)) {
            store_rollback(store);
            return false;
        }
    }
    return false;
}

bool schema_check(struct store *store)
{
    int64_t version;

    if (!read_version(store, &version) || !refuse_newer(store, version))
        return false;
    return version == schema_version() ||
           sql_fail(store,
                    "%s: made by an older program (its schema is %d, this program needs %d); any command that"
                    " writes brings it up to date",
                    place(store), (int)version, schema_version());
}
