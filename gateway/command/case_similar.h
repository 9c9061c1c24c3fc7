/*
 * The open cases that are similar to one.
 */
#ifndef GATEWAY_COMMAND_CASE_SIMILAR_H
#define GATEWAY_COMMAND_CASE_SIMILAR_H

/* The verb: NUMBER [--json]. */
int case_similar(void *mem, int argc, char **argv);

#endif
