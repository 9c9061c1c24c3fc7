/*
 * Writes mdoc(7), the language of manual pages: text that is escaped and filled, one sentence a line, and the
 * forms and options of a subcommand as its --help says them.
 */
#ifndef GATEWAY_COMMAND_MANUAL_MDOC_H
#define GATEWAY_COMMAND_MANUAL_MDOC_H

#include <stdio.h>

#include "gateway/command/command.h"

/* Text as lines of at most 78 octets; a line of Chinese is broken between characters, with no space. */
void mdoc_text(FILE *out, const char *text);

/* The lines "usage: ..." of a subcommand, for a SYNOPSIS. */
void mdoc_synopsis(FILE *out, const struct command *command);

/* What --help says behind its usage: paragraphs, lists of options, and tables, which keep their layout. */
void mdoc_description(FILE *out, const struct command *command);

#endif
