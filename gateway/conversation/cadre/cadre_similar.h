/*
 * 似: open cases similar to one, which may be merged with it.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_SIMILAR_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_SIMILAR_H

#include "gateway/conversation/talk.h"

/* Lists the five most similar ones that they have standing for. */
bool cadre_similar(struct talk *talk);

#endif
