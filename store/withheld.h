/*
 * Art. 30 in SQL: which rows are withheld from whoever may not see restricted cases. The API and exports
 * share these conditions.
 */
#ifndef STORE_WITHHELD_H
#define STORE_WITHHELD_H

#define OPEN_CASE "(SELECT id FROM cases WHERE is_guarded = 0)"

/*
 * Whether a phone's rows without a case are withheld: such a row may list several cases, by number and words.
 * So it is for reporters of restricted or anonymous cases, and for everybody registered.
 */
#define WITHHELD_PHONE(phone)                                                             \
    "(" phone " IN (SELECT reporter FROM cases WHERE is_guarded = 1 OR is_anonymous = 1)" \
    " OR " phone " IN (SELECT phone FROM people WHERE roles <> 0))"

/* A row of an open case, or one without a case that is not withheld. */
#define OPEN_OR(phone) "(case_id IN " OPEN_CASE " OR (case_id IS NULL AND NOT " WITHHELD_PHONE(phone) "))"

#endif
