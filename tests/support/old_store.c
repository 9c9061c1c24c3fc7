#include "tests/support/old_store.h"

#include <sqlite3.h>
#include <string.h>
#include <talloc.h>

#include "store/schema/steps.h"

#define COUNT_TO(n) "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " n ")"

/* A county's units; then each case with what it brought and what was said of it. :cases is how many. */
static const char *const fill[] = {
    COUNT_TO("135") " INSERT INTO units (code, name, level, parent) SELECT CASE i WHEN 1 THEN '141027'"
                    "  ELSE printf('141027%06d', i) END, 'unit ' || i,"
                    "  CASE WHEN i = 1 THEN 'county' WHEN i < 11 THEN 'township' ELSE 'village' END,"
                    "  CASE WHEN i = 1 THEN NULL WHEN i < 11 THEN 1 ELSE 2 + i % 9 END FROM n",
    "INSERT INTO people (phone, name, roles, unit) VALUES ('+8613800000001', '甲例一', 4, 2)",
    COUNT_TO("min(:cases, 300000)") " INSERT INTO people (phone, seen_at) SELECT '+86139' || (10000000 + i % "
                                    "300000),"
                                    " 1704067200 FROM n",
    COUNT_TO(
        ":cases") " INSERT INTO events (kind, line, external_id, sender, at, received_at, text, raw, "
                  "reference, total, sequence, status,"
                  "  discharged_at, outcome, why) SELECT 'text', 'village', lower(hex(randomblob(32))),"
                  "  '+86139' || (10000000 + i % 300000), 1704067200 + i * 94608000 / :cases, 1704067201 + i "
                  "* 94608000 / :cases,"
                  "  '村口主管道被压坏，全村停水' || i || '天，老人孩子没水喝，请尽快派人来修。',"
                  "  '0891683108200505F0240D91683118000000F0000862115151438323400A4F60597D4F60597D4F60597D', "
                  "0, 0, 0, 0,"
                  "  1704067202, 'case', '' FROM n",
    "INSERT INTO cases (number, state, reporter, is_anonymous, line, category, confidence, topic, urgency, "
    "place, unit,"
    "  first_handler, handler, is_guarded, text, received_at, accepted_at, shown_on, finish_by, closed_at, "
    "touched_at,"
    "  rating, reopened, moves, current_step)"
    " SELECT *, CASE WHEN state = 'new' THEN 0 ELSE 1 END, CASE WHEN state <> 'new' THEN number || ' 1 ' || "
    "state END"
    " FROM (SELECT printf('26%07d0', id) AS number, CASE WHEN id % 100 < 70 THEN 'rated' WHEN id % 100 < 88 "
    "THEN"
    "   'closed' WHEN id % 100 < 98 THEN 'explained' WHEN id % 100 < 99 THEN 'new' ELSE 'in hand' END AS "
    "state, sender,"
    "   0, line, CASE id % 7 WHEN 0 THEN '民访' WHEN 1 THEN '民困' ELSE '民生' END, 70, CASE id % 3 WHEN 0 "
    "THEN 'water'"
    "   WHEN 1 THEN 'road' ELSE 'land' END, 'normal', 1 + id % 135, 1 + (id * 7) % 20, '+8613800000001',"
    "   '+8613800000001', id % 50 = 0, text, received_at, received_at + 86400, received_at + 2592000,"
    "   4102444800, CASE WHEN id % 100 < 98 THEN received_at + 864000 END, received_at,"
    "   CASE WHEN id % 100 < 70 THEN 1 + id % 4 ELSE 0 END, 0 FROM events ORDER BY id)",
    /* whoever was to be asked for a rating has been: else the calendar would ask them all at once */
    "INSERT INTO settings (name, value) VALUES ('reminded until', strftime('%s', 'now'))",
    "UPDATE events SET case_id = id",
    "INSERT INTO transitions SELECT DISTINCT state || ' > received > ' || state, state, 'received', state "
    "FROM cases"
    " UNION SELECT DISTINCT state || ' > progress > ' || state, state, 'progress', state FROM cases"
    " UNION SELECT DISTINCT state || ' > forwarded > ' || state, state, 'forwarded', state FROM cases",
    "INSERT INTO steps (case_id, at, actor, line, kind, words, event_id, leads_to, transition, entry_key)"
    " SELECT id, received_at, reporter, line, 'received', text, id, state, state || ' > received > ' || "
    "state,"
    "  current_step FROM cases ORDER BY id",
    "INSERT INTO steps (case_id, at, actor, line, kind, words, leads_to, transition)"
    " SELECT id, received_at + 3600, 'system', '', 'forwarded', '转给水利站，请三日内答复', state,"
    "  state || ' > forwarded > ' || state FROM cases ORDER BY id",
    "INSERT INTO steps (case_id, at, actor, line, kind, words, leads_to, transition)"
    " SELECT id, received_at + 86400, handler, line, 'progress', '已到现场看过，明天上午' || id || "
    "'号管换新，水就通了',"
    "  state, state || ' > progress > ' || state FROM cases ORDER BY id",
    "INSERT INTO notices (recipient, text, name, line, state, priority, due_at, lease_until, attempts, "
    "parts, reference,"
    "  case_id, step_id, created_at, sent_at, settled_at, why, sent_by, armed_at)"
    " SELECT CASE WHEN steps.kind = 'received' THEN reporter ELSE handler END, '您反映的问题已收到，编号' || "
    "number ||"
    "  '，我们会尽快办理，有进展就告诉您。', steps.kind, steps.line, 'DELIVERED', 1, at, 0, 1, 1, steps.id % "
    "256, case_id,"
    "  steps.id, at, at + 5, at + 9, '', 'village', at + 4 FROM steps JOIN cases ON cases.id = case_id"
    " WHERE kind IN ('received', 'progress') ORDER BY steps.id",
    "INSERT OR IGNORE INTO sent_parts (notice_id, part, line, recipient, reference, :when, status, "
    "reported_at)"
    " SELECT id, 1, sent_by, recipient, reference, sent_at, 0, settled_at FROM notices",
};

