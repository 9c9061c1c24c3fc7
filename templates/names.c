#include "templates/names.h"

/* FNV-1a, of which the first eight bits are kept. */
static unsigned bit_of(const char *name)
{
    uint32_t hash = 2166136261;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619;
    return hash >> 24;
}

void template_names_add(struct template_names *names, const char *name)
{
    unsigned bit = bit_of(name);

    names->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

bool template_names_have(const struct template_names *names, const char *name)
{
    unsigned bit = bit_of(name);

    return names->bits[bit / 64] >> bit % 64 & 1;
}

void template_names_join(struct template_names *names, const struct template_names *others)
{
    for (int i = 0; i < 4; i++)
        names->bits[i] |= others->bits[i];
}
