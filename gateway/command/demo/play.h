/*
 * A dialogue played through the real program: texts go in through the emulated modem, and what comes out of
 * it is held against what stands in the file. What is said and heard goes to standard output, what is wrong
 * to standard error: FILE:LINE: who should hear what, and what they heard.
 */
#ifndef GATEWAY_COMMAND_DEMO_PLAY_H
#define GATEWAY_COMMAND_DEMO_PLAY_H

#include "gateway/command/demo/dialogue.h"
#include "gateway/command/demo/stage.h"

/* When a dialogue begins that says nothing else: 2026-11-20 09:00 in China. */
enum { PLAY_BEGINS = 1795136400 };

/* On a stage whose clock can be moved. False: something was not as it stands there. */
bool play_dialogue(struct stage *stage, const struct dialogue *dialogue);

#endif
