/*
 * Commands of those who listen to recordings: 听写, 举报, 待听.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_HEAR_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_HEAR_H

#include "gateway/conversation/talk.h"

/* 听写: whoever has listened writes down what the recording says. */
bool cadre_write_down(struct talk *talk);
/* Words without a number are a complaint of their own, as the table of commands has it. */
bool cadre_send_up(struct talk *talk);
/* The cases with recordings that they may listen to and nobody has written down, the oldest first. */
bool cadre_to_hear(struct talk *talk);

/* Adds what a machine made of a recording of the case to the facts of 看, for whoever may listen to it and
 * while nobody has written it down. */
bool cadre_add_transcript(struct talk *talk, const struct case_ *case_, struct json_object *facts);

#endif
