/*
 * What people say a case is, kept beside what the gateway said: the labels from which it learns.
 */
#ifndef GATEWAY_CASE_LABEL_H
#define GATEWAY_CASE_LABEL_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/*
 * Keeps what a step of a person says of the case: its class (改类), its place (改地), that it is no complaint
 * (非诉求), that it accuses nobody (无涉) or does (举报, or a restricted case that is answered without having
 * been cleared). Other steps say nothing. before: the case as it was. False: the store failed.
 */
bool label_keep(struct turn *turn, const struct action *action, const struct case_ *before);

#endif
