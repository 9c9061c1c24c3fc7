#include "templates/mustache_tree.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <talloc.h>

#define DELIMITER_LENGTH 16

enum { ROOM = 1024 /* octets of nodes and names that are allocated together */ };

struct delimiter {
    char text[DELIMITER_LENGTH + 1];
    size_t length;
};

struct open_section {
    struct node *node;
    struct node **after; /* where the node behind the section goes */
    const char *content;
    size_t length;
};

struct parser {
    void *mem;
    struct template *template;
    const char *source;
    size_t length;
    struct delimiter opening, closing;
    struct node **tail;
    size_t depth;
    size_t counted, newlines; /* bytes counted so far, and the newlines among them */
    char *room;
    size_t room_left, used;
    const char *error;
    struct open_section open[TEMPLATE_DEPTH]; /* last: not cleared, which would take as long as parsing */
};

struct tag {
    size_t start, end; /* with its delimiters */
    char sigil;        /* '\0' for a plain value */
    const char *content;
    size_t length;
    bool is_standalone;
    size_t line_start, next_line; /* of a standalone tag */
};

/* Continues counting where it stopped, for tags are asked about in their order. */
static size_t line_of(struct parser *parser, size_t at)
{
    if (at < parser->counted)
        parser->counted = parser->newlines = 0;
    for (; parser->counted < at; parser->counted++)
        parser->newlines += parser->source[parser->counted] == '\n';
    return parser->newlines + 1;
}

