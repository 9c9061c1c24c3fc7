/*
 * A state of a case as people type it.
 */
#ifndef GATEWAY_COMMAND_IMPORT_STATE_TYPED_H
#define GATEWAY_COMMAND_IMPORT_STATE_TYPED_H

#include "store/cases.h"

/* "in hand", "in_hand", "办理中"; false when it is none. */
bool state_typed(const char *text, enum case_state *state);

#endif
