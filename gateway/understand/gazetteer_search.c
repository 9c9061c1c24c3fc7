#include "gateway/understand/gazetteer_mentions.h"

#include <string.h>
#include <talloc.h>

enum { DEPTH_MOST = 8 /* levels of units */ };

static bool lies_in(const struct gazetteer *gazetteer, int32_t place, int32_t above)
{
    for (int depth = 0; place != NONE && depth < DEPTH_MOST; depth++) {
        if (place == above)
            return true;
        place = gazetteer->places[place].parent;
    }
    return false;
}

/* Whether another mention names the township that this place lies in. */
static bool is_named_above(const struct search *search, const struct mention *mention, int32_t place)
{
    for (size_t i = 0; i < search->n_mentions; i++) {
        const struct mention *other = &search->mentions[i];

        if (other == mention)
            continue;
        for (size_t j = 0; j < other->n; j++)
            if (other->candidates[j] != place &&
                search->gazetteer->places[other->candidates[j]].level == UNIT_TOWNSHIP &&
                lies_in(search->gazetteer, place, other->candidates[j]))
                return true;
    }
    return false;
}

/* When the text names the township of some candidates, keeps only those. */
static void settle(const struct search *search, struct mention *mention)
{
    int32_t kept[CANDIDATES_MOST];
    size_t n = 0;

    for (size_t i = 0; i < mention->n; i++)
        if (is_named_above(search, mention, mention->candidates[i]))
            kept[n++] = mention->candidates[i];
    if (n == 0)
        return;
    memcpy(mention->candidates, kept, n * sizeof *kept);
    mention->n = n;
    mention->confidence = mention->how == PLACE_HOMOPHONE ? 85 : 97;
}

/* The lowest unit that holds all candidates: it may be one of them; NONE. */
static int32_t common_unit(const struct gazetteer *gazetteer, const struct mention *mention)
{
    int32_t above = mention->candidates[0];

    for (int depth = 0; above != NONE && depth < DEPTH_MOST; depth++) {
        size_t within = 0;

        while (within < mention->n && lies_in(gazetteer, mention->candidates[within], above))
            within++;
        if (within == mention->n)
            return above;
        above = gazetteer->places[above].parent;
    }
    return NONE;
}

static bool is_candidate(const struct mention *mention, int32_t place)
{
    for (size_t i = 0; i < mention->n; i++)
        if (mention->candidates[i] == place)
            return true;
    return false;
}

/* A village outweighs a township, and the writer's own place outweighs another. */
static int weight_of(const struct gazetteer *gazetteer, const struct mention *mention)
{
    static const int by_level[] = { [UNIT_VILLAGE] = 100, [UNIT_TOWNSHIP] = 50, [UNIT_COUNTY] = 0 };

    return by_level[gazetteer->places[mention->candidates[0]].level] + mention->confidence / 2 +
           (mention->is_own ? 20 : 0);
}

static const struct mention *best_mention(const struct search *search)
{
    const struct mention *best = NULL;

    for (size_t i = 0; i < search->n_mentions; i++)
        if (!best || weight_of(search->gazetteer, &search->mentions[i]) > weight_of(search->gazetteer, best))
            best = &search->mentions[i];
    return best;
}

static void write_found(const struct gazetteer *gazetteer, void *mem, const struct mention *mention,
                        struct place_found *out)
{
    int32_t common = common_unit(gazetteer, mention);
    int64_t *ids;

    *out = (struct place_found){ .how = mention->how, .confidence = mention->confidence };
    if (common != NONE)
        out->unit = gazetteer->places[common].id;
    if (mention->n == 1)
        return;
    if (common != NONE && is_candidate(mention, common)) {
        out->confidence = mention->confidence * 4 / 5; /* 北王 for 北王镇, where a 北王村 lies too */
        return;
    }
    ids = talloc_array(mem, int64_t, (unsigned)mention->n);
    for (size_t i = 0; i < mention->n; i++)
        ids[i] = gazetteer->places[mention->candidates[i]].id;
    out->how = PLACE_AMBIGUOUS;
    out->confidence = mention->confidence / (int)mention->n;
    out->candidates = ids;
    out->n_candidates = mention->n;
}

void gazetteer_find(const struct gazetteer *gazetteer, void *mem, const struct normal *normal,
                    struct place_found *out)
{
    struct search *search = talloc(mem, struct search);
    const struct mention *best;

