#include "gateway/understand/place/gazetteer_mentions.h"

#include <string.h>

/* Names of two characters count only behind their township: of 东阵村 half is left to go by. */
enum { SHORTEST = 2, LONGEST = 8, AREA_MOST = 4000 };

/* Whoever writes one of these means it: 西张村 is not 东张村 written wrongly, nor 三队村 二队村. */
static const char telling[] = "东西南北中上下前后左右里外内大小新老旧高低一二三四五六七八九十百千两第";

/* Places [from, to) among which a name is looked for. */
struct area {
    int32_t from, to;
    bool is_named; /* by the text */
};

static struct area area_of(const struct search *search, int32_t place, bool is_named)
{
    const struct place *places = search->gazetteer->places;

    return (struct area){ .from = place, .to = (int32_t)places[place].end, .is_named = is_named };
}

/* The smallest unit that the text names, else the writer's township, else all there are when they are few. */
static bool find_area(const struct search *search, int32_t home, struct area *area)
{
    const struct place *places = search->gazetteer->places;
    const struct mention *best = settle_best(search);

    if (best && best->n == 1) {
        *area = area_of(search, best->candidates[0], true);
    } else if (home != NONE) {
        *area = area_of(
            search,
            places[home].level == UNIT_VILLAGE && places[home].parent != NONE ? places[home].parent : home,
            false);
    } else {
        *area = (struct area){ .to = (int32_t)search->gazetteer->n_places };
    }
    return area->to - area->from <= AREA_MOST;
}

/* Whether they differ in one character, and in none that tells one village from the next. */
static bool is_slip(const uint32_t *written, const uint32_t *name, size_t n)
{
    size_t at = n;

    for (size_t i = 0; i < n; i++) {
        if (written[i] == name[i])
            continue;
        if (at < n)
            return false;
        at = i;
    }
    return at < n && !mention_is_one_of(written[at], telling) && !mention_is_one_of(name[at], telling) &&
           written[at] >= FIRST_SIGN && written[at] <= LAST_SIGN;
}

/* The one place of the area whose name the mention may be; NONE: there is none, or there are several. */
static int32_t place_like(const struct search *search, const struct area *area, const struct mention *mention)
{
    const struct gazetteer *gazetteer = search->gazetteer;
    size_t length = mention->proper - mention->from;
    uint32_t symbols[WORDLIST_LONGEST];
    int32_t found = NONE;

    for (int32_t place = area->from; place < area->to; place++) {
        if (gazetteer->places[place].level != mention->level || gazetteer->proper[place] == NONE)
            continue;
        if (wordlist_symbols(gazetteer->names, (size_t)gazetteer->proper[place], symbols) != length ||
            !is_slip(search->symbols + mention->from, symbols, length))
            continue;
        if (found != NONE)
            return NONE;
        found = place;
    }
    return found;
}

static bool follows_area(const struct search *search, size_t from)
{
    for (size_t i = 0; i < search->n_mentions; i++)
        if (search->mentions[i].to == from)
            return true;
    return false;
}

static bool overlaps(const struct search *search, size_t from, size_t to)
{
    for (size_t i = 0; i < search->n_mentions; i++)
        if (from < search->mentions[i].to && to > search->mentions[i].from)
            return true;
    return false;
}

/* Tries the names that end where a level begins. */
static bool name_before(const struct search *search, const struct area *area, size_t end,
                        struct mention *mention)
{
    for (size_t length = LONGEST; length >= SHORTEST; length--) {
        int32_t place;

        if (length > end || overlaps(search, end - length, end))
            continue;
        *mention = (struct mention){
            .from = end - length, .proper = end, .how = PLACE_MISSPELLED, .candidates = mention->candidates
        };
        if (length == SHORTEST
                ? !(area->is_named && follows_area(search, mention->from))
                : !mention_is_bounded(search, mention->from) && !follows_area(search, mention->from))
            continue;
        mention_read_level(search, mention);
        if (!mention->has_level || mention->to == mention->proper)
            return false;
        place = place_like(search, area, mention);
        if (place == NONE)
            continue;
        mention->candidates[0] = place;
        mention->n = 1;
        mention->confidence = area->is_named ? 75 : 60;
        return true;
    }
    return false;
}

void misspelled_find(struct search *search, int32_t home)
{
    const struct mention *best = settle_best(search);
    struct area area;

    if (search->rooms == MENTIONS_MOST ||
        (best && search->gazetteer->places[best->candidates[0]].level == UNIT_VILLAGE) ||
        !find_area(search, home, &area))
        return;
    for (size_t end = SHORTEST; end < search->n; end++) {
        struct mention *mention = &search->mentions[search->n_mentions];

        if (!mention_can_end(search, end))
            continue;
        mention->candidates = search->room[search->rooms];
        if (name_before(search, &area, end, mention)) {
            search->n_mentions++;
            search->rooms++;
            return;
        }
    }
}
