#include "gateway/config/parse.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/scan.h"
#include "gateway/config/table.h"

enum { TITLE_MOST = 64 };

struct walk {
    void *mem;
    struct scan scan;
    struct problems *problems;
    struct config *config;
    struct config_part **parts; /* all sections met so far; the first is the file itself */
    size_t n_parts;
};

/* Levenshtein's distance; 3 for names of 31 octets and more. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(b), row[32];

    if (n >= 31 || strlen(a) >= 31)
        return 3;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t least = corner + (*a != b[j - 1]);

            if (row[j] + 1 < least)
                least = row[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            corner = row[j];
            row[j] = least;
        }
    }
    return row[n];
}

/* ": did you mean WORD?" when one is near, else "". */
static const char *suggest(struct walk *walk, const struct config_part *part, const char *name,
                           bool is_section)
{
    const char *nearest = NULL;
    size_t best = strlen(name) < 4 ? 2 : 3;

    for (const struct config_option *option = part->section->options; !is_section && option->name; option++)
        if (distance(name, option->name) < best)
            nearest = option->name, best = distance(name, option->name);
    for (const struct config_section *section = config_sections + 1; is_section && section->name; section++)
        if (distance(name, section->name) < best)
            nearest = section->name, best = distance(name, section->name);
    return nearest ? talloc_asprintf(walk->mem, problem_words("; did you mean %s?"), nearest) : "";
}

static void unknown_option(struct walk *walk, const struct config_part *part, const struct token *name)
{
    if (part->section == config_sections && config_section_find(name->text))
        problem_error(walk->problems, name->line, "%s is a section: %s { ... }", name->text, name->text);
    else if (part->section != config_sections && config_option_find(config_sections, name->text))
        problem_error(walk->problems, name->line, "%s belongs outside of sections, not in %s", name->text,
                      part->where);
    else if (part->section == config_sections)
        problem_error(walk->problems, name->line, "unknown option %s%s", name->text,
                      suggest(walk, part, name->text, false));
    else
        problem_error(walk->problems, name->line, "unknown option %s in %s%s", name->text,
                      part->section->name, suggest(walk, part, name->text, false));
}

/* Another section of this kind in which the option has the same text; NULL when there is none. */
static const struct config_part *find_double(const struct walk *walk, const struct config_part *part,
                                             const struct config_option *option, const char *text)
{
    for (size_t i = 0; i < walk->n_parts; i++) {
        const struct config_part *other = walk->parts[i];
        const char *there =
            other->section == part->section && other != part ? config_written(other, option->name) : NULL;

        if (there && strcmp(there, text) == 0)
            return other;
    }
    return NULL;
}

static void check_mode(struct walk *walk, const struct config_option *option, const char *text, int line)
{
    const char *file = config_private_file(walk->config, option, text);
    const char *wrong = file ? config_mode_problem(walk->mem, file) : NULL;

    if (wrong)
        problem_warning(walk->problems, line, "%s: %s %s", option->name, file, wrong);
}

/* Checks a value and stores it in its field. */
static void set_value(struct walk *walk, struct config_part *part, const struct config_option *option,
                      const char *text, int line)
{
    const char *wrong = config_set(walk->config, part->values, option, text),
               *shown = option->type->is_secret ? "" : talloc_asprintf(walk->mem, " \"%s\"", text);
    const struct config_part *other = option->is_unique ? find_double(walk, part, option, text) : NULL;

    if (wrong)
        problem_error(walk->problems, line, "%s%s %s", option->name, shown, wrong);
    if (wrong && option->preset) /* the section's own check then sees a sound value */
        config_set(walk->config, part->values, option, option->preset);
    if (other)
        problem_error(walk->problems, line, "%s%s is already used by %s (line %d)", option->name, shown,
                      other->where, other->line);
    if (!wrong)
        check_mode(walk, option, text, line);
    for (size_t i = 0; i < part->n_written; i++)
        if (part->written[i].option == option)
            part->written[i].text = text;
}

