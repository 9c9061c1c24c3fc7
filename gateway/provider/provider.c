#include "gateway/provider/provider.h"

#include <string.h>

extern const struct provider_kind generic_provider;

const struct provider_kind *const provider_kinds[] = { &generic_provider, NULL };

const struct provider_kind *provider_kind_find(const char *name)
{
    for (const struct provider_kind *const *kind = provider_kinds; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
    return NULL;
}

bool provider_is_signed(const struct provider_config *provider)
{
    const struct provider_kind *kind = provider_kind_find(provider->kind);

    return provider->signature_header || (kind && kind->is_signed);
}

/* FNV-1a; two messages to one number within the window have to meet in 31 bits to be confused. */
int provider_reference(const char *message_id)
{
    uint32_t hash = 0x811c9dc5;

    for (; *message_id; message_id++)
        hash = (hash ^ (unsigned char)*message_id) * 0x01000193;
    return (int)(hash & 0x7fffffff);
}
