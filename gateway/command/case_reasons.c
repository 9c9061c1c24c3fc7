#include "gateway/command/case_reasons.h"

#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/print/table.h"
#include "gateway/turn/turn.h"

bool case_reasons(void *mem, struct store *store, const struct config *config, const char *text,
                  struct explanation explanations[EXPLANATIONS])
{
    const char *error;
    struct understanding *understanding = turn_understanding(mem, store, config, NULL, &error);
    struct understood understood;

    if (!understanding)
        return command_failed("%s", error), false;
    talloc_steal(mem, understanding);
    understand(understanding, mem, text, &understood);
    explain(understanding, mem, &understood, explanations);
    return true;
}

json_object *case_reasons_json(const struct explanation explanations[EXPLANATIONS])
{
    json_object *object = json_object_new_object();

    for (size_t i = 0; i < EXPLANATIONS; i++) {
        json_object *reasons = json_object_new_array();

        for (size_t k = 0; k < explanations[i].n; k++) {
            const struct explain_reason *reason = &explanations[i].reasons[k];
            json_object *one = json_object_new_object();

            json_add(one, reason->is_rule ? "rule" : "words", json_text(reason->words));
            json_add(one, "weight", json_object_new_int(reason->weight));
            json_object_array_add(reasons, one);
        }
        json_add(object, explanations[i].question, reasons);
    }
    return object;
}

const char *case_reasons_line(void *mem, const struct explanation *explanation)
{
    char *line = talloc_strdup(mem, "");

    for (size_t i = 0; i < explanation->n; i++) {
        const struct explain_reason *reason = &explanation->reasons[i];

        line = talloc_asprintf_append(line, reason->is_rule ? "%s[%s] %d" : "%s%s %d", i ? ", " : "",
                                      reason->words, reason->weight);
    }
    return line;
}
