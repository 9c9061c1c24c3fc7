/*
 * 交接 and 换号: a leader's cadre leaves, or has another number.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_PEOPLE_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_PEOPLE_H

#include "gateway/case/hand_over.h"
#include "gateway/conversation/talk.h"

/*
 * 交接 phone [phone] ★: everything that the first has in hand goes to the second; without one, to their
 * stand-in, else to the only other cadre of their unit, else to the leader who asks.
 */
bool cadre_hand_over(struct talk *talk);

/* 换号 old new ★ */
bool cadre_new_number(struct talk *talk);

/* A command of registered people from a number that is no longer one of theirs. */
bool cadre_retired(struct talk *talk);

/* Says what 错 took back of 交接 or 换号. */
bool cadre_undone(struct talk *talk, const struct hand_over_undone *undone);

#endif
