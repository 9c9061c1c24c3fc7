/*
 * 转 to another county of the province.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_FORWARD_OUT_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_FORWARD_OUT_H

#include "gateway/conversation/talk.h"

/* Forwards the case if the words begin with the name of another county. *is_handled: false if they do not. */
bool cadre_forward_out(struct talk *talk, struct case_ *case_, bool *is_handled);

/* Adds to the answer that there is no such unit why it is no other county either. False: the store failed. */
bool cadre_add_why_no_county(struct talk *talk, struct json_object *facts);

#endif
