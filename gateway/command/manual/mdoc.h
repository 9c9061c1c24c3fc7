/*
 * Writes mdoc(7), the language of manual pages: escaped text, one sentence a line, and the forms and options
 * of a subcommand from its --help.
 */
#ifndef GATEWAY_COMMAND_MANUAL_MDOC_H
#define GATEWAY_COMMAND_MANUAL_MDOC_H

#include <stdio.h>

#include "gateway/command/command.h"

/* Writes UTF-8 text as lines of at most 78 octets; Chinese is broken between characters, without a space. */
void mdoc_text(FILE *out, const char *text);

/* Writes a subcommand's lines "usage: ..." for a SYNOPSIS. */
void mdoc_synopsis(FILE *out, const struct command *command);

/* Writes the rest of --help: paragraphs, lists of options, and tables, which keep their layout. */
void mdoc_description(FILE *out, const struct command *command);

#endif
