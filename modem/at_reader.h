/*
 * Octets from a modem in, lines and prompts out; whatever way they were cut, glued or damaged on their way.
 * Pure: knows no port and no clock.
 */
#ifndef MODEM_AT_READER_H
#define MODEM_AT_READER_H

#include <stdbool.h>
#include <stddef.h>

struct at_reader;

enum at_token { AT_NOTHING, AT_LINE, AT_PROMPT };

struct at_reader *at_reader_new(void *mem);

/* Adds n octets. Take every token before the next feed, so that at most one unfinished line is kept. */
void at_reader_feed(struct at_reader *reader, const char *octets, size_t n);

/*
 * The next line (not empty, without its end, without control characters; it stays until the next call), or
 * the prompt for a PDU. A +CUSD: line may have line ends inside its quotes.
 */
enum at_token at_reader_next(struct at_reader *reader, const char **line);

/* The modem has been quiet for a while: gives the unfinished line as it is. */
enum at_token at_reader_flush(struct at_reader *reader, const char **line);

/* The unfinished line is a final result, or ends in a prompt behind an echo: only its end is missing. */
bool at_reader_has_final(const struct at_reader *reader);
bool at_reader_has_prompt(const struct at_reader *reader);

void at_reader_reset(struct at_reader *reader);

#endif
