/*
 * Fetches a county's journal from its centre, to build its store again there.
 */
#ifndef GATEWAY_CENTRE_FETCH_H
#define GATEWAY_CENTRE_FETCH_H

#include "gateway/config.h"
#include "store/upkeep/image.h"

/*
 * Takes the county's place at the centre, so that no other box goes on, and writes the image of all that the
 * centre has to a new file at path. private_key: of recovery; NULL: restricted cases stay out. False: *error,
 * from mem.
 */
bool fetch_image(void *mem, const struct config *config, const char *path, const char *private_key,
                 struct image_result *result, const char **error);

#endif
