/*
 * Free and worked days that the operator keeps in the store, beside those of the configuration.
 */
#ifndef GATEWAY_TURN_KEPT_DAYS_H
#define GATEWAY_TURN_KEPT_DAYS_H

#include "gateway/config.h"
#include "gateway/turn/turn.h"

/*
 * The configuration with the store's days, which go before its own; the configuration itself where the store
 * has none. From mem. NULL: store_error says why.
 */
const struct config *kept_days_config(void *mem, struct store *store, const struct config *config);

/* Whether any free day of the year is known. */
bool kept_days_has_year(const struct config *config, int year);

#endif
