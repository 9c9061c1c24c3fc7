/*
 * Asks a new model about texts that it was not trained on.
 */
#ifndef GATEWAY_COMMAND_MODEL_TRAIN_HELD_H
#define GATEWAY_COMMAND_MODEL_TRAIN_HELD_H

#include <stdbool.h>

#include "gateway/understand/understand.h"

/* Understands each text of the file with this model and adds a line to its recipe: "held back: 72 texts of
 * held-back.tsv: topic 58 ..." right. False after printing what is wrong. */
bool train_held(struct understanding *understanding, struct model *model, const char *path);

#endif
