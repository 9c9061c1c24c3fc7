/*
 * A template engine: the six core modules of the public Mustache specification (comments, delimiters,
 * interpolation, inverted sections, partials, sections), over json-c. The optional modules (lambdas,
 * inheritance, dynamic names) are left out.
 *
 * One pass: a value goes out as it is escaped and is never read as a template. Truth is JavaScript's, as the
 * specification suggests: null, false, 0, "" and the empty list are false. A list or object that is named
 * as a value is written as JSON.
 */
#ifndef TEMPLATES_MUSTACHE_H
#define TEMPLATES_MUSTACHE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "templates/escape.h"

/* Sections and partials inside one another, in a template and while it is rendered. */
#define TEMPLATE_DEPTH 256
/* Pieces written and contexts searched by one rendering: what a hostile template may cost. */
#define TEMPLATE_STEPS 10000000

struct template;

/*
 * The template named by {{>name}}, or NULL for none (which the specification renders as nothing). find may be
 * called from every thread that renders.
 */
struct template_partials {
    const struct template *(*find)(const void *from, const char *name);
    const void *from;
};

/*
 * Never changed once made, so threads may share it; it keeps its own copy of the source. NULL when the source
 * is malformed: *error, allocated on mem, is then "LINE: reason".
 */
struct template *template_compile(void *mem, const char *source, size_t length, enum template_kind kind,
                                  const char **error);

enum template_kind template_kind(const struct template *template);

/* The first partial that partials does not have, and in *line where it is asked for; NULL when all are there.
 */
const char *template_missing_partial(const struct template *template,
                                     const struct template_partials *partials, size_t *line);

/*
 * Writes to out. Partials are escaped by the kind of the template they end up in; partials may be NULL.
 * data may be NULL, and must not be used by another thread meanwhile (json-c keeps notes in it). On false
 * *error says why (a constant string) and some of the text may be written already.
 */
bool template_render(const struct template *template, struct json_object *data,
                     const struct template_partials *partials, FILE *out, const char **error);

#endif
