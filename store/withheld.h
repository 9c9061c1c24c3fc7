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

/* A row of a restricted case, or one without a case whose phone is withheld. */
#define WITHHELD_ROW(phone)                                                                 \
    "(EXISTS (SELECT 1 FROM cases AS held WHERE held.id = case_id AND held.is_guarded = 1)" \
    " OR (case_id IS NULL AND " WITHHELD_PHONE(phone) "))"
#define OPEN_OR(phone) "NOT " WITHHELD_ROW(phone)

/*
 * Whether the phone reported the row's case, or any case if the row has none, and asked not to be named.
 * case_of: the row's case, with its table's name.
 */
#define HIDDEN_PHONE(phone, case_of)                                       \
    "EXISTS (SELECT 1 FROM cases AS hidden WHERE hidden.reporter = " phone \
    " AND hidden.is_anonymous = 1 AND hidden.id = COALESCE(" case_of ", hidden.id))"

#endif
