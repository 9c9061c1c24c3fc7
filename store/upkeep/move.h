/*
 * A registered person gets another number, or leaves.
 */
#ifndef STORE_UPKEEP_MOVE_H
#define STORE_UPKEEP_MOVE_H

#include "store/people.h"

/*
 * What is kept under the phone (E.164) goes to the other one: name, roles, unit, language, cases and steps in
 * them, duty, leaves, the open question and notices not yet sent. Codes end, and what could be undone. What
 * was received from and sent to the old number stays under it, and store_erase of the new one finds it. The
 * old number is retired. Needs a transaction; the new number must not be a registered person's.
 */
bool store_move_person(struct store *store, const char *from, const char *to, int64_t now);

/*
 * The person leaves: duty and standing in for others go to the heir, adopted open cases to the leader ("":
 * nobody), and the number is retired; codes, questions, what could be undone and unsent notices of duties
 * end. The cases in hand are the caller's to hand over. Needs a transaction.
 */
bool store_retire_person(struct store *store, const char *phone, const char *heir, const char *leader,
                         int64_t now);

/* What somebody had, so that it can be put back. */
struct person_before {
    struct person *person; /* NULL: the number was unknown */
    struct ids {
        int64_t *list;
        size_t n;
    } duties, led;              /* units where they were on duty; open cases that they had adopted */
    struct ids reported, acted; /* cases and steps of theirs: of a number that had nothing else */
    struct leave *leaves;       /* theirs, and those in which they stood in for others */
    size_t n_leaves;
};

/* with_acts: reported and acted, too. From mem. */
bool store_person_before(struct store *store, void *mem, const char *phone, bool with_acts,
                         struct person_before *before);

/* After store_retire_person at this time: roles, duties, leaves, adopted cases and notices are theirs again.
 */
bool store_put_back(struct store *store, const struct person_before *before, const char *heir, int64_t at);

/* After store_move_person: all that was the person's is so again, and the new number is as it was. */
bool store_move_back(struct store *store, const struct person_before *from, const char *to,
                     const struct person_before *to_before, int64_t now);

#endif
