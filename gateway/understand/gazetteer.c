#include "gateway/understand/gazetteer_tables.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

const struct unit_suffix unit_suffixes[] = {
    { "社区居民委员会", UNIT_VILLAGE },
    { "社区居委会", UNIT_VILLAGE },
    { "居民委员会", UNIT_VILLAGE },
    { "村民委员会", UNIT_VILLAGE },
    { "村委会", UNIT_VILLAGE },
    { "居委会", UNIT_VILLAGE },
    { "社区", UNIT_VILLAGE },
    { "大队", UNIT_VILLAGE },
    { "村", UNIT_VILLAGE },
    { "街道办事处", UNIT_TOWNSHIP },
    { "街道", UNIT_TOWNSHIP },
    { "公社", UNIT_TOWNSHIP },
    { "镇", UNIT_TOWNSHIP },
    { "乡", UNIT_TOWNSHIP },
    { "县", UNIT_COUNTY },
    { "市", UNIT_COUNTY },
    { "区", UNIT_COUNTY },
    { "旗", UNIT_COUNTY },
    { " village", UNIT_VILLAGE },
    { " township", UNIT_TOWNSHIP },
    { " county", UNIT_COUNTY },
    { 0 },
};

enum { COUNTY_OCTETS = 15 }; /* 浮山县: five characters at most */

static int by_id(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

static int32_t place_of(const struct gazetteer *gazetteer, int64_t id)
{
    struct place key = { .id = id }, *found;

    if (gazetteer->n_places == 0)
        return NONE;
    found = bsearch(&key, gazetteer->places, gazetteer->n_places, sizeof key, by_id);
    return found ? (int32_t)(found - gazetteer->places) : NONE;
}

size_t count_characters(const char *text, size_t length)
{
    return u8_mbsnlen((const uint8_t *)text, length);
}

bool text_ends_with(const char *text, size_t length, const char *words)
{
    size_t n = strlen(words);

    return length >= n && memcmp(text + length - n, words, n) == 0;
}

size_t proper_length(const char *name, size_t length, enum unit_level level)
{
    for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++) {
        size_t n = strlen(suffix->words);

        if (suffix->level == level && text_ends_with(name, length, suffix->words) &&
            count_characters(name, length - n) >= 2)
            return length - n;
    }
    return length;
}

static void add_echo(struct gazetteer *gazetteer, void *scratch, const uint32_t *symbols, size_t n,
                     int64_t name)
{
    uint32_t *sounds = talloc_array(scratch, uint32_t, (unsigned)n);
    int64_t sound;

    for (size_t i = 0; i < n; i++)
        sounds[i] = pinyin_sound(gazetteer->pinyin, symbols[i]);
    sound = wordlist_add(gazetteer->sounds, sounds, n);
    if (sound < 0)
        return;
    gazetteer->echoes[gazetteer->n_echoes] =
        (struct echo){ .name = (int32_t)name, .next = gazetteer->first_echo[sound] };
    gazetteer->first_echo[sound] = (int32_t)gazetteer->n_echoes++;
}

static void add_name(struct gazetteer *gazetteer, void *scratch, const char *name, size_t length,
                     int32_t place, bool is_alias)
{
    size_t n, known = wordlist_count(gazetteer->names);
    uint32_t *symbols = text_symbols(scratch, name, length, &n, NULL);
    int64_t word;

    word = n < 2 ? NONE : wordlist_add(gazetteer->names, symbols, n);
    if (word < 0)
        return;
    for (int32_t i = gazetteer->first_claim[word]; i != NONE; i = gazetteer->claims[i].next)
        if (gazetteer->claims[i].place == place)
            return;
    gazetteer->claims[gazetteer->n_claims] =
        (struct claim){ .place = place, .next = gazetteer->first_claim[word], .is_alias = is_alias };
    gazetteer->first_claim[word] = (int32_t)gazetteer->n_claims++;
    if (wordlist_count(gazetteer->names) > known)
        add_echo(gazetteer, scratch, symbols, n, word);
}

