/*
 * 登记 and 删去: what the operator keeps (gateway/keep/keeping.h).
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_KEEP_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_KEEP_H

#include "gateway/conversation/talk.h"

/* 登记 假日 2027-01-01, 登记 班日 2027-01-03, 登记 值班 unit 2027-01-01 phone, 登记 地名 name unit, 登记 请假
 * phone from until phone. A range of days may stand for one: 2027-01-01至2027-01-03.
 * With a code: 登记 人员 phone name title roles unit, 登记 单位 code name level parent duty; "-" is none. */
bool cadre_keep(struct talk *talk);
/* 删去 假日 2027-01-01 ... */
bool cadre_keep_no_more(struct talk *talk);

/* 错 after one of these: answers what is so again. *is_handled: there was one. */
bool cadre_keep_undo(struct talk *talk, bool *is_handled);

#endif
