#include "gateway/config/structure.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/scan.h"
#include "gateway/config/table.h"

enum { OPTIONS_MOST = 64, TITLE_MOST = 64 };

/* One section as it stands in the file; the first is the file itself. */
struct part {
    const struct config_section *section;
    const char *title; /* "" without */
    const char *where; /* modem "north"; "" for the file */
    int line;
    struct config_seen seen[OPTIONS_MOST];
    size_t n_seen;
};

struct walk {
    void *mem;
    struct scan scan;
    struct problems *problems;
    struct part **parts; /* all that were met, for what may stand once only */
    size_t n_parts;
};

/* Levenshtein's distance where it is at most 2, for names of ordinary length. */
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
static const char *suggest(struct walk *walk, const struct part *part, const char *name, bool is_section)
{
    const char *nearest = NULL;
    size_t best = strlen(name) < 4 ? 2 : 3;

    for (const struct config_option *option = part->section->options; !is_section && option->name; option++)
        if (distance(name, option->name) < best)
            nearest = option->name, best = distance(name, option->name);
    for (const struct config_section *section = config_sections + 1; is_section && section->name; section++)
        if (distance(name, section->name) < best)
            nearest = section->name, best = distance(name, section->name);
    return nearest ? talloc_asprintf(walk->mem, "; did you mean %s?", nearest) : "";
}

static void unknown_option(struct walk *walk, const struct part *part, const struct token *name)
{
    if (part->section == config_sections && config_section_find(name->text))
        problem_error(walk->problems, name->line, "%s is a section: %s { ... }", name->text, name->text);
    else if (part->section != config_sections && config_option_find(config_sections, name->text))
        problem_error(walk->problems, name->line, "%s stands in %s and belongs outside of sections",
                      name->text, part->where);
    else if (part->section == config_sections)
        problem_error(walk->problems, name->line, "there is no option %s%s", name->text,
                      suggest(walk, part, name->text, false));
    else
        problem_error(walk->problems, name->line, "there is no option %s in %s%s", name->text,
                      part->section->name, suggest(walk, part, name->text, false));
}

/* The same value of the same option in another section of this kind; NULL when there is none. */
static const struct part *find_double(const struct walk *walk, const struct part *part,
                                      const struct config_option *option, const char *text)
{
    for (size_t i = 0; i < walk->n_parts; i++) {
        const char *other = walk->parts[i]->section == part->section && walk->parts[i] != part
                                ? config_seen_text(walk->parts[i]->seen, walk->parts[i]->n_seen, option->name)
                                : NULL;

        if (other && strcmp(other, text) == 0)
            return walk->parts[i];
    }
    return NULL;
}

static void check_value(struct walk *walk, const struct part *part, const struct config_option *option,
                        const struct token *value)
{
    const char *wrong,
        *shown = option->type->is_secret ? "" : talloc_asprintf(walk->mem, " \"%s\"", value->text);
    const struct part *other;

    if (*value->text == '\0' && option->type->kind != CFGT_STR) {
        problem_error(walk->problems, value->line, "%s is empty", option->name);
        return;
    }
    wrong = option->type->check(walk->mem, option, value->text, walk->problems->path);
    if (wrong)
        problem_error(walk->problems, value->line, "%s%s %s", option->name, shown, wrong);
    other = option->is_unique ? find_double(walk, part, option, value->text) : NULL;
    if (other)
        problem_error(walk->problems, value->line, "%s%s is that of %s (line %d) too", option->name, shown,
                      other->where, other->line);
}

/* Writes down that the option stands here; complains when it did before. */
static void note_option(struct walk *walk, struct part *part, const struct config_option *option,
                        const struct token *name)
{
    for (size_t i = 0; i < part->n_seen; i++)
        if (part->seen[i].option == option) {
            problem_error(walk->problems, name->line, "%s stands a second time%s%s; the first is in line %d",
                          option->name, *part->where ? " in " : "", part->where, part->seen[i].line);
            return;
        }
    if (part->n_seen < OPTIONS_MOST)
        part->seen[part->n_seen++] = (struct config_seen){ .option = option, .text = "", .line = name->line };
}

static void note_value(struct walk *walk, struct part *part, const struct config_option *option,
                       const char *text)
{
    for (size_t i = 0; i < part->n_seen; i++)
        if (part->seen[i].option == option)
            part->seen[i].text =
                *part->seen[i].text ? talloc_asprintf(walk->mem, "%s\n%s", part->seen[i].text, text) : text;
}

/* { value, value }, its brace taken already. False when it is not closed. */
static bool walk_list(struct walk *walk, struct part *part, const struct config_option *option,
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
            return false;
        }
        scan_next(&walk->scan);
        if (token.kind == TOKEN_CLOSE)
            return true;
        if ((token.kind == TOKEN_WORD) != wants_value) {
            problem_error(walk->problems, token.line, "in the list of %s, %s %s", name->text,
                          wants_value ? "a value is missing before" : "a comma is missing before",
                          token.text);
            wants_value = token.kind == TOKEN_WORD;
        }
        if (token.kind == TOKEN_WORD && !token.is_bad && option && option->type->is_list) {
            check_value(walk, part, option, &token);
            note_value(walk, part, option, token.text);
        }
        wants_value = !wants_value;
    }
}

