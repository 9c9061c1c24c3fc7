/*
 * The numbers that stand in a text: a case number is told from telephones and identity numbers.
 */
#ifndef GATEWAY_UNDERSTAND_IDENTIFIERS_H
#define GATEWAY_UNDERSTAND_IDENTIFIERS_H

#include "gateway/understand/text/normalise.h"

/* The first valid case number anywhere in the text, from mem; NULL when there is none. */
const char *identifiers_case_number(void *mem, const struct normal *normal);

#endif
