/*
 * Files of texts with labels, as `train` reads them.
 */
#ifndef GATEWAY_COMMAND_MODEL_TRAIN_ROWS_H
#define GATEWAY_COMMAND_MODEL_TRAIN_ROWS_H

#include <stdbool.h>

#include "gateway/understand/learn/lesson.h"

/* Takes one row, whose texts are gone afterwards; false: a label is impossible. */
typedef bool lesson_taker(const struct lesson *lesson, void *arg);

/* Calls take for every row of the file at path; set is the file's number. Lines that begin with # before the
 * first row are remarks. False after printing what is wrong. */
bool train_rows_each(const char *path, int set, lesson_taker *take, void *arg);

#endif
