/*
 * Whom the gateway may call, and when. What costs money or disturbs a night is refused here, for every call.
 */
#ifndef GATEWAY_TURN_CALLING_H
#define GATEWAY_TURN_CALLING_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/config.h"

/* The line of notices that are calls, and of whatever comes by the voice line. */
#define CALLING_LINE "voice"

/*
 * Whether calls go out to this number (E.164): mainland mobiles and the landlines of listed area codes, never
 * premium numbers, satellite phones or other countries. False where no call can go out at all.
 */
bool calling_may(const struct config *config, const char *phone);

/* A mainland landline, which takes no texts. */
bool calling_is_landline(const char *phone);

/* As it is dialled: without +86, a landline with its 0. From mem. */
const char *calling_dialled(void *mem, const struct config *config, const char *phone);

/* The first moment, from at on, at which people may be called: in the hours of calls, never in quiet ones. */
int64_t calling_after(const struct config *config, int64_t at);

#endif
