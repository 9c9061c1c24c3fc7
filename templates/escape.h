/*
 * Escapes a value for each kind of file, so that it cannot be anything but a value there.
 */
#ifndef TEMPLATES_ESCAPE_H
#define TEMPLATES_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

enum template_kind {
    TEMPLATE_RAW,  /* as it is */
    TEMPLATE_TEXT, /* for a phone: line breaks and tabs become a space; other controls and bidi controls go */
    TEMPLATE_HTML, /* & < > " ' as entities */
    TEMPLATE_CSV   /* one cell: quoted where RFC 4180 asks for it, and never a formula, see escape_csv */
};

/* By the file's ending: .txt, .csv, and .html or .mustache; anything else is TEMPLATE_RAW. */
enum template_kind template_kind_of(const char *path);

/* The ending that goes with the kind (".txt"), "" for TEMPLATE_RAW. */
const char *template_ending(enum template_kind kind);

/* text is UTF-8; malformed bytes pass unchanged. Errors stay in out's ferror. */
void escape(FILE *out, enum template_kind kind, const char *text, size_t length);

#endif
