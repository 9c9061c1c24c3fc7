/*
 * All lines of a configuration: started, woken, counted and stopped together.
 */
#ifndef GATEWAY_LINE_LINES_H
#define GATEWAY_LINE_LINES_H

#include "gateway/line/line.h"

struct lines;

/* Starts a thread for each line of the configuration that sends or polls. A line that cannot start is logged;
 * the lines started before it are returned. */
struct lines *lines_start(void *mem, const struct config *config, struct desk *desk);

/* Sets the limits of texts a minute and a day from this configuration, for lines that both configurations
 * name. */
void lines_limit(struct lines *lines, const struct config *config);

/* How many lines are up now. */
size_t lines_up(const struct lines *lines);

/* How many lines were started. */
size_t lines_count(const struct lines *lines);

/* Waits until each line has started or failed to, at most timeout_ms. How many are up. */
size_t lines_wait(struct lines *lines, int timeout_ms);

/* From any thread: notices were added. */
void lines_wake(struct lines *lines);

/* For /metrics, in Prometheus' text format; lines is a struct lines. From any thread. */
void lines_write_metrics(FILE *out, void *lines);

/* Stops all lines and waits for their threads; each finishes what is under way, in about 3 s. */
void lines_stop(struct lines *lines);

extern const struct line_kind modem_line, provider_line;

#endif
