/*
 * Completion for shells, from the table of subcommands: their names, and the verbs and options that each
 * one's --help names.
 */
#ifndef GATEWAY_COMMAND_MANUAL_COMPLETION_H
#define GATEWAY_COMMAND_MANUAL_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the script for bash or zsh. False: there is none for that shell. */
bool completion_print(FILE *out, const char *shell);

#endif
