/*
 * In which unit a person's work counts, as SQL. Known to store/ alone.
 */
#ifndef STORE_WORKING_UNIT_H
#define STORE_WORKING_UNIT_H

/* people: the alias of a joined table. A village's people work for its township, which has a leader. */
/* clang-format off */
#define STORE_WORKING_UNIT(people) \
    "(SELECT CASE WHEN level = 'village' AND parent IS NOT NULL THEN parent ELSE id END FROM units" \
    " WHERE units.id = " #people ".unit)"
/* clang-format on */

#endif
