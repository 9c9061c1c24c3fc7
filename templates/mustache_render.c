#include "templates/mustache_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_STEP 16

struct scope {
    const struct scope *outer;
    struct json_object *value;
};

/* What stands before each line of a partial: its own indentation and those of the partials around it. */
struct indentation {
    const struct indentation *outer;
    const char *text;
    size_t length;
};

/* The position of the walk through the tree. */
struct place {
    const struct scope *scope;
    const struct indentation *indentation;
    unsigned depth;
};

struct rendering {
    FILE *out;
    enum template_kind kind;
    const struct template_partials *partials;
    unsigned long steps;
    const char *error;
};

static bool fail(struct rendering *rendering, const char *error)
{
    rendering->error = error;
    return false;
}

static struct json_object *look_up(struct rendering *rendering, const struct scope *scope, const char **name)
{
    struct json_object *found = NULL;

    if (!name[0])
        return scope->value;
    while (scope && !json_object_object_get_ex(scope->value, name[0], &found)) {
        rendering->steps++;
        scope = scope->outer;
    }
    for (name++; *name && found; name++)
        if (!json_object_object_get_ex(found, *name, &found))
            return NULL;
    return found;
}

static bool is_true(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return false;
    case json_type_array:
        return json_object_array_length(value) > 0;
    case json_type_object:
        return true;
    default: /* 0, 0.0, false and "" are false to json-c too */
        return json_object_get_boolean(value);
    }
}

/* The shortest digits that are read back as the same number: 1.21, not 1.2099999999999999645. */
static void write_double(FILE *out, double number)
{
    char digits[40];

    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    if (strchr(digits, 'e') && fabs(number) >= 1 && fabs(number) < 1e21)
        snprintf(digits, sizeof digits, "%.0f", number);
    fputs(digits, out);
}

static void write_text(struct rendering *rendering, const char *text, size_t length, enum template_kind kind)
{
    rendering->steps += length / BYTES_PER_STEP;
    escape(rendering->out, kind, text, length);
}

static void write_value(struct rendering *rendering, struct json_object *value, enum template_kind kind)
{
    const char *text;

    switch (json_object_get_type(value)) {
    case json_type_null:
        break;
    case json_type_double:
        write_double(rendering->out, json_object_get_double(value));
        break;
    case json_type_boolean:
    case json_type_int:
        fputs(json_object_to_json_string(value), rendering->out);
        break;
    case json_type_string:
        escape(rendering->out, kind, json_object_get_string(value),
               (size_t)json_object_get_string_len(value));
        break;
    default:
        text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        write_text(rendering, text, strlen(text), kind);
    }
}

static void write_indentation(struct rendering *rendering, const struct indentation *indentation)
{
    if (!indentation)
        return;
    write_indentation(rendering, indentation->outer);
    write_text(rendering, indentation->text, indentation->length, TEMPLATE_RAW);
}

static bool render_nodes(struct rendering *rendering, const struct node *node, struct place place);

static bool render_inside(struct rendering *rendering, const struct node *node, struct place place,
                          struct json_object *value)
{
    struct scope scope = { place.scope, value };

    place.scope = &scope;
    return render_nodes(rendering, node->children, place);
}

static bool render_section(struct rendering *rendering, const struct node *node, struct place place)
{
    struct json_object *value = look_up(rendering, place.scope, node->name);

    if (node->kind == NODE_INVERTED)
        return is_true(value) || render_nodes(rendering, node->children, place);
    if (!is_true(value))
        return true;
    if (!json_object_is_type(value, json_type_array))
        return render_inside(rendering, node, place, value);
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!render_inside(rendering, node, place, json_object_array_get_idx(value, i)))
            return false;
    return true;
}

static bool render_partial(struct rendering *rendering, const struct node *node, struct place place)
{
    const struct template_partials *partials = rendering->partials;
    const struct template *partial = partials ? partials->find(partials->from, node->name[0]) : NULL;
    struct indentation indentation = { place.indentation, node->text, node->length };

    if (!partial)
        return true;
    place.indentation = node->is_standalone ? &indentation : NULL;
    return render_nodes(rendering, partial->nodes, place);
}

static bool render_node(struct rendering *rendering, const struct node *node, struct place place)
{
    switch (node->kind) {
    case NODE_TEXT:
        if (node->begins_line)
            write_indentation(rendering, place.indentation);
        write_text(rendering, node->text, node->length, TEMPLATE_RAW);
        return true;
    case NODE_VALUE:
        write_value(rendering, look_up(rendering, place.scope, node->name), rendering->kind);
        return true;
    case NODE_RAW_VALUE:
        write_value(rendering, look_up(rendering, place.scope, node->name), TEMPLATE_RAW);
        return true;
    case NODE_PARTIAL:
        return render_partial(rendering, node, place);
    default:
        return render_section(rendering, node, place);
    }
}

static bool render_nodes(struct rendering *rendering, const struct node *node, struct place place)
{
    if (++place.depth > TEMPLATE_DEPTH + 1)
        return fail(rendering, "sections and partials are too deep inside one another");
    for (; node; node = node->next) {
        if (++rendering->steps > TEMPLATE_STEPS)
            return fail(rendering, "the text is too long, or never ends");
        if (!render_node(rendering, node, place))
            return false;
    }
    return true;
}

bool template_render(const struct template *template, struct json_object *data,
                     const struct template_partials *partials, FILE *out, const char **error)
{
    struct rendering rendering = { .out = out, .kind = template->kind, .partials = partials };
    struct scope root = { NULL, data };

    if (render_nodes(&rendering, template->nodes, (struct place){ .scope = &root }) && ferror(out))
        fail(&rendering, "the text cannot be written");
    *error = rendering.error;
    return !rendering.error;
}

static const struct node *find_missing(const struct node *node, const struct template_partials *partials)
{
    for (; node; node = node->next) {
        const struct node *missing = node;

        if (node->kind != NODE_PARTIAL || (partials && partials->find(partials->from, node->name[0])))
            missing = find_missing(node->children, partials);
        if (missing)
            return missing;
    }
    return NULL;
}

const char *template_missing_partial(const struct template *template,
                                     const struct template_partials *partials, size_t *line)
{
    const struct node *missing = find_missing(template->nodes, partials);

    if (missing)
        *line = missing->line;
    return missing ? missing->name[0] : NULL;
}