/* The octets of 浮山县 in 浮山县水利局; 0 without such a prefix. */
static size_t county_prefix(const char *name)
{
    static const char *const ends[] = { "县", "市", "区" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(name, ends[i]);
        size_t length = end ? (size_t)(end - name) + strlen(ends[i]) : 0;

        if (length > 0 && length <= COUNTY_OCTETS &&
            count_characters(name + length, strlen(name + length)) >= 2)
            return length;
    }
    return 0;
}

/* Adds 十里垣 for 十里垣村委会; 辛落村 and 辛落 for 辛落村村委会; only 高村 for 高村村委会. */
static void add_unit_name(struct gazetteer *gazetteer, const char *name, int32_t place, bool is_alias)
{
    void *scratch = talloc_new(NULL);
    enum unit_level level = gazetteer->places[place].level;
    struct normal normal;
    size_t length, shorter, prefix;

    normalise(gazetteer->normaliser, scratch, name, &normal);
    length = proper_length(normal.text, normal.length, level);
    add_name(gazetteer, scratch, normal.text, length, place, is_alias);
    shorter = proper_length(normal.text, length, level);
    if (level == UNIT_VILLAGE && shorter < length)
        add_name(gazetteer, scratch, normal.text, shorter, place, is_alias);
    prefix = level > UNIT_COUNTY ? county_prefix(normal.text) : 0;
    if (prefix > 0)
        add_name(gazetteer, scratch, normal.text + prefix, length - prefix, place, is_alias);
    talloc_free(scratch);
}

static void add_units(struct gazetteer *gazetteer, const struct unit *units, size_t n_units)
{
    for (size_t i = 0; i < n_units; i++)
        gazetteer->places[i] = (struct place){
            .id = units[i].id, .parent_id = units[i].parent, .parent = NONE, .level = units[i].level
        };
    gazetteer->n_places = n_units;
    if (n_units)
        qsort(gazetteer->places, n_units, sizeof *gazetteer->places, by_id);
    for (size_t i = 0; i < n_units; i++)
        gazetteer->places[i].parent = place_of(gazetteer, gazetteer->places[i].parent_id);
    for (size_t i = 0; i < n_units; i++)
        add_unit_name(gazetteer, units[i].name, place_of(gazetteer, units[i].id), false);
}

static void make_tables(struct gazetteer *gazetteer, size_t n_units, size_t n_names)
{
    gazetteer->most = 2 * (n_units + n_names) + 1;
    gazetteer->places = talloc_array(gazetteer, struct place, (unsigned)n_units + 1);
    gazetteer->names = wordlist_new(gazetteer, gazetteer->most);
    gazetteer->sounds = wordlist_new(gazetteer, gazetteer->most);
    gazetteer->first_claim = talloc_array(gazetteer, int32_t, (unsigned)gazetteer->most);
    gazetteer->first_echo = talloc_array(gazetteer, int32_t, (unsigned)gazetteer->most);
    gazetteer->claims = talloc_array(gazetteer, struct claim, (unsigned)gazetteer->most);
    gazetteer->echoes = talloc_array(gazetteer, struct echo, (unsigned)gazetteer->most);
    for (size_t i = 0; i < gazetteer->most; i++)
        gazetteer->first_claim[i] = gazetteer->first_echo[i] = NONE;
}

struct gazetteer *gazetteer_new(void *mem, const struct normaliser *normaliser, const struct pinyin *pinyin,
                                const struct unit *units, size_t n_units, const struct place_name *names,
                                size_t n_names)
{
    struct gazetteer *gazetteer = talloc_zero(mem, struct gazetteer);

    gazetteer->normaliser = normaliser;
    gazetteer->pinyin = pinyin;
    make_tables(gazetteer, n_units, n_names);
    add_units(gazetteer, units, n_units);
    for (size_t i = 0; i < n_names; i++) {
        int32_t place = place_of(gazetteer, names[i].unit);

        if (place != NONE)
            add_unit_name(gazetteer, names[i].name, place, true);
    }
    return gazetteer;
}
