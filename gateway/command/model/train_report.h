/*
 * Prints what `train` measured.
 */
#ifndef GATEWAY_COMMAND_MODEL_TRAIN_REPORT_H
#define GATEWAY_COMMAND_MODEL_TRAIN_REPORT_H

#include <stdio.h>

#include "gateway/model/train.h"

/* Figures of each head: accuracy, macro-F1, confusion, how sure answers were and how often right. */
void train_report(FILE *out, const struct examples *examples, const struct trained *trained);

/* The settings that were chosen, in one line. */
void train_report_settings(FILE *out, const struct settings *settings);

#endif
