#include "gateway/conversation/cadre/unit_named.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/unit_name.h"

enum { COUNTY_OCTETS = 15 }; /* 浮山县: five characters at most */

/* What stands behind the county in the name of its office: 水利局 of 浮山县水利局 and of 县水利局. */
static const char *without_county(const char *name)
{
    static const char *const ends[] = { "县", "市", "区" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(name, ends[i]);
        const char *behind = end ? end + strlen(ends[i]) : NULL;

        if (end && end - name < COUNTY_OCTETS && strlen(behind) >= 2 * strlen("局"))
            return behind;
    }
    return name;
}

/* Octets of the UTF-8 character that begins here. */
static size_t character(const char *at)
{
    size_t n = 1;

    while (((unsigned char)at[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* 交通局 of 交通运输局, 人社局 of 人力资源和社会保障局: it begins alike and leaves characters out. */
static bool is_short_for(const char *name, const char *whole)
{
    if (strlen(name) < 2 * strlen("局") || strncmp(name, whole, character(whole)) != 0)
        return false;
    while (*name && *whole) {
        size_t n = character(whole);

        if (strncmp(name, whole, n) == 0)
            name += n;
        whole += n;
    }
    return *name == '\0';
}

static void add(struct units_named *named, const struct unit *unit)
{
    if (named->n < UNITS_NAMED)
        named->units[named->n++] = unit;
}

static bool is_office(const struct unit *unit)
{
    return unit->level == UNIT_DEPARTMENT || unit->level == UNIT_OFFICE;
}

/* Offices of this name without their county; where there is none, those that it may be short for. */
static bool find_offices(struct turn *turn, const char *name, struct units_named *named)
{
    const char *bare = without_county(name);
    struct unit *units;
    size_t n;

    if (!store_units(turn->store, turn->mem, &units, &n))
        return false;
    for (int loosely = 0; loosely < 2 && named->n == 0; loosely++)
        for (size_t i = 0; i < n; i++) {
            const char *whole = without_county(units[i].name);

            if (is_office(&units[i]) && (loosely ? is_short_for(bare, whole) : strcmp(bare, whole) == 0))
                add(named, &units[i]);
        }
    return true;
}

static bool add_found(struct turn *turn, const struct place_found *found, struct units_named *named)
{
    const struct unit *unit;

    if (found->how != PLACE_AMBIGUOUS)
        return cache_unit(turn, found->unit, &unit) && (!unit || (add(named, unit), true));
    for (size_t i = 0; i < found->n_candidates; i++) {
        if (!cache_unit(turn, found->candidates[i], &unit))
            return false;
        if (unit)
            add(named, unit);
    }
    return true;
}

/* 聚粮村 of 聚粮村委 and 聚粮村两委; 天坛镇 of 天坛镇政府. NULL: the name does not end so. */
static const char *without_body(void *mem, const char *name)
{
    static const char *const ends[] = { "人民政府", "政府", "党委", "两委", "支部", "党支部", "干部", "委" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(name), end = strlen(ends[i]);

        if (length > end + strlen("村") && strcmp(name + length - end, ends[i]) == 0)
            return talloc_strndup(mem, name, length - end);
    }
    return NULL;
}

const char *unit_named_without_to(const char *name)
{
    static const char *const words[] = { "给", "到", "至", "由", "交", "是", "在", "为", "成" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(name, words[i], strlen(words[i])) == 0)
            return name + strlen(words[i]);
    return name;
}

static bool is_sure(const struct place_found *found)
{
    return found->how == PLACE_NAMED || found->how == PLACE_ALIAS || found->how == PLACE_AMBIGUOUS;
}

static bool find_bare(struct turn *turn, const char *name, struct units_named *named)
{
    const char *place = without_body(turn->mem, name);
    struct place_found found, of_place = { .how = PLACE_NONE };

    understanding_find_unit(turn->understanding, turn->mem, name, &found);
    if (is_sure(&found))
        return add_found(turn, &found, named);
    if (!find_offices(turn, name, named))
        return false;
    if (named->n == 0 && place)
        understanding_find_unit(turn->understanding, turn->mem, place, &of_place);
    if (is_sure(&of_place))
        return add_found(turn, &of_place, named);
    return named->n > 0 || found.how == PLACE_NONE || add_found(turn, &found, named);
}

/* The name without what people say behind it: 人社局办, 水利局处理, 北王镇的. False: nothing of that stands
 * there.
 */
static bool leave_out_ending(char *name)
{
    static const char *const endings[] = { "办理", "处理", "解决", "负责", "去办", "来办", "那边", "的事",
                                           "办",   "管",   "吧",   "的",   "了",   "啊",   "去" };
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t octets = strlen(endings[i]);

        if (length > octets && strcmp(name + length - octets, endings[i]) == 0) {
            name[length - octets] = '\0';
            return true;
        }
    }
    return false;
}

/* 诸葛村的 of 不是高村的，是诸葛村的; the name itself where it denies none. */
static const char *behind_denial(const char *name)
{
    const char *last = NULL;

    for (const char *at = name; strstr(name, "不是") && (at = strstr(at, "是")); at += strlen("是"))
        if (at < name + strlen("不") || strncmp(at - strlen("不"), "不", strlen("不")) != 0)
            last = at + strlen("是");
    return last ? last : name;
}

bool unit_named_find(struct turn *turn, const char *name, struct units_named *named)
{
    char *whole = talloc_strdup(turn->mem, behind_denial(name));

    named->n = 0;
    do {
        const char *bare = unit_named_without_to(whole);

        if (!find_bare(turn, whole, named) ||
            (named->n == 0 && bare != whole && !find_bare(turn, bare, named)))
            return false;
    } while (named->n == 0 && leave_out_ending(whole));
    return true;
}

bool unit_named_within(struct turn *turn, const char *text, const struct unit **office)
{
    struct unit *units;
    size_t n;

    *office = NULL;
    if (!store_units(turn->store, turn->mem, &units, &n))
        return false;
    for (size_t i = 0; i < n && !*office; i++)
        if (is_office(&units[i]) && strstr(text, without_county(units[i].name)))
            *office = &units[i];
    return true;
}

/* The last space or comma; NULL: there is none. */
static char *last_gap(char *words, size_t *octets)
{
    static const char *const gaps[] = { " ", "，", ",", "。", "；", ";", "：", ":", "、" };
    char *last = NULL;

    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        for (char *at = words; (at = strstr(at, gaps[i])); at++)
            if (!last || at > last) {
                last = at;
                *octets = strlen(gaps[i]);
            }
    return last;
}

bool unit_named_begin(struct turn *turn, const char *words, struct units_named *named, const char **rest)
{
    char *name = talloc_strdup(turn->mem, words), *gap;
    size_t octets;

    *rest = NULL;
    if (!unit_named_find(turn, name, named))
        return false;
    while (named->n == 0 && (gap = last_gap(name, &octets))) {
        *gap = '\0';
        *rest = words + (gap - name) + octets;
        if (!unit_named_find(turn, name, named))
            return false;
    }
    return true;
}

const char *unit_named_text(struct turn *turn, const struct unit *unit)
{
    const char *name = unit_name_short(turn->mem, unit->name);
    const struct unit *parent = NULL;

    if (unit->level == UNIT_VILLAGE && !cache_unit(turn, unit->parent, &parent))
        return NULL;
    return parent && parent->level == UNIT_TOWNSHIP ? talloc_asprintf(turn->mem, "%s%s", parent->name, name)
                                                    : name;
}
