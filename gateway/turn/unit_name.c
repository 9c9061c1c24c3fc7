#include "gateway/turn/unit_name.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>

static bool ends_with(const char *text, size_t length, const char *ending)
{
    size_t n = strlen(ending);

    return length >= n && memcmp(text + length - n, ending, n) == 0;
}

const char *unit_name_short(void *mem, const char *name)
{
    static const char *const endings[] = { "村民委员会", "居民委员会", "村委会", "居委会" };
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        bool is_village = strncmp(endings[i], "村", strlen("村")) == 0;
        size_t left = length - strlen(endings[i]);

        if (length <= strlen(endings[i]) || !ends_with(name, length, endings[i]))
            continue;
        if (is_village && !ends_with(name, left, "村")) /* 聚粮村委会 has one 村 for both */
            left += strlen("村");
        return talloc_strndup(mem, name, left);
    }
    return name;
}
