#include "gateway/recording/metadata.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

enum { ID_MOST = 200, NUMBER_MOST = 64, KEYS_MOST = 64 };

bool metadata_is_id(const char *text)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t length = strlen(text);
    ucs4_t c;

    if (length == 0 || length > ID_MOST || u8_check(at, length))
        return false;
    while ((at = u8_next(&c, at)) != NULL)
        if (uc_is_cntrl(c) || uc_is_property_line_separator(c))
            return false;
    return true;
}

static bool has_only(const char *text, const char *allowed, size_t most)
{
    return strspn(text, allowed) == strlen(text) && strlen(text) <= most;
}

bool metadata_is_number(const char *text)
{
    return has_only(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-_.@ ",
                    NUMBER_MOST);
}

bool metadata_are_keys(const char *text)
{
    return has_only(text, "0123456789*#ABCD", KEYS_MOST);
}