/* Records where the option is written; an error when it was before, unless this adds to its list. */
static void note_option(struct walk *walk, struct config_part *part, const struct config_option *option,
                        int line, bool is_added)
{
    for (size_t i = 0; i < part->n_written; i++)
        if (part->written[i].option == option) {
            if (!is_added)
                problem_error(walk->problems, line, "%s is repeated%s%s; first given on line %d",
                              option->name, *part->where ? problem_words(" in ") : "", part->where,
                              part->written[i].line);
            return;
        }
    part->written = talloc_realloc(part, part->written, struct config_written, part->n_written + 1);
    part->written[part->n_written++] = (struct config_written){ .option = option, .text = "", .line = line };
}

/* { value, value }, its brace taken already. */
static void walk_list(struct walk *walk, struct config_part *part, const struct config_option *option,
                      const struct token *name)
{
    bool wants_value = true;

    if (option && !option->type->is_list)
        problem_error(walk->problems, name->line, "%s takes one value, not a list", option->name);
    for (;;) {
        struct token token = scan_peek(&walk->scan, 0);

        if (token.kind == TOKEN_END || token.kind == TOKEN_OPEN || token.kind == TOKEN_EQUALS ||
            token.kind == TOKEN_APPEND) {
            problem_error(walk->problems, name->line, "the list of %s is never closed with }", name->text);
            return;
        }
        scan_next(&walk->scan);
        if (token.kind == TOKEN_CLOSE)
            return;
        if ((token.kind == TOKEN_WORD) != wants_value) {
            problem_error(
                walk->problems, token.line, "in the list of %s, %s %s", name->text,
                problem_words(wants_value ? "a value is missing before" : "a comma is missing before"),
                token.text);
            wants_value = token.kind == TOKEN_WORD;
        }
        if (token.kind == TOKEN_WORD && !token.is_bad && option && option->type->is_list)
            set_value(walk, part, option, token.text, token.line);
        wants_value = !wants_value;
    }
}

static void walk_value(struct walk *walk, struct config_part *part, const struct config_option *option,
                       const struct token *name)
{
    struct token value = scan_peek(&walk->scan, 0);

    if (value.kind == TOKEN_OPEN) {
        scan_next(&walk->scan);
        walk_list(walk, part, option, name);
        return;
    }
    /* a word on a later line that has a value itself is the next option */
    if (value.kind != TOKEN_WORD ||
        (value.line != name->line && scan_peek(&walk->scan, 1).kind == TOKEN_EQUALS && !value.is_quoted)) {
        problem_error(walk->problems, name->line, "%s has no value", name->text);
        return;
    }
    value = scan_next(&walk->scan);
    if (option && !value.is_bad)
        set_value(walk, part, option, value.text, value.line);
}

static void walk_option(struct walk *walk, struct config_part *part, const struct token *name)
{
    const struct config_option *option = config_option_find(part->section, name->text);
    struct token mark = scan_peek(&walk->scan, 0);
    bool is_append = mark.kind == TOKEN_APPEND;

    if (!option)
        unknown_option(walk, part, name);
    else
        note_option(walk, part, option, name->line, is_append && option->type->is_list);
    if (mark.kind == TOKEN_EQUALS || is_append)
        scan_next(&walk->scan);
    else
        problem_error(walk->problems, name->line, "= is missing after %s", name->text);
    if (is_append && option && !option->type->is_list)
        problem_error(walk->problems, mark.line, "+= only adds to a list; %s takes one value", option->name);
    if (mark.kind == TOKEN_EQUALS || is_append || (mark.kind == TOKEN_WORD && mark.line == name->line))
        walk_value(walk, part, option, name);
}

/* Skips to the brace that closes the last one taken. */
static void skip_braces(struct walk *walk, const char *what, int opened_on)
{
    for (int depth = 1; depth > 0;) {
        struct token token = scan_next(&walk->scan);

        if (token.kind == TOKEN_END) {
            problem_error(walk->problems, opened_on, "%s is never closed with }", what);
            return;
        }
        depth += (token.kind == TOKEN_OPEN) - (token.kind == TOKEN_CLOSE);
    }
}

