/*
 * What is printed: data and a template of templates/ in one of four forms.
 */
#ifndef GATEWAY_COMMAND_PRINT_DOCUMENT_H
#define GATEWAY_COMMAND_PRINT_DOCUMENT_H

#include <json-c/json.h>

#include "gateway/config.h"

enum document_format { DOCUMENT_TEXT, DOCUMENT_CSV, DOCUMENT_JSON, DOCUMENT_HTML };

/* The byte order mark that every CSV file begins with: without it Excel reads UTF-8 as the code page of its
 * Windows. */
#define CSV_MARK "\xef\xbb\xbf"

/* text, csv, json or html; NULL: text. False after printing what is wrong. */
bool document_format(const char *name, enum document_format *format);

/*
 * Prints data and releases it: as JSON, or filled into the template NAME.html, NAME.csv or `text` (a .tsv
 * template gets aligned columns). language NULL: the configured one. An exit code; errors are printed.
 */
int document_print(void *mem, const struct config *config, const char *language, enum document_format format,
                   const char *name, const char *text, struct json_object *data);

#endif
