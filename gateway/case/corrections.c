#include "gateway/case/corrections.h"

#include <string.h>
#include <talloc.h>

bool correction_number(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    size_t length = strlen(action->words);

    if (!store_set_reporter(turn->store, case_, action->words))
        return false;
    case_->reporter = talloc_strdup(turn->mem, action->words);
    case_->line = "";
    action->words = case_->reporter + (length > 4 ? length - 4 : 0);
    return true;
}

/* Where the words stand in the text as lines of their own; NULL: nowhere. */
static const char *find_lines(const char *text, const char *words)
{
    size_t length = strlen(words);

    for (const char *at = text; length > 0 && (at = strstr(at, words)); at++)
        if ((at == text || at[-1] == '\n') && (!at[length] || at[length] == '\n'))
            return at;
    return NULL;
}

bool correction_moved_out(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    const char *at = find_lines(case_->text, action->words), *behind;

    if (!at || at == case_->text)
        return true;
    behind = at + strlen(action->words);
    case_->text = talloc_asprintf(turn->mem, "%.*s%s", (int)(at - 1 - case_->text), case_->text, behind);
    return true;
}

/* Whether the step added words that were not moved since: each move takes one addition of the same words. */
static bool is_still_in(const struct step *steps, size_t n, size_t i)
{
    size_t added = 0, moved = 0;

    for (size_t k = 0; k < n; k++)
        if (strcmp(steps[k].words, steps[i].words) == 0) {
            added += k <= i && strcmp(steps[k].kind, "added") == 0;
            moved += strcmp(steps[k].kind, "moved out") == 0;
        }
    return strcmp(steps[i].kind, "added") == 0 && added > moved;
}

bool correction_addition(struct turn *turn, const struct case_ *case_, int k, const struct step **added)
{
    struct step *steps;
    size_t n;
    int index = 0;

    *added = NULL;
    if (!store_steps(turn->store, turn->mem, case_->id, &steps, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_still_in(steps, n, i) && (++index == k || k == 0))
            *added = &steps[i];
    return true;
}
