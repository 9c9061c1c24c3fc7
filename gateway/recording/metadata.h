/*
 * What programs and people may say of a recording that they bring.
 */
#ifndef GATEWAY_RECORDING_METADATA_H
#define GATEWAY_RECORDING_METADATA_H

#include <stdbool.h>

/* The call's own id: 1 to 200 octets of UTF-8 on one line. */
bool metadata_is_id(const char *text);

/* A number, an extension or a name of the office's PBX: at most 64 plain letters, digits and + - _ . @ */
bool metadata_is_number(const char *text);

/* At most 64 keys of a telephone. */
bool metadata_are_keys(const char *text);

#endif