    *out = (struct place_found){ .how = PLACE_NONE };
    search->gazetteer = gazetteer;
    search->normal = normal;
    search->n_mentions = 0;
    mentions_begin(search, search);
    mentions_find(search);
    for (size_t i = 0; i < search->n_mentions; i++)
        settle(search, &search->mentions[i]);
    best = best_mention(search);
    if (best)
        write_found(gazetteer, mem, best, out);
    talloc_free(search);
}

/* Adds the units whose whole name, or whole sound, these symbols are. */
static void whole_name(const struct gazetteer *gazetteer, const struct wordlist *list,
                       const uint32_t *symbols, size_t n, struct mention *mention)
{
    struct word_found found[FOUND_MOST];
    size_t count = wordlist_at(list, symbols, n, found, FOUND_MOST);

    if (count == 0 || found[count - 1].length != n)
        return;
    if (list == gazetteer->names) {
        for (int32_t i = gazetteer->first_claim[found[count - 1].word]; i != NONE;
             i = gazetteer->claims[i].next)
            mention_add(mention, gazetteer->claims[i].place);
        return;
    }
    for (int32_t i = gazetteer->first_echo[found[count - 1].word]; i != NONE; i = gazetteer->echoes[i].next)
        for (int32_t j = gazetteer->first_claim[gazetteer->echoes[i].name]; j != NONE;
             j = gazetteer->claims[j].next)
            mention_add(mention, gazetteer->claims[j].place);
}

/* Tries the name without the suffix of each level, then the whole name; by characters, then by sound. */
static void look_up(const struct search *search, struct mention *mention)
{
    const struct gazetteer *gazetteer = search->gazetteer;
    static const enum unit_level levels[] = { UNIT_VILLAGE, UNIT_TOWNSHIP, UNIT_COUNTY };

    for (int by_sound = 0; by_sound < 2 && mention->n == 0; by_sound++) {
        const struct wordlist *list = by_sound ? gazetteer->sounds : gazetteer->names;
        const uint32_t *symbols = by_sound ? search->sounds : search->symbols;

        mention->how = by_sound ? PLACE_HOMOPHONE : PLACE_NAMED;
        mention->confidence = by_sound ? 70 : 100;
        for (size_t i = 0; i < 3 && mention->n == 0; i++) {
            size_t length = proper_length(search->normal->text, search->normal->length, levels[i]);

            if (length == search->normal->length)
                continue;
            whole_name(gazetteer, list, symbols, count_characters(search->normal->text, length), mention);
            mention->has_level = true;
            mention->level = levels[i];
            mention_keep_level(gazetteer, mention);
        }
        if (mention->n == 0)
            whole_name(gazetteer, list, symbols, search->n, mention);
    }
}

/* 北王镇高村, where there are several 高村: mentions must cover the name from its beginning to its end. */
static bool look_up_within(struct search *search, struct mention *mention)
{
    const struct mention *best;
    size_t covered = 0;

    mentions_find(search);
    for (size_t i = 0; i < search->n_mentions; i++)
        settle(search, &search->mentions[i]);
    best = best_mention(search);
    for (size_t i = 0; i < search->n_mentions; i++)
        if (search->mentions[i].from <= covered && search->mentions[i].to > covered)
            covered = search->mentions[i].to;
    if (!best || best->to < search->n || covered < search->n)
        return false;
    *mention = *best;
    return true;
}

void gazetteer_unit(const struct gazetteer *gazetteer, void *mem, const char *name, struct place_found *out)
{
    void *scratch = talloc_new(mem);
    struct normal normal;
    struct search *search = talloc_zero(scratch, struct search);
    struct mention mention = { .from = 0 };
    size_t from;

    *out = (struct place_found){ .how = PLACE_NONE };
    normalise(gazetteer->normaliser, scratch, name, &normal);
    from = skip_separators(normal.text, 0, normal.length);
    normal.text += from;
    normal.length = trim_separators(normal.text, 0, normal.length - from);
    search->gazetteer = gazetteer;
    search->normal = &normal;
    mentions_begin(search, scratch);
    look_up(search, &mention);
    if (mention.n > 0 || look_up_within(search, &mention))
        write_found(gazetteer, mem, &mention, out);
    talloc_free(scratch);
}
