/*
 * Art. 30 and anonymity in SQL: which rows are withheld from readers who may not see restricted cases, and
 * which phones are hidden from everybody. The API and exports share these conditions.
 *
 * phone is a column with its table's name ("notices.recipient"); case_id is the row's own column.
 */
#ifndef STORE_WITHHELD_H
#define STORE_WITHHELD_H

#define OPEN_CASE "(SELECT id FROM cases WHERE is_guarded = 0)"

/*
 * Whether a phone's rows without a case are withheld: such a row may list several cases, by number and words.
 * This concerns reporters of restricted or anonymous cases, and everybody registered.
 */
#define WITHHELD_PHONE(phone)                                         \
    "(EXISTS (SELECT 1 FROM cases AS own WHERE own.reporter = " phone \
    "  AND (own.is_guarded = 1 OR own.is_anonymous = 1))"             \
    " OR EXISTS (SELECT 1 FROM people AS known WHERE known.phone = " phone " AND known.roles <> 0))"

/*
 * Whether words name a restricted case by its number, as the lists of somebody do who is no longer
 * registered. text: the column, with its table's name. Numbers have 8 to 12 digits: each place of the words
 * where one may stand is looked up, since there are more restricted cases than places.
 */
#define NAMES_RESTRICTED(text)                                                                             \
    "EXISTS (WITH RECURSIVE at (i, s) AS (SELECT 1, substr(" text                                          \
    ", 1, 12) UNION ALL SELECT i + 1, substr(" text ", i + 1, 12) FROM at WHERE i < length(" text ") - 7)" \
    " SELECT 1 FROM at CROSS JOIN cases AS named ON named.number IN (substr(s, 1, 8), substr(s, 1, 9),"    \
    " substr(s, 1, 10), substr(s, 1, 11), s) WHERE +named.is_guarded = 1"                                  \
    " AND s GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*')"

/* A row of a restricted case, one that names such a case, or one without a case whose phone is withheld. */
#define WITHHELD_ROW(phone, text)                                                           \
    "(EXISTS (SELECT 1 FROM cases AS held WHERE held.id = case_id AND held.is_guarded = 1)" \
    " OR " NAMES_RESTRICTED(text) " OR (case_id IS NULL AND " WITHHELD_PHONE(phone) "))"
#define OPEN_OR(phone, text) "NOT " WITHHELD_ROW(phone, text)

/*
 * Whether the phone reported the row's case, or any case if the row has none, and asked not to be named.
 * case_of: the row's case, with its table's name.
 */
#define HIDDEN_PHONE(phone, case_of)                                       \
    "EXISTS (SELECT 1 FROM cases AS hidden WHERE hidden.reporter = " phone \
    " AND hidden.is_anonymous = 1 AND hidden.id = COALESCE(" case_of ", hidden.id))"

#endif
