/*
 * What is printed: data and a template of templates/ in one of four forms.
 */
#ifndef GATEWAY_COMMAND_PRINT_DOCUMENT_H
#define GATEWAY_COMMAND_PRINT_DOCUMENT_H

#include <json-c/json.h>

#include "gateway/config.h"

enum document_format { DOCUMENT_TEXT, DOCUMENT_CSV, DOCUMENT_JSON, DOCUMENT_HTML };

/* text csv json html; text for NULL. False after saying what is wrong. */
bool document_format(const char *name, enum document_format *format);

/*
 * Prints the data, which is put back: as JSON by itself, else by NAME.html, NAME.csv or the text `text` (a
 * .tsv is a text whose columns are made straight). language NULL: the configured one. Returns an exit status,
 * after saying what went wrong.
 */
int document_print(void *mem, const struct config *config, const char *language, enum document_format format,
                   const char *name, const char *text, struct json_object *data);

#endif
