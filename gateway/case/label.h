/*
 * What people say a case is, kept beside what the gateway said: the labels from which it learns.
 */
#ifndef GATEWAY_CASE_LABEL_H
#define GATEWAY_CASE_LABEL_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/* Keeps the class and topic of an ACT_RECLASS, before the case is changed. False: the store failed. */
bool label_keep(struct turn *turn, const struct action *action);

#endif
