/*
 * A telephone that calls the voice line over SIP, as a PBX would: it presses keys, plays a recording, and
 * shows what is said to it.
 */
#ifndef GATEWAY_COMMAND_DEMO_CALLER_H
#define GATEWAY_COMMAND_DEMO_CALLER_H

#include "gateway/config.h"

struct caller_wish {
    const struct config *config; /* of the gateway that is called */
    const char *number;
    /* What is done one after the other, separated by blanks: keys, each pressed in the middle of what is
     * being said; NAME.wav of the sample county, said in the next silence. Then the number hangs up in the
     * next silence. */
    const char *script;
    int keyboard; /* a descriptor: keys come from there, too, a line at a time, and the gateway hangs up, or
                     an empty line; -1: none */
    /* Each thing said to the caller, as it is over. */
    void (*show)(void *arg, const char *text);
    void *arg;
};

/* Calls until one side hangs up. NULL, or why there was no call, from mem. */
const char *caller_call(void *mem, const struct caller_wish *wish);

#endif
