/*
 * Reads a model that `train` wrote.
 */
#ifndef GATEWAY_COMMAND_MODEL_MODEL_FILE_H
#define GATEWAY_COMMAND_MODEL_MODEL_FILE_H

#include "gateway/model/model.h"

/* From mem; NULL after printing why. */
const struct model *model_file_read(void *mem, const char *path);

#endif