static char *put_in(void *mem, const char *text, const char *mark, const char *value)
{
    char *all = talloc_strdup(mem, "");
    const char *at;

    for (; (at = strstr(text, mark)); text = at + strlen(mark))
        all = talloc_asprintf_append(all, "%.*s%s", (int)(at - text), text, value);
    return talloc_strdup_append(all, text);
}

bool old_store_update(void *mem, const char *path, int version, const char **error)
{
    const char *const **steps = talloc_zero_array(mem, const char *const *, (size_t)version + 1);
    struct schema schema = { .steps = steps };
    struct store *store;

    for (int i = 0; i < version && schema_steps[i]; i++)
        steps[i] = schema_steps[i];
    store = sql_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &schema, 0, error);
    talloc_free(store);
    return store != NULL;
}

bool old_store_make(void *mem, const char *path, int version, int cases, const char **error)
{
    sqlite3 *db = NULL;
    bool is_done = old_store_update(mem, path, version, error) && sqlite3_open(path, &db) == SQLITE_OK &&
                   sqlite3_exec(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN", NULL,
                                NULL, NULL) == SQLITE_OK;

    for (size_t i = 0; i < sizeof fill / sizeof *fill && is_done; i++) {
        char *counted = put_in(mem, fill[i], ":cases", talloc_asprintf(mem, "%d", cases));
        char *text = put_in(mem, counted, ":when", version < 14 ? "sent_at" : "armed_at");

        if (version >= 14)
            text = put_in(mem, put_in(mem, text, "(notice_id, part,", "(notice_id, attempt, part,"),
                          "SELECT id, 1, sent_by", "SELECT id, 1, 1, sent_by");
        is_done = sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
    }
    is_done =
        is_done && sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) == SQLITE_OK;
    if (db && !is_done)
        *error = talloc_strdup(mem, sqlite3_errmsg(db));
    sqlite3_close(db);
    return is_done;
}
