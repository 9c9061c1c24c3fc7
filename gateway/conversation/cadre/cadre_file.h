/*
 * Files cases for somebody else: 代, and the second case of 拆.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_FILE_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_FILE_H

#include "gateway/conversation/talk.h"

/* 代 PHONE WORDS, 代 无号 WORDS; answers the person. False: the store failed. */
bool cadre_file_for(struct talk *talk);

/* Opens a case of the rest of the text for this reporter; parent: the case it is split from, NULL: none. */
bool cadre_open_for(struct talk *talk, const char *reporter, const struct case_ *parent,
                    struct case_ **opened);
/* Tells the reporter of a case that was filed for them or split from theirs; name: of the text. */
bool cadre_tell_reporter(struct talk *talk, const struct case_ *case_, const char *name);

#endif