__attribute__((format(printf, 3, 4))) static bool fail(struct parser *parser, size_t at, const char *format,
                                                       ...)
{
    va_list arguments;
    char *reason;

    va_start(arguments, format);
    reason = talloc_vasprintf(parser->mem, format, arguments);
    va_end(arguments);
    parser->error = talloc_asprintf(parser->mem, "%zu: %s", line_of(parser, at), reason);
    talloc_free(reason);
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static bool begins_line(const struct parser *parser, size_t at)
{
    return at == 0 || parser->source[at - 1] == '\n';
}

/* Zeroes, freed with the template. An allocation of its own would take more than what most nodes hold. */
static void *take_room(struct parser *parser, size_t size)
{
    size_t rounded = (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);

    if (rounded > parser->room_left) {
        parser->room_left = rounded > ROOM ? rounded : ROOM;
        parser->room = talloc_zero_size(parser->template, parser->room_left);
    }
    parser->room += rounded;
    parser->room_left -= rounded;
    parser->used += rounded;
    return parser->room - rounded;
}

static struct node *add_node(struct parser *parser, enum node_kind kind)
{
    struct node *node = take_room(parser, sizeof *node);

    node->kind = kind;
    *parser->tail = node;
    parser->tail = &node->next;
    return node;
}

static void add_line(struct parser *parser, size_t from, size_t to)
{
    struct node *node = add_node(parser, NODE_TEXT);

    node->begins_line = begins_line(parser, from);
    node->text = parser->source + from;
    node->length = to - from;
}

static void add_text(struct parser *parser, size_t from, size_t to)
{
    while (from < to) {
        const char *newline = memchr(parser->source + from, '\n', to - from);
        size_t end = newline ? (size_t)(newline + 1 - parser->source) : to;

        add_line(parser, from, end);
        from = end;
    }
}

/* "a.b" -> { "a", "b", NULL }, "." -> { NULL } */
static bool split_name(struct parser *parser, const struct tag *tag, struct node *node)
{
    const char *end = tag->content + tag->length;
    const char *part = tag->content;
    size_t count = 0, parts = 1;

    for (const char *p = part; p < end; p++)
        parts += *p == '.';
    node->name = take_room(parser, (parts + 1) * sizeof *node->name);
    if (tag->length == 1 && *part == '.' && node->kind != NODE_PARTIAL)
        return true;
    for (const char *p = part; p <= end; p++) {
        if (p < end && (*p != '.' || node->kind == NODE_PARTIAL))
            continue;
        if (p == part)
            return fail(parser, tag->start, "\"%.*s\" has an empty part", (int)tag->length, tag->content);
        node->name[count++] = memcpy(take_room(parser, (size_t)(p - part) + 1), part, (size_t)(p - part));
        part = p + 1;
    }
    return true;
}

static bool is_name(struct parser *parser, const struct tag *tag)
{
    if (tag->length == 0)
        return fail(parser, tag->start, "a tag without a name");
    for (size_t i = 0; i < tag->length; i++)
        if (is_space(tag->content[i]) || iscntrl((unsigned char)tag->content[i]))
            return fail(parser, tag->start, "a name must not hold white space");
    return true;
}

static struct node *add_named(struct parser *parser, const struct tag *tag, enum node_kind kind)
{
    struct node *node = is_name(parser, tag) ? add_node(parser, kind) : NULL;

    if (!node || !split_name(parser, tag, node))
        return NULL;
    node->line = line_of(parser, tag->start);
    return node;
}

static bool open_section(struct parser *parser, const struct tag *tag, enum node_kind kind)
{
    struct node *node = add_named(parser, tag, kind);

    if (!node)
        return false;
    if (parser->depth == TEMPLATE_DEPTH)
        return fail(parser, tag->start, "more than %d sections inside one another", TEMPLATE_DEPTH);
    parser->open[parser->depth++] = (struct open_section){ node, parser->tail, tag->content, tag->length };
    parser->tail = &node->children;
    return true;
}

static bool close_section(struct parser *parser, const struct tag *tag)
{
    const struct open_section *open;

    if (parser->depth == 0)
        return fail(parser, tag->start, "\"%.*s\" is closed but was not opened", (int)tag->length,
                    tag->content);
    open = &parser->open[parser->depth - 1];
    if (open->length != tag->length || memcmp(open->content, tag->content, tag->length) != 0)
        return fail(parser, tag->start, "\"%.*s\" is closed where \"%.*s\" of line %zu is open",
                    (int)tag->length, tag->content, (int)open->length, open->content, open->node->line);
    parser->tail = open->after;
    parser->depth--;
    return true;
}

static bool add_partial(struct parser *parser, const struct tag *tag)
{
    struct node *node = add_named(parser, tag, NODE_PARTIAL);

    if (!node)
        return false;
    node->is_standalone = tag->is_standalone;
    node->text = parser->source + tag->line_start;
    node->length = tag->is_standalone ? tag->start - tag->line_start : 0;
    return true;
}

static void set_delimiter(struct delimiter *delimiter, const char *text, size_t length)
{
    memcpy(delimiter->text, text, length);
    delimiter->text[length] = '\0';
    delimiter->length = length;
}

static bool change_delimiters(struct parser *parser, const struct tag *tag)
{
    size_t first = 0, second, gap = 0;

    while (first < tag->length && !is_space(tag->content[first]))
        first++;
    while (first + gap < tag->length && is_space(tag->content[first + gap]))
        gap++;
    second = tag->length - first - gap;
    if (first == 0 || second == 0 || first > DELIMITER_LENGTH || second > DELIMITER_LENGTH)
        return fail(parser, tag->start, "a change of delimiters needs two of them, with white space between");
    for (size_t i = 0; i < tag->length; i++)
        if (tag->content[i] == '=' || (i >= first + gap && is_space(tag->content[i])))
            return fail(parser, tag->start, "a delimiter must not hold = or white space");
    set_delimiter(&parser->opening, tag->content, first);
    set_delimiter(&parser->closing, tag->content + first + gap, second);
    return true;
}

static bool apply_tag(struct parser *parser, const struct tag *tag)
{
    switch (tag->sigil) {
    case '!':
        return true;
    case '=':
        return change_delimiters(parser, tag);
    case '#':
        return open_section(parser, tag, NODE_SECTION);
    case '^':
        return open_section(parser, tag, NODE_INVERTED);
    case '/':
        return close_section(parser, tag);
    case '>':
        return add_partial(parser, tag);
    case '&':
    case '{':
        return add_named(parser, tag, NODE_RAW_VALUE) != NULL;
    case '<':
    case '$':
        return fail(parser, tag->start, "inheritance (%c) is not supported", tag->sigil);
    default:
        return add_named(parser, tag, NODE_VALUE) != NULL;
    }
}

/* A tag that shows nothing and stands alone on its line removes the whole line. */
static void find_line(const struct parser *parser, size_t from, struct tag *tag)
{
    size_t start = tag->start, end = tag->end;

    while (start > from && is_blank(parser->source[start - 1]))
        start--;
    while (end < parser->length && is_blank(parser->source[end]))
        end++;
    if (end + 1 < parser->length && parser->source[end] == '\r' && parser->source[end + 1] == '\n')
        end++;
    tag->is_standalone = strchr("!=#^/>", tag->sigil) && tag->sigil && begins_line(parser, start) &&
                         (end == parser->length || parser->source[end] == '\n');
    tag->line_start = start;
    tag->next_line = end < parser->length ? end + 1 : end;
}

static void trim(struct tag *tag)
{
    while (tag->length > 0 && is_space(*tag->content)) {
        tag->content++;
        tag->length--;
    }
    while (tag->length > 0 && is_space(tag->content[tag->length - 1]))
        tag->length--;
}

/* What ends a tag of this sigil; returns its length. */
static size_t closing_of(const struct parser *parser, char sigil, char out[DELIMITER_LENGTH + 2])
{
    size_t n = 0;

    if (sigil == '{' || sigil == '=')
        out[n++] = sigil == '=' ? '=' : '}';
    memcpy(out + n, parser->closing.text, parser->closing.length + 1);
    return n + parser->closing.length;
}

static bool read_tag(struct parser *parser, size_t from, size_t start, struct tag *tag)
{
    char closing[DELIMITER_LENGTH + 2];
    size_t n_closing, at = start + parser->opening.length;
    const char *end;

    while (at < parser->length && is_space(parser->source[at]))
        at++;
    *tag = (struct tag){ .start = start };
    if (at < parser->length && parser->source[at] && strchr("!=#^/>&{<$", parser->source[at]))
        tag->sigil = parser->source[at++];
    n_closing = closing_of(parser, tag->sigil, closing);
    tag->content = parser->source + at;
    end = memmem(tag->content, parser->length - at, closing, n_closing);
    if (!end)
        return fail(parser, start, "a tag without its %s", closing);
    tag->length = (size_t)(end - tag->content);
    tag->end = (size_t)(end - parser->source) + n_closing;
    trim(tag);
    find_line(parser, from, tag);
    return true;
}

static bool parse(struct parser *parser)
{
    size_t from = 0;

    while (from < parser->length) {
        const char *opening = memmem(parser->source + from, parser->length - from, parser->opening.text,
                                     parser->opening.length);
        struct tag tag;

        if (!opening)
            break;
        if (!read_tag(parser, from, (size_t)(opening - parser->source), &tag))
            return false;
        add_text(parser, from, tag.is_standalone ? tag.line_start : tag.start);
        if (!tag.is_standalone && begins_line(parser, tag.start))
            add_line(parser, tag.start, tag.start);
        if (!apply_tag(parser, &tag))
            return false;
        from = tag.is_standalone ? tag.next_line : tag.end;
    }
    if (parser->depth > 0) {
        const struct open_section *open = &parser->open[parser->depth - 1];
        return fail(parser, (size_t)(open->content - parser->source), "\"%.*s\" is never closed",
                    (int)open->length, open->content);
    }
    add_text(parser, from, parser->length);
    return true;
}

static struct parser *open_parser(struct template *template, const char *source, size_t length)
{
    struct parser *parser = talloc(template, struct parser);
    char *copy = talloc_size(template, length + 1);

    memset(parser, 0, offsetof(struct parser, open));
    memcpy(copy, source, length);
    copy[length] = '\0';
    template->source = parser->source = copy;
    parser->length = length;
    parser->template = template;
    parser->tail = &template->nodes;
    set_delimiter(&parser->opening, "{{", 2);
    set_delimiter(&parser->closing, "}}", 2);
    return parser;
}

/* What the nodes and names of a source take. */
static size_t measure(const char *source, size_t length)
{
    struct template *template = talloc_zero(NULL, struct template);
    struct parser *parser = open_parser(template, source, length);
    size_t used;

    parser->mem = template;
    parse(parser);
    used = parser->used;
    talloc_free(template);
    return used;
}

/* Parsed twice, because hundreds of short templates stay in memory, and room that is not used with them. */
struct template *template_compile(void *mem, const char *source, size_t length, enum template_kind kind,
                                  const char **error)
{
    struct template *template = talloc_zero(mem, struct template);
    struct parser *parser = open_parser(template, source, length);

    template->kind = kind;
    parser->mem = mem;
    parser->room_left = measure(source, length);
    parser->room = talloc_zero_size(template, parser->room_left);
    if (!parse(parser)) {
        *error = parser->error;
        talloc_free(template);
        return NULL;
    }
    talloc_free(parser);
    *error = NULL;
    return template;
}

enum template_kind template_kind(const struct template *template)
{
    return template->kind;
}

static void each_name(const struct node *node, void (*each)(const char *, bool, void *), void *arg)
{
    for (; node; node = node->next) {
        if (node->name && node->name[0])
            each(node->name[0], node->kind == NODE_PARTIAL, arg);
        each_name(node->children, each, arg);
    }
}

void template_each_name(const struct template *template, void (*each)(const char *, bool, void *), void *arg)
{
    each_name(template->nodes, each, arg);
}

const char *template_source(const struct template *template)
{
    return template->source;
}
