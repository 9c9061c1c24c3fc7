#include "gateway/understand/place/gazetteer_mentions.h"

#include <string.h>
#include <talloc.h>

static bool lies_in(const struct gazetteer *gazetteer, int32_t place, int32_t above)
{
    return place >= above && place < (int32_t)gazetteer->places[above].end;
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

static void write_found(const struct gazetteer *gazetteer, void *mem, const struct mention *mention,
                        struct place_found *out)
{
    int32_t common = common_unit(gazetteer, mention);
    int64_t *ids;

    *out = (struct place_found){
        .how = mention->how, .confidence = mention->confidence, .from = mention->from, .to = mention->to
    };
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
    if (out->confidence == 0)
        out->confidence = 1;
    out->candidates = ids;
    out->n_candidates = mention->n;
}

static int32_t place_of(const struct gazetteer *gazetteer, int64_t id)
{
    return id ? gazetteer_place(gazetteer, id) : NONE;
}

void gazetteer_find(const struct gazetteer *gazetteer, void *mem, const struct normal *normal, int64_t home,
                    struct place_found *out)
{
    struct search *search;
    int32_t home_place = place_of(gazetteer, home);
    const struct mention *best;

    *out = (struct place_found){ .how = PLACE_NONE };
    if (gazetteer->n_places == 0)
        return;
    search = mentions_begin(gazetteer, mem, normal);
    mentions_find(search);
    settle_mentions(search, home_place);
    misspelled_find(search, home_place);
    best = settle_best(search);
    if (best)
        write_found(gazetteer, mem, best, out);
    talloc_free(search);
}

/* Whether these symbols are a whole name, or a whole sound; then the mention has its units. */
static bool is_whole_name(const struct search *search, size_t n, struct mention *mention)
{
    const struct wordlist *list = mention->is_heard ? search->gazetteer->sounds : search->gazetteer->names;
    struct word_found found[FOUND_MOST];
    size_t count =
        wordlist_at(list, mention->is_heard ? search->sounds : search->symbols, n, found, FOUND_MOST);

    if (count == 0 || found[count - 1].length != n)
        return false;
    mention->word = (uint32_t)found[count - 1].word;
    mention_gather(search, mention, 0, INT32_MAX);
    return mention->n > 0;
}

/* Tries the name without the suffix of each level, then the whole name. */
static bool look_up_by(const struct search *search, struct mention *mention)
{
    static const enum unit_level levels[] = { UNIT_VILLAGE, UNIT_TOWNSHIP, UNIT_COUNTY };
    const struct normal *normal = search->normal;

    for (size_t i = 0; i < 3; i++) {
        size_t length = proper_length(normal->text, normal->length, levels[i]);

        mention->has_level = true;
        mention->level = levels[i];
        if (length < normal->length && is_whole_name(search, count_characters(normal->text, length), mention))
            return true;
        length = proper_length(normal->text, length, levels[i]); /* 辛落村村委会 */
        if (length < normal->length && is_whole_name(search, count_characters(normal->text, length), mention))
            return true;
    }
    mention->has_level = false;
    return is_whole_name(search, search->n, mention);
}

/* By characters, then by sound. */
static bool look_up(struct search *search, struct mention *mention)
{
    mention->how = PLACE_NAMED;
    mention->confidence = 100;
    search->takes_offices = true;
    if (look_up_by(search, mention))
        return true;
    mention->is_heard = true;
    mention->how = PLACE_HOMOPHONE;
    mention->confidence = 70;
    return look_up_by(search, mention);
}

/* 北王镇高村, where there are several 高村: mentions must cover the name from its beginning to its end. */
static bool look_up_within(struct search *search, struct mention *mention)
{
    const struct mention *best;
    size_t covered = 0;

    search->takes_offices = false;
    mentions_find(search);
    settle_mentions(search, NONE);
    best = settle_best(search);
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
    int32_t candidates[CANDIDATES_MOST];
    struct mention mention = { .candidates = candidates };
    struct normal normal;
    struct search *search;
    size_t from;

    *out = (struct place_found){ .how = PLACE_NONE };
    normalise(gazetteer->normaliser, scratch, name, &normal);
    from = skip_separators(normal.text, 0, normal.length);
    normal.text += from;
    normal.length = trim_separators(normal.text, 0, normal.length - from);
    search = mentions_begin(gazetteer, scratch, &normal);
    if (look_up(search, &mention) || look_up_within(search, &mention))
        write_found(gazetteer, mem, &mention, out);
    talloc_free(scratch);
}
