/*
 * 值班: being on duty in one's unit.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_DUTY_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_DUTY_H

#include "gateway/conversation/talk.h"

/*
 * 值班: the unit's new cases go to this person alone, and those of the units below are told to them too,
 * until 值班 下班 or until somebody else of the unit is on duty, of which they hear.
 */
bool cadre_duty(struct talk *talk);

/* 下班, by itself. */
bool cadre_off_duty(struct talk *talk);

#endif
