/*
 * 8-bit user data that is text after all: some phones and gateways send words so, without saying in which
 * character set.
 */
#ifndef MODEM_PDU_DATA_TEXT_H
#define MODEM_PDU_DATA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The octets as UTF-8, from mem, if they plainly are text: ASCII or UTF-8, UTF-16 with a mark of its order,
 * Chinese in UTF-16 without one, or Chinese in GB18030. is_part: a part of a longer text, of which the first
 * and the last character may be cut; what is left of these is dropped, and "" comes of a few octets that are
 * no text by themselves. NULL: anything else.
 */
char *data_text(void *mem, const uint8_t *octets, size_t n, bool is_part);

#endif
