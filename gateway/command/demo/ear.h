/*
 * Hears which prompts a call plays, by their sound alone: each is compared with what comes.
 */
#ifndef GATEWAY_COMMAND_DEMO_EAR_H
#define GATEWAY_COMMAND_DEMO_EAR_H

#include "gateway/voice/prompts.h"

struct ear;

/* prompts: those of this language count. They outlive the ear. From mem. */
struct ear *ear_new(void *mem, const struct prompts *prompts, const char *language);

/* Takes the next frame. */
void ear_hear(struct ear *ear, const int16_t samples[FRAME_SAMPLES]);
/* A key was pressed, which cuts off what is being said. */
void ear_cut(struct ear *ear);

/* How long nothing but silence has come. */
int ear_quiet_ms(const struct ear *ear);
/* What has been said without a pause, from mem: the prompts' texts one behind the other, a digit as itself,
 * "嘀" for the tone. NULL: nothing, or it may still go on. */
char *ear_take(struct ear *ear, void *mem);

#endif
