/*
 * Shell completion, made from the table of subcommands: their names, and the verbs and options in the --help
 * of each.
 */
#ifndef GATEWAY_COMMAND_MANUAL_COMPLETION_H
#define GATEWAY_COMMAND_MANUAL_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the script for bash or zsh. False: there is none for that shell. */
bool completion_print(FILE *out, const char *shell);

#endif
