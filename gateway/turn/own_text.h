/*
 * Our own texts that come back: from a phone or a provider that answers with what it was sent, or from
 * somebody who forwards it. They say nothing new, and two machines would never stop.
 */
#ifndef GATEWAY_TURN_OWN_TEXT_H
#define GATEWAY_TURN_OWN_TEXT_H

#include "gateway/turn/turn.h"

/*
 * Whether the text begins with our signature, in whatever brackets, or is, without it, one that this phone
 * was sent within 30 days, or the beginning of one. Spaces and marks do not count. False: the store failed.
 */
bool own_text_is(struct turn *turn, const char *phone, const char *text, bool *is_so);

#endif
