/*
 * The manual's pages, made from their sources (gateway/manual/NAME.SECTION, mdoc) and the program's tables. A
 * line of a source that begins with @ is replaced by
 *
 *     @synopsis NAME ...   the forms of these subcommands
 *     @describe NAME ...   a subsection each: what --help says
 *     @subcommands         a list of all subcommands
 *     @rest                a subsection for each subcommand that no page describes
 *     @options             every option of the configuration
 *     @keywords villager   the words of each of a villager's keywords; or of a cadre's
 */
#ifndef GATEWAY_COMMAND_MANUAL_PAGE_H
#define GATEWAY_COMMAND_MANUAL_PAGE_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the names of all pages, one a line: "xiangyin.1". */
void page_list(FILE *out);

/* Prints a page as mdoc. False: there is no page of that name. */
bool page_print(FILE *out, const char *name);

/* The page that describes a subcommand, such as "xiangyin-case.1"; NULL: none does. */
const char *page_of(const char *command);

#endif
