/*
 * A row of a paper form: read and checked by import_form.c, put in the store by import_cases.c.
 */
#ifndef GATEWAY_COMMAND_IMPORT_IMPORT_FORM_H
#define GATEWAY_COMMAND_IMPORT_IMPORT_FORM_H

#include "gateway/command/import/sheet.h"
#include "gateway/command/print/unit_names.h"
#include "gateway/understand/understand.h"
#include "store/cases.h"

/* Texts live as long as the row. */
struct form {
    const char *number;                                    /* its own, as printed on it; "" none */
    const char *reporter, *name, *handler, *text, *result; /* "" none */
    int64_t received_at, accepted_at, closed_at;           /* 0: unknown */
    enum case_state state;
    int64_t place, unit; /* 0: unknown */
    int category;        /* 1 + enum case_category; 0: unknown */
    const char *topic;   /* NULL: unknown */
    int rating;
    enum { GUARD_BY_TEXT, GUARD_YES, GUARD_NO } guard;
};

/* A cache of the places and units met so far: forms name the same few again and again. */
struct place_memory;

struct form_reader {
    struct unit_names *units;
    struct place_memory *memory; /* made by form_read; NULL at first */
    int64_t now;
};

extern const struct sheet_column form_columns[];
extern const size_t form_column_count;

/* Fills in form, whose texts are allocated from the row or mem; errors are printed and counted in the sheet.
 */
void form_read(struct form_reader *reader, void *mem, struct sheet_row *row, struct form *form);

#endif