static struct config_part *add_part(struct walk *walk, const struct config_section *section,
                                    const char *title, int line)
{
    struct config_part *part = talloc_zero(walk->mem, struct config_part);

    *part = (struct config_part){ .section = section, .title = title, .line = line, .values = walk->config };
    part->where = *title ? talloc_asprintf(part, "%s \"%s\"", section->name, title) : section->name;
    if (section->has_title) {
        part->values = talloc_zero_size(part, section->size);
        *(const char **)(void *)((char *)part->values + section->title_at) =
            talloc_strdup(walk->config, title);
    }
    walk->parts = talloc_realloc(walk->mem, walk->parts, struct config_part *, walk->n_parts + 1);
    walk->parts[walk->n_parts++] = part;
    return part;
}

/* Names under which the gateway itself files what comes by calls, the page, a subcommand, a centre or a
 * token. */
static bool is_our_line(const char *name)
{
    static const char *const ours[] = { "voice", "page", "command", "centre" };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcmp(name, ours[i]) == 0)
            return true;
    return strncmp(name, "api:", 4) == 0;
}

static void check_title(struct walk *walk, const struct config_section *section, const struct token *title,
                        int line)
{
    if (title && !section->has_title)
        problem_error(walk->problems, line, "%s takes no name: %s { ... }", section->name, section->name);
    if (!title && section->has_title)
        problem_error(walk->problems, line, "%s has no name: %s \"NAME\" { ... }", section->name,
                      section->name);
    if (title && (*title->text == '\0' || strlen(title->text) > TITLE_MOST || strpbrk(title->text, "\t\n")))
        problem_error(walk->problems, line, "the name of %s must have 1 to %d octets on one line",
                      section->name, TITLE_MOST);
    if (title && section->is_line && is_our_line(title->text))
        problem_error(walk->problems, line, "%s \"%s\": the gateway has a line of this name; choose another",
                      section->name, title->text);
    for (size_t i = 0; i < walk->n_parts; i++) {
        const struct config_part *other = walk->parts[i];
        bool is_alike = other->section == section || (other->section->is_line && section->is_line);

        if (is_alike && strcmp(other->title, title ? title->text : "") == 0) {
            if (!title || other->section == section)
                problem_error(walk->problems, line, "%s is repeated; first given on line %d", other->where,
                              other->line);
            else
                problem_error(walk->problems, line, "%s \"%s\": %s has this name (line %d)", section->name,
                              title->text, other->where, other->line);
            return;
        }
    }
}

/* Copies the values of a titled section to the end of its kind's array. */
static void keep_values(struct config *config, const struct config_part *part)
{
    const struct config_section *section = part->section;
    char **array = (char **)(void *)((char *)config + section->array_at);
    size_t *n = (size_t *)(void *)((char *)config + section->count_at);

    *array = talloc_realloc_size(config, *array, (*n + 1) * section->size);
    memcpy(*array + *n * section->size, part->values, section->size);
    ++*n;
}

static void finish_part(struct walk *walk, struct config_part *part)
{
    for (const struct config_option *option = part->section->options; option->name; option++) {
        const char *text = config_written(part, option->name);

        if (!text && option->is_required)
            problem_error(walk->problems, part->line, "%s has no %s", part->where, option->name);
        if (!text && option->preset)
            set_value(walk, part, option, option->preset, part->line);
        else if (option->preset && *text == '\0') /* written without a value that could be read */
            config_set(walk->config, part->values, option, option->preset);
    }
    if (part->section->check)
        part->section->check(walk->problems, part);
    if (part->section->has_title)
        keep_values(walk->config, part);
}

/* Whether a section begins here: by its brace or, when that is missing, by its name. */
static bool begins_section(const struct walk *walk)
{
    struct token name = scan_peek(&walk->scan, 0), next = scan_peek(&walk->scan, 1);

    if (name.kind != TOKEN_WORD)
        return false;
    if (next.kind == TOKEN_OPEN)
        return true;
    if (next.kind == TOKEN_WORD && next.line == name.line && scan_peek(&walk->scan, 2).kind == TOKEN_OPEN)
        return true;
    return config_section_find(name.text) && next.kind != TOKEN_EQUALS && next.kind != TOKEN_APPEND;
}

