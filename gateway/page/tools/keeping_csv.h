/*
 * What the operator keeps as CSV (RFC 4180, UTF-8): lists out, and rows in, each of which is one command
 * 登记.
 */
#ifndef GATEWAY_PAGE_TOOLS_KEEPING_CSV_H
#define GATEWAY_PAGE_TOOLS_KEEPING_CSV_H

#include "gateway/page/visit.h"

/* Handler of GET keep/NAME.csv: days, duty, people, units, aliases, leaves, words, limits, texts; the first
 * five as `xiangyin import` reads them. */
void keeping_csv_send(struct visit *visit);

/*
 * Handler of POST keep-rows: list (one of the names), rows (as a list is sent; the heading may be left out,
 * the columns are in its order), sure after the preview. The preview shows the command of each row and its
 * answer; after it each row is an event of its own.
 */
void keeping_csv_take(struct visit *visit);

/* Adds "lists" to the page's data: name and columns of each list whose rows may come in. */
void keeping_csv_add(struct visit *visit);

#endif
