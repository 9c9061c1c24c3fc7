/*
 * The numbers that stand in a text: telephones, identity numbers and case numbers.
 */
#ifndef GATEWAY_UNDERSTAND_IDENTIFIERS_H
#define GATEWAY_UNDERSTAND_IDENTIFIERS_H

#include "gateway/understand/understand.h"

/* Sets phones, identity_numbers and mentions of out, up to eight of each of the first two. From mem. */
void identifiers_read(void *mem, const struct normal *normal, struct understood *out);

#endif