static void walk_body(struct walk *walk, struct config_part *part);

/* NAME { or NAME "TITLE" {, and the body; the body of an unknown section is skipped. */
static void walk_section(struct walk *walk, const struct config_part *outer)
{
    struct token name = scan_next(&walk->scan), title = scan_peek(&walk->scan, 0);
    const struct config_section *section = config_section_find(name.text);
    bool has_title = title.kind == TOKEN_WORD && title.line == name.line &&
                     (title.is_quoted || scan_peek(&walk->scan, 1).kind != TOKEN_EQUALS);
    struct config_part *part;

    if (has_title)
        scan_next(&walk->scan);
    if (section)
        check_title(walk, section, has_title ? &title : NULL, name.line);
    else if (*outer->where)
        problem_error(walk->problems, name.line, "unknown section %s in %s", name.text, outer->where);
    else
        problem_error(walk->problems, name.line, "unknown section %s%s", name.text,
                      suggest(walk, outer, name.text, true));
    if (scan_peek(&walk->scan, 0).kind == TOKEN_OPEN)
        scan_next(&walk->scan);
    else
        problem_error(walk->problems, name.line, "{ is missing after %s", name.text);
    part = section ? add_part(walk, section, has_title ? title.text : "", name.line) : NULL;
    if (!part) {
        skip_braces(walk, name.text, name.line);
        return;
    }
    walk_body(walk, part);
    finish_part(walk, part);
}

/* Takes a mark that begins neither an option nor a section. True when the body goes on behind it. */
static bool walk_mark(struct walk *walk, const struct config_part *part)
{
    struct token token = scan_next(&walk->scan);
    bool is_file = part->section == config_sections;

    if (token.kind == TOKEN_END && !is_file)
        problem_error(walk->problems, part->line, "%s is never closed with }", part->where);
    if (token.kind == TOKEN_END || (token.kind == TOKEN_CLOSE && !is_file))
        return false;
    if (token.kind == TOKEN_CLOSE)
        problem_error(walk->problems, token.line, "unmatched }");
    else
        problem_error(walk->problems, token.line, "unexpected %s", token.text);
    if (token.kind == TOKEN_OPEN)
        skip_braces(walk, "{", token.line);
    return true;
}

/* Up to the brace that closes the section, or the end of the file. */
static void walk_body(struct walk *walk, struct config_part *part)
{
    for (;;) {
        struct token next = scan_peek(&walk->scan, 0);

        if (next.kind == TOKEN_WORD && next.is_bad) {
            scan_next(&walk->scan);
        } else if (next.kind != TOKEN_WORD) {
            if (!walk_mark(walk, part))
                return;
        } else if (!begins_section(walk)) {
            next = scan_next(&walk->scan);
            walk_option(walk, part, &next);
        } else if (part->section != config_sections && config_section_find(next.text)) {
            problem_error(walk->problems, next.line,
                          "%s begins inside %s (line %d); is a } missing before it?", next.text, part->where,
                          part->line);
            return;
        } else {
            walk_section(walk, part);
        }
    }
}

/* Presets of the sections that hold although they are not written. */
static void add_unwritten(struct walk *walk)
{
    for (const struct config_section *section = config_sections + 1; section->name; section++) {
        bool is_written = !section->is_always;

        for (size_t i = 0; i < walk->n_parts; i++)
            is_written |= walk->parts[i]->section == section;
        if (!is_written)
            finish_part(walk, add_part(walk, section, "", 0));
    }
}

void parse_text(struct config *config, struct problems *problems, const char *text)
{
    struct walk walk = { .mem = talloc_new(NULL), .problems = problems, .config = config };
    struct config_part *file = add_part(&walk, config_sections, "", 1);

    scan_begin(&walk.scan, walk.mem, text, problems);
    walk_body(&walk, file);
    finish_part(&walk, file);
    add_unwritten(&walk);
    talloc_free(walk.mem);
}
