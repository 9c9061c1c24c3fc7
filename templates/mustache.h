/*
 * A template engine: the six core modules of the public Mustache specification (comments, delimiters,
 * interpolation, inverted sections, partials, sections), over json-c. The optional modules (lambdas,
 * inheritance, dynamic names) are left out.
 *
 * It makes one pass: an escaped value is written and never read as a template. Truth is JavaScript's, as the
 * specification suggests: null, false, 0, "" and the empty list are false. A list or object used as a value
 * is written as JSON.
 *
 * mustache_parse.c: template_compile, template_kind, template_each_name. mustache_render.c: the rest.
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
/* Pieces written and contexts searched by one rendering: limits what a hostile template can cost. */
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
 * A template is never changed once made, so threads may share it; it keeps its own copy of the source. NULL:
 * the source is malformed; *error, from mem, is "LINE: reason".
 */
struct template *template_compile(void *mem, const char *source, size_t length, enum template_kind kind,
                                  const char **error);

/* As given to template_compile. */
enum template_kind template_kind(const struct template *template);

/* The name of the first partial that is not in partials; *line: the line that includes it. NULL: none is
 * missing. */
const char *template_missing_partial(const struct template *template,
                                     const struct template_partials *partials, size_t *line);

/* As given to template_compile, ended by a NUL. It lives as long as the template. */
const char *template_source(const struct template *template);

/* Calls each name that the template looks up, "a.b" as "a", and each partial; a name may come several times.
 */
void template_each_name(const struct template *template,
                        void (*each)(const char *name, bool is_partial, void *arg), void *arg);

/*
 * Writes to out. Values in partials are escaped by the kind of the template that includes them; partials may
 * be NULL. data may be NULL; no other thread may use it meanwhile, for json-c caches strings in it. False:
 * *error says why (a constant string), and part of the text may be written already.
 */
bool template_render(const struct template *template, struct json_object *data,
                     const struct template_partials *partials, FILE *out, const char **error);

#endif
