/*
 * What the voice line says: a text for each prompt and language (templates/voice/LANGUAGE/ID.txt), and its
 * sound, the first there is of
 *
 *   recorded  FOLDER/LANGUAGE/ID.wav, said by a person; FOLDER is the configuration's
 *   rendered  in the cache, under a name made of text, voice and speed, so that a changed text is rendered
 * anew shipped   with the program, as long as the text is the program's too
 *
 * All sounds are in memory; nothing is read or rendered during a call. What is shipped is in memory as it
 * stands in the program, a quarter of its samples, until it is said first.
 */
#ifndef GATEWAY_VOICE_PROMPTS_H
#define GATEWAY_VOICE_PROMPTS_H

#include <pthread.h>
#include <stdbool.h>

#include "gateway/config.h"
#include "gateway/voice/sound/player.h"

enum prompt_source { PROMPT_MISSING, PROMPT_RECORDED, PROMPT_RENDERED, PROMPT_SHIPPED };

struct prompt {
    const char *language, *id;
    const char *text;
    enum prompt_source source;
    struct clip clip;
    const struct embedded_file *shipped; /* NULL: not the program's sound, or decoded already */
    const char *why;                     /* what is wrong with its file; NULL */
};

struct prompts {
    struct prompt *list; /* by language and id */
    size_t n;
    pthread_mutex_t decoding;
};

/* Each may be NULL. templates: a folder whose voice/LANGUAGE/ID.txt replace the program's texts. */
struct prompts_from {
    const char *folder, *cache, *templates;
};

/* What the configuration says; the cache stands beside the database. From mem. */
struct prompts_from prompts_of(void *mem, const struct config *config);

/* Every sound there is, decoded. From mem. */
struct prompts *prompts_open(void *mem, const struct prompts_from *from);

/* Renders every prompt that has no sound into the cache, until three in a row have failed. NULL, or what is
 * wrong with the first that failed, from mem. */
const char *prompts_render(void *mem, struct prompts *prompts, const struct prompts_from *from,
                           const char *program);

/* Opens what the configuration names and renders what has no sound; the log says what still has none, and
 * why. From mem. */
struct prompts *prompts_start(void *mem, const struct config *config);

/* How many have no sound. */
size_t prompts_missing(const struct prompts *prompts);

/* The clip in this language, else in the other; n 0: there is none. Any thread may ask. */
struct clip prompts_find(struct prompts *prompts, const char *language, const char *id);

#endif
