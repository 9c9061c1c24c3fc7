#include "gateway/understand/place/gazetteer_tables.h"

#include <assert.h>
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
    { "省", UNIT_COUNTY },
    { "区", UNIT_COUNTY },
    { "旗", UNIT_COUNTY },
    { " village", UNIT_VILLAGE },
    { " township", UNIT_TOWNSHIP },
    { " county", UNIT_COUNTY },
    { 0 },
};

enum { COUNTY_OCTETS = 15 }; /* 浮山县: five characters at most */

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

/* Returns the name's index; NONE for what is too short to be one. */
static int32_t add_name(struct gazetteer *gazetteer, void *scratch, const char *name, size_t length,
                        size_t place, bool is_alias)
{
    struct gathering *gathering = gazetteer->gathering;
    size_t n;
    uint32_t *symbols = text_symbols(scratch, name, length, &n, NULL);
    int64_t word = n < 2 ? NONE : wordlist_add(gazetteer->names, symbols, n);

    if (word < 0)
        return NONE;
    if (gathering->n_names == gathering->names_room) {
        gathering->names_room += gathering->names_room / 2 + 64;
        gathering->names = talloc_realloc(gathering, gathering->names, struct name_of, gathering->names_room);
    }
    gathering->names[gathering->n_names++] =
        (struct name_of){ .word = (uint32_t)word, .claim = (uint32_t)(place << 1 | is_alias) };
    return (int32_t)word;
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

/* Adds 十里垣 for 十里垣村委会; 辛落 for 辛落村村委会, so that both ways of writing it are one name; 高村 for
 * 高村村委会. */
static void add_unit_name(struct gazetteer *gazetteer, const char *name, size_t place, bool is_alias)
{
    void *scratch = talloc_new(NULL);
    enum unit_level level = gazetteer->places[place].level;
    struct normal normal;
    size_t length, shorter, prefix;
    int32_t proper;

    normalise(gazetteer->normaliser, scratch, name, &normal);
    length = proper_length(normal.text, normal.length, level);
    while (level == UNIT_VILLAGE && (shorter = proper_length(normal.text, length, level)) < length)
        length = shorter; /* 太平村村村委会 is 太平 too */
    proper = add_name(gazetteer, scratch, normal.text, length, place, is_alias);
    if (!is_alias)
        gazetteer->proper[place] = proper;
    prefix = level > UNIT_COUNTY ? county_prefix(normal.text) : 0;
    if (prefix > 0)
        add_name(gazetteer, scratch, normal.text + prefix, length - prefix, place, is_alias);
    talloc_free(scratch);
}

static void make_room(struct gazetteer *gazetteer)
{
    struct gathering *gathering = gazetteer->gathering;

    if (gazetteer->n_places < gathering->room)
        return;
    gathering->room += gathering->room / 2 + 64;
    gazetteer->places = talloc_realloc(gazetteer, gazetteer->places, struct place, gathering->room);
    gazetteer->proper = talloc_realloc(gazetteer, gazetteer->proper, int32_t, gathering->room);
    gathering->parents = talloc_realloc(gathering, gathering->parents, int64_t, gathering->room);
}

void gazetteer_add(struct gazetteer *gazetteer, const struct unit *unit)
{
    size_t place = gazetteer->n_places;

    assert(gazetteer->gathering && !gazetteer->by_id);
    make_room(gazetteer);
    gazetteer->places[place] = (struct place){ .id = unit->id, .parent = NONE, .level = unit->level };
    gazetteer->gathering->parents[place] = unit->parent;
    gazetteer->knows_villages |= unit->level == UNIT_VILLAGE;
    gazetteer->n_places++;
    add_unit_name(gazetteer, unit->name, place, false);
}

void gazetteer_add_alias(struct gazetteer *gazetteer, const struct place_name *alias)
{
    int32_t place;

    assert(gazetteer->gathering);
    if (!gazetteer->by_id)
        gazetteer_order(gazetteer);
    place = gazetteer_place(gazetteer, alias->unit);
    if (place != NONE)
        add_unit_name(gazetteer, alias->name, (size_t)place, true);
}

bool gazetteer_knows_villages(const struct gazetteer *gazetteer)
{
    return gazetteer->knows_villages;
}

struct gazetteer *gazetteer_new(void *mem, const struct normaliser *normaliser, const struct pinyin *pinyin)
{
    struct gazetteer *gazetteer = talloc_zero(mem, struct gazetteer);

    gazetteer->normaliser = normaliser;
    gazetteer->pinyin = pinyin;
    gazetteer->names = wordlist_new(gazetteer, 0);
    gazetteer->sounds = wordlist_new(gazetteer, 0);
    gazetteer->gathering = talloc_zero(gazetteer, struct gathering);
    return gazetteer;
}
