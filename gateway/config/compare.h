/*
 * What two readings of a configuration file differ in, and which of that a running gateway can take.
 */
#ifndef GATEWAY_CONFIG_COMPARE_H
#define GATEWAY_CONFIG_COMPARE_H

#include "gateway/config.h"

struct config_difference {
    const char *what; /* per_day in modem "north"; modem "north" */
    bool is_live;     /* config_take_live changes it; else it wants a restart */
};

/* In order of the table, from mem. */
struct config_difference *config_differences(void *mem, const struct config *old, const struct config *new,
                                             size_t *n);

/* Copies into config the live options outside of titled sections; what they point to stays in from. */
void config_take_live(struct config *config, const struct config *from);

#endif
