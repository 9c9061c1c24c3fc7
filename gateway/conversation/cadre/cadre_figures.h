/*
 * Answers what registered people ask about figures in their own words: 上个月办了多少件, 张三手里几件. Who
 * oversees a unit (its leaders, supervisors and who is on duty for it) may ask about all of it, others about
 * their own cases and the places of their unit. Restricted cases (art. 30) are in no figure.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_FIGURES_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_FIGURES_H

#include "gateway/conversation/talk.h"

/* 统计: whatever stands behind it is the question; nothing asks about the year so far. */
bool cadre_figures(struct talk *talk);

/* A text that is no command and asks for figures; any other question of somebody who oversees cases is
 * answered with what can be asked. */
bool cadre_figures_asked(struct talk *talk, bool *is_handled);

#endif
