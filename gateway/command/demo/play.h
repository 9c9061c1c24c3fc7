/*
 * Plays a dialogue through the real program: texts go in through the emulated modem, and its answers are
 * compared with the file. The conversation is printed on standard output, the first difference on standard
 * error as FILE:LINE: who should hear what, and what they heard.
 */
#ifndef GATEWAY_COMMAND_DEMO_PLAY_H
#define GATEWAY_COMMAND_DEMO_PLAY_H

#include "gateway/command/demo/dialogue.h"
#include "gateway/command/demo/stage.h"

/* When a dialogue begins: 2026-11-20 09:00 in China. */
enum { PLAY_BEGINS = 1795136400 };

/* The stage needs a clock that can be moved. False after printing the first difference. */
bool play_dialogue(struct stage *stage, const struct dialogue *dialogue);

#endif
