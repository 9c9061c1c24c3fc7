/*
 * Our own texts that come back: from a phone or a provider that answers with what it was sent, or from
 * somebody who forwards it. They say nothing new, and two machines would never stop. What somebody writes
 * beside one is theirs.
 */
#ifndef GATEWAY_TURN_OWN_TEXT_H
#define GATEWAY_TURN_OWN_TEXT_H

#include "gateway/turn/turn.h"

/*
 * What somebody says beside our own text that they quote: "" where nothing, NULL where they quote none. Ours
 * is what is behind our signature, in whatever brackets, or without it at the beginning, and is a text that
 * this phone was sent within 30 days or that tells of the case whose number stands there, or the beginning of
 * one. What begins with our signature and is none of these is ours, too. Spaces and marks do not count. From
 * turn->mem. False: the store failed.
 */
bool own_text_beside(struct turn *turn, const char *phone, const char *text, const char **words);

/* Leaves of a text what stands beside our own, where anything does. False: the store failed. */
bool own_text_strip(struct turn *turn, const char *phone, const char **text);

#endif
