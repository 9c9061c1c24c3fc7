/*
 * Turns the octets of a modem into lines and prompts, however they were cut, glued or damaged on their way.
 * Pure: no port, no clock.
 */
#ifndef MODEM_AT_READER_H
#define MODEM_AT_READER_H

#include <stdbool.h>
#include <stddef.h>

struct at_reader;

enum at_token { AT_NOTHING, AT_LINE, AT_PROMPT };

/* An empty reader, freed with talloc_free. at_reader_reset empties it again. */
struct at_reader *at_reader_new(void *mem);
void at_reader_reset(struct at_reader *reader);

/* Adds n octets. Take every token before the next feed: then at most one unfinished line is kept. */
void at_reader_feed(struct at_reader *reader, const char *octets, size_t n);

/*
 * The next line, or the prompt for a PDU. A line is not empty, has no line end and no control characters, and
 * stays until the next call; only a +CUSD: line may have line ends, inside its quotes.
 */
enum at_token at_reader_next(struct at_reader *reader, const char **line);

/* Gives the unfinished line as it is: for when the modem has been quiet for a while. */
enum at_token at_reader_flush(struct at_reader *reader, const char **line);

/* Whether the unfinished line is a final result, or is a prompt, perhaps behind an echo: only its end is
 * missing. */
bool at_reader_has_final(const struct at_reader *reader);
bool at_reader_has_prompt(const struct at_reader *reader);

#endif
