#include "gateway/command/print/advice.h"

#include <talloc.h>

#include "gateway/command/print/table.h"
#include "gateway/command/words.h"

const char *advice_line(void *mem, const struct case_advice *advice)
{
    bool is_urgent = advice->urgency == URGENCY_URGENT;

    return talloc_asprintf(mem, "%s, %s%s%s: \"%s\" (%s)", words(case_category_name(advice->category)),
                           words(advice->topic), is_urgent ? ", " : "", is_urgent ? words("urgent") : "",
                           advice->quote, advice->model);
}

json_object *advice_json(const struct case_advice *advice)
{
    json_object *object = json_object_new_object();

    json_add(object, "category", json_text(case_category_name(advice->category)));
    json_add(object, "topic", json_text(advice->topic));
    json_add(object, "urgency", json_text(case_urgency_name(advice->urgency)));
    json_add(object, "quote", json_text(advice->quote));
    json_add(object, "model", json_text(advice->model));
    json_add(object, "at", json_time(advice->at));
    return object;
}
