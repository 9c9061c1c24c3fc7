#include "gateway/command/model/train_held.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/model/train_rows.h"

struct examination {
    const struct understanding *understanding;
    size_t texts, asked[HEADS], right[HEADS];
};

/* What understood says to a head's question, by the labels' names. */
static const char *said(const struct understood *understood, enum model_head head)
{
    switch (head) {
    case HEAD_TOPIC:
        return understood->topic;
    case HEAD_CATEGORY:
        return case_category_name(understood->category);
    case HEAD_URGENT:
        return understood->urgency == URGENCY_URGENT ? "1" : "0";
    case HEAD_ACCUSES:
        return understood->is_guarded ? "1" : "0";
    default:
        return "";
    }
}

static bool examine(const struct lesson *lesson, void *arg)
{
    struct examination *examination = arg;
    struct understood understood;
    void *mem = talloc_new(NULL);

    understand(examination->understanding, mem, lesson->text, &understood);
    examination->texts++;
    for (enum model_head head = 0; head < HEAD_INTENT; head++) {
        if (!lesson->labels[head])
            continue;
        examination->asked[head]++;
        examination->right[head] += strcmp(lesson->labels[head], said(&understood, head)) == 0;
    }
    talloc_free(mem);
    return true;
}

bool train_held(struct understanding *understanding, struct model *model, const char *path)
{
    struct examination examination = { .understanding = understanding };
    const char *name = strrchr(path, '/');
    char *line;

    understanding_use_model(understanding, model);
    if (!train_rows_each(path, 0, examine, &examination))
        return false;
    line = talloc_asprintf(model, "held back: %zu texts of %s, answered rightly:", examination.texts,
                           name ? name + 1 : path);
    for (enum model_head head = 0; head < HEAD_INTENT; head++)
        if (examination.asked[head] > 0)
            line = talloc_asprintf_append(line, " %s %zu", model_head_names[head], examination.right[head]);
    puts(line);
    model_remark(model, line);
    return true;
}
