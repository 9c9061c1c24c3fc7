/*
 * A registered person gets another number, or leaves.
 */
#ifndef STORE_UPKEEP_MOVE_H
#define STORE_UPKEEP_MOVE_H

#include "store/store.h"

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

#endif
