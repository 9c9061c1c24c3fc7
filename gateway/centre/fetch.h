/*
 * Fetches a county's journal from its centre and rebuilds the county's store from it.
 */
#ifndef GATEWAY_CENTRE_FETCH_H
#define GATEWAY_CENTRE_FETCH_H

#include "gateway/config.h"
#include "store/upkeep/image.h"

/*
 * Makes this box the county's at the centre, which then refuses every other box, and writes a store of all
 * that the centre has to a new file at path. private_key: the recovery key's private half in hex; NULL:
 * restricted cases are left out. False: *error says why, from mem.
 */
bool fetch_image(void *mem, const struct config *config, const char *path, const char *private_key,
                 struct image_result *result, const char **error);

#endif
