#include "gateway/understand/place/gazetteer_mentions.h"

#include <string.h>

/* How sure a choice is, in percent: by a named township, by one heard, by another village, by the writer's
 * home.
 */
enum { BY_AREA = 97, BY_HEARD_AREA = 85, BY_NEIGHBOUR = 80, BY_HOME = 75 };

static const struct place *place_at(const struct search *search, int32_t place)
{
    return &search->gazetteer->places[place];
}

/* When the text names the township or the county of some candidates, keeps only those. */
static bool narrow_to_area(const struct search *search, struct mention *mention)
{
    for (int level = UNIT_TOWNSHIP; level <= UNIT_COUNTY; level++)
        for (size_t i = 0; i < search->n_mentions; i++)
            if (&search->mentions[i] != mention &&
                mention_narrow(search, mention, &search->mentions[i], (enum unit_level)level)) {
                mention->confidence = mention->is_heard ? BY_HEARD_AREA : BY_AREA;
                mention->is_placed = true;
                return true;
            }
    return false;
}

static bool has_one_in(const struct mention *mention, int32_t from, int32_t to)
{
    for (size_t i = 0; i < mention->n; i++)
        if (mention->candidates[i] >= from && mention->candidates[i] < to)
            return true;
    return false;
}

/* 高村 beside 东郭坡村: the 高村 in whose township, or else county, there is a 东郭坡村 too. */
static bool narrow_beside(const struct search *search, struct mention *mention, const struct mention *other,
                          int up)
{
    size_t kept = 0;
    int32_t found[CANDIDATES_MOST];

    for (size_t i = 0; i < mention->n; i++) {
        int32_t above = mention->candidates[i];

        for (int k = 0; k < up && above != NONE; k++)
            above = place_at(search, above)->parent;
        if (above != NONE && has_one_in(other, above, (int32_t)place_at(search, above)->end))
            found[kept++] = mention->candidates[i];
    }
    if (kept == 0 || kept == mention->n)
        return false;
    memcpy(mention->candidates, found, kept * sizeof *found);
    mention->n = kept;
    mention->confidence = mention->confidence < BY_NEIGHBOUR ? mention->confidence : BY_NEIGHBOUR;
    return true;
}

static bool is_village(const struct search *search, const struct mention *mention)
{
    return place_at(search, mention->candidates[0])->level == UNIT_VILLAGE;
}

static void narrow_by_neighbours(const struct search *search, struct mention *mention)
{
    for (int up = 1; up <= 2 && mention->n > 1; up++)
        for (size_t i = 0; i < search->n_mentions && mention->n > 1; i++) {
            const struct mention *other = &search->mentions[i];

            if (other != mention && is_village(search, other) && is_village(search, mention))
                narrow_beside(search, mention, other, up);
        }
}

/* Writes the candidates that lie in a unit to kept; of a name with more units than fit, those are looked up.
 */
static size_t within(const struct search *search, const struct mention *mention, int32_t unit, int32_t *kept)
{
    struct mention looked_up = *mention;
    int32_t end = (int32_t)place_at(search, unit)->end;
    size_t n = 0;

    looked_up.candidates = kept;
    if (mention->n == CANDIDATES_MOST) {
        mention_gather(search, &looked_up, unit, end);
        return looked_up.n;
    }
    for (size_t i = 0; i < mention->n; i++)
        if (mention->candidates[i] >= unit && mention->candidates[i] < end)
            kept[n++] = mention->candidates[i];
    return n;
}

/* Of several, those in the smallest unit around the writer's home that holds any. */
static void narrow_to_home(const struct search *search, struct mention *mention, int32_t home)
{
    int32_t kept[CANDIDATES_MOST];

    for (; home != NONE && mention->n > 1; home = place_at(search, home)->parent) {
        size_t n = within(search, mention, home, kept);

        if (n == 0)
            continue;
        memcpy(mention->candidates, kept, n * sizeof *kept);
        mention->n = n;
        mention->confidence = mention->confidence < BY_HOME ? mention->confidence : BY_HOME;
        return;
    }
}

/* Whether among so many names it is one by chance: a sound of two characters without its township, or a place
 * that the unit named right in front of it does not have. */
static bool is_chance(const struct search *search, const struct mention *mention)
{
    const struct mention *before = mention - 1;
    int32_t place = mention->candidates[0];

    if (mention->is_heard && mention->proper - mention->from == 2 && !mention->is_placed)
        return true;
    return mention > search->mentions && before->to == mention->from && before->n == 1 &&
           place_at(search, before->candidates[0])->level > place_at(search, place)->level &&
           !has_one_in(mention, before->candidates[0], (int32_t)place_at(search, before->candidates[0])->end);
}

static void drop_chances(struct search *search)
{
    for (size_t i = search->n_mentions; i-- > 0;)
        if (is_chance(search, &search->mentions[i])) {
            search->n_mentions--;
            memmove(&search->mentions[i], &search->mentions[i + 1],
                    (search->n_mentions - i) * sizeof *search->mentions);
        }
}

void settle_mentions(struct search *search, int32_t home)
{
    /* Counties first: a county decides between townships of one name, these between villages. */
    for (int level = UNIT_COUNTY; level >= UNIT_VILLAGE; level--)
        for (size_t i = 0; i < search->n_mentions; i++) {
            struct mention *mention = &search->mentions[i];

            if ((int)place_at(search, mention->candidates[0])->level == level)
                narrow_to_area(search, mention);
        }
    if (search->gazetteer->n_places > WIDE)
        drop_chances(search);
    for (size_t i = 0; i < search->n_mentions; i++)
        narrow_by_neighbours(search, &search->mentions[i]);
    for (size_t i = 0; i < search->n_mentions; i++)
        narrow_to_home(search, &search->mentions[i], home);
}

/* A village outweighs a township, and the writer's own place outweighs another. */
static int weight_of(const struct search *search, const struct mention *mention)
{
    static const int by_level[] = { [UNIT_VILLAGE] = 100,
                                    [UNIT_TOWNSHIP] = 50,
                                    [UNIT_COUNTY] = 0,
                                    [UNIT_DEPARTMENT] = 0,
                                    [UNIT_OFFICE] = 0 };

    return by_level[place_at(search, mention->candidates[0])->level] + mention->confidence / 2 +
           (mention->is_own ? 20 : 0);
}

const struct mention *settle_best(const struct search *search)
{
    const struct mention *best = NULL;

    for (size_t i = 0; i < search->n_mentions; i++)
        if (!best || weight_of(search, &search->mentions[i]) > weight_of(search, best))
            best = &search->mentions[i];
    return best;
}
