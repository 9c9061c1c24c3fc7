#include <stddef.h>

#include "store/schema/steps.h"

/*
 * refused_orders: what the centre asked for and was not done here; the centre reads it in the journal.
 * counties: name and key are those that hold here; new_name and new_key those that the centre lists since,
 * which nobody has confirmed yet; "": none. A county that the centre no longer lists is kept with what held.
 */
static const char province[] = "CREATE TABLE refused_orders ("
                               " id {id},"
                               " kind TEXT NOT NULL,"
                               " why TEXT NOT NULL,"
                               " made_at BIGINT NOT NULL);"
                               "ALTER TABLE counties ADD COLUMN is_listed SMALLINT NOT NULL DEFAULT 1"
                               " CHECK (is_listed IN (0, 1));"
                               "ALTER TABLE counties ADD COLUMN new_name TEXT NOT NULL DEFAULT '';"
                               "ALTER TABLE counties ADD COLUMN new_key TEXT NOT NULL DEFAULT '';";

/* Names of people in one tree by their number instead of two: every new sender writes one. */
static const char names[] =
    "CREATE TABLE journal_names (phone TEXT PRIMARY KEY, entity TEXT NOT NULL){keyed};"
    "INSERT INTO journal_names (phone, entity) SELECT phone, entity FROM journal_people;"
    "DROP TABLE journal_people;"
    "ALTER TABLE journal_names RENAME TO journal_people;";

/* Rows of the journal in runs (store/journal/runs.c). Those in the table journal are moved when the journal
 * begins anew, as after every step. */
static const char runs[] = "CREATE TABLE journal_runs ("
                           " first_seq {id},"
                           " last_seq BIGINT NOT NULL,"
                           " hash {octets} NOT NULL,"
                           " octets {octets} NOT NULL);";

/* A person's own row has their random name, so that a new sender's name costs no page of another table. */
static const char own_names[] = "{named people}";

const char *const schema_province[] = { province, NULL };
const char *const schema_names[] = { names, NULL };
const char *const schema_runs[] = { runs, NULL };
const char *const schema_named[] = { own_names, NULL };