static void walk_value(struct walk *walk, struct part *part, const struct config_option *option,
                       const struct token *name)
{
    struct token value = scan_peek(&walk->scan, 0);

    if (value.kind == TOKEN_OPEN) {
        scan_next(&walk->scan);
        walk_list(walk, part, option, name);
        return;
    }
    /* a word on a later line that is given a value itself is the next option */
    if (value.kind != TOKEN_WORD ||
        (value.line != name->line && scan_peek(&walk->scan, 1).kind == TOKEN_EQUALS && !value.is_quoted)) {
        problem_error(walk->problems, name->line, "%s has no value", name->text);
        return;
    }
    value = scan_next(&walk->scan);
    if (!option || value.is_bad)
        return;
    check_value(walk, part, option, &value);
    note_value(walk, part, option, value.text);
}

static void walk_option(struct walk *walk, struct part *part, const struct token *name)
{
    const struct config_option *option = config_option_find(part->section, name->text);
    struct token mark = scan_peek(&walk->scan, 0);
    bool is_append = mark.kind == TOKEN_APPEND;

    if (!option)
        unknown_option(walk, part, name);
    else if (!is_append || !option->type->is_list)
        note_option(walk, part, option, name);
    if (mark.kind == TOKEN_EQUALS || is_append)
        scan_next(&walk->scan);
    else
        problem_error(walk->problems, name->line, "= is missing after %s", name->text);
    if (is_append && option && !option->type->is_list)
        problem_error(walk->problems, mark.line, "+= only adds to a list; %s takes one value", option->name);
    if (mark.kind == TOKEN_EQUALS || is_append || (mark.kind == TOKEN_WORD && mark.line == name->line))
        walk_value(walk, part, option, name);
}

/* Passes over all up to the brace that closes the one taken last. */
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

static struct part *add_part(struct walk *walk, const struct config_section *section, const char *title,
                             int line)
{
    struct part *part = talloc_zero(walk->mem, struct part);
    struct part **parts = talloc_realloc(walk->mem, walk->parts, struct part *, walk->n_parts + 1);

    if (!part || !parts) {
        problem_error(walk->problems, line, "no memory");
        return NULL;
    }
    *part = (struct part){ .section = section, .title = title, .line = line };
    part->where = *title ? talloc_asprintf(part, "%s \"%s\"", section->name, title) : section->name;
    walk->parts = parts;
    parts[walk->n_parts++] = part;
    return part;
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
    for (size_t i = 0; i < walk->n_parts; i++) {
        const struct part *other = walk->parts[i];

        if (other->section == section && strcmp(other->title, title ? title->text : "") == 0) {
            problem_error(walk->problems, line, "%s stands a second time; the first is in line %d",
                          other->where, other->line);
            return;
        }
    }
}

static void finish_part(struct walk *walk, const struct part *part)
{
    for (const struct config_option *option = part->section->options; option->name; option++)
        if (option->is_required && !config_seen_text(part->seen, part->n_seen, option->name))
            problem_error(walk->problems, part->line, "%s has no %s", part->where, option->name);
    if (part->section->check)
        part->section->check(walk->problems, part->where, part->line, part->seen, part->n_seen);
}

/* Whether a section begins here, be it with a brace or only by its name. */
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

static void walk_body(struct walk *walk, struct part *part);

/* NAME { or NAME "TITLE" {, and for a section of ours what stands in it. */
static void walk_section(struct walk *walk, const struct part *outer)
{
    struct token name = scan_next(&walk->scan), title = scan_peek(&walk->scan, 0);
    const struct config_section *section = config_section_find(name.text);
    bool has_title = title.kind == TOKEN_WORD && title.line == name.line &&
                     (title.is_quoted || scan_peek(&walk->scan, 1).kind != TOKEN_EQUALS);
    struct part *part;

    if (has_title)
        scan_next(&walk->scan);
    if (section)
        check_title(walk, section, has_title ? &title : NULL, name.line);
    else if (*outer->where)
        problem_error(walk->problems, name.line, "there is no section %s in %s", name.text, outer->where);
    else
        problem_error(walk->problems, name.line, "there is no section %s%s", name.text,
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

/* True when the body goes on behind what stands here, which is neither an option nor a section. */
static bool walk_mark(struct walk *walk, const struct part *part)
{
    struct token token = scan_next(&walk->scan);
    bool is_file = part->section == config_sections;

    if (token.kind == TOKEN_END && !is_file)
        problem_error(walk->problems, part->line, "%s is never closed with }", part->where);
    if (token.kind == TOKEN_END || (token.kind == TOKEN_CLOSE && !is_file))
        return false;
    if (token.kind == TOKEN_CLOSE)
        problem_error(walk->problems, token.line, "this } closes nothing");
    else
        problem_error(walk->problems, token.line, "unexpected %s", token.text);
    if (token.kind == TOKEN_OPEN)
        skip_braces(walk, "{", token.line);
    return true;
}

/* Up to the brace that closes the section, or the end of the file. */
static void walk_body(struct walk *walk, struct part *part)
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

void structure_check(struct problems *problems, const char *text)
{
    struct walk walk = { .mem = talloc_new(problems->mem), .problems = problems };
    struct part *file = add_part(&walk, config_sections, "", 1);

    scan_begin(&walk.scan, walk.mem, text, problems);
    if (file) {
        walk_body(&walk, file);
        finish_part(&walk, file);
    }
    talloc_free(walk.mem);
}
