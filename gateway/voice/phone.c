#include "gateway/voice/phone.h"

#include <talloc.h>

#include "modem/number/number.h"

const char *phone_of(void *mem, const char *words)
{
    struct number number = number_normalise(words, "CN");

    return number_is_subscriber(&number) ? talloc_strdup(mem, number.e164) : "";
}
