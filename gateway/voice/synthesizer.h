/*
 * Speech from text by espeak-ng, a process of its own.
 */
#ifndef GATEWAY_VOICE_SYNTHESIZER_H
#define GATEWAY_VOICE_SYNTHESIZER_H

#include <stdbool.h>

/* The voice for a language and its speed in words a minute, as espeak-ng knows them: parts of a cache's key.
 */
const char *synthesizer_voice(const char *language);
int synthesizer_speed(void);

/* Whether the program is installed: a path, or a name in PATH. */
bool synthesizer_is_there(const char *program);

/* Writes a WAV file of the text. program: espeak-ng, or another that takes its options -v VOICE, -s SPEED, -w
 * FILE and the text behind "--"; it is killed after 20 s. NULL, or what is wrong, from mem. */
const char *synthesizer_say(void *mem, const char *program, const char *language, const char *text,
                            const char *path);

#endif
