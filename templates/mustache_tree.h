/*
 * A compiled template: mustache_parse.c builds it, mustache_render.c walks it. No other file includes this
 * header.
 */
#ifndef TEMPLATES_MUSTACHE_TREE_H
#define TEMPLATES_MUSTACHE_TREE_H

#include "templates/mustache.h"

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW_VALUE, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

struct node {
    struct node *next;
    enum node_kind kind;
    /* Text ends after its newline. A line that begins with a tag has an empty text before it, to hold this.
     */
    bool begins_line;
    /* A partial alone on its line: text is then the white space before it. */
    bool is_standalone;
    const char *text; /* into template->source */
    size_t length;
    /* What is looked up, "a.b" as { "a", "b", NULL } and "." as { NULL }; a partial's name is one part. */
    const char **name;
    size_t line;
    struct node *children;
};

struct template
{
    enum template_kind kind;
    const char *source;
    struct node *nodes;
};

#endif
