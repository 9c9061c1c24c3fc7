/*
 * Words behind a command that takes none: 查 26000010 还是没人来. They are kept, because no text of a person
 * may be lost.
 */
#ifndef GATEWAY_CONVERSATION_REST_H
#define GATEWAY_CONVERSATION_REST_H

#include "gateway/conversation/talk.h"

/*
 * Adds talk->match.rest to the case while it is open; once it is answered, words that accuse or tell of
 * danger become a complaint about it. Short remarks, thanks and other people's words are left. *action says
 * what came of the words when is_kept. Answers nobody. False: the store failed.
 */
bool rest_keep(struct talk *talk, struct case_ *case_, struct action *action, bool *is_kept);

#endif
