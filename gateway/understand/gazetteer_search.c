#include "gateway/understand/gazetteer_tables.h"

#include <string.h>
#include <talloc.h>

enum {
    FOUND_MOST = 8,       /* names that may begin at one character */
    MENTIONS_MOST = 16,   /* names considered in one text */
    CANDIDATES_MOST = 64, /* units of one name; with more it is as good as unknown */
    DEPTH_MOST = 8        /* levels of units */
};

/* Words that say the writer is from the place behind them; place_words only say that a place may follow. */
static const char *const own_words[] = { "我是", "我们是", "我们", "我住", "我家在", "我家住", "家住", "家在",
                                         "住在", "俺们",   "俺是", "俺",   "咱们",   "咱",     "我叫" };
static const char *const place_words[] = { "在", "是", "到", "从", "去", "来", "于", "住", "由", "往", "至" };

/* Characters that can stand in front of a village's name: 在高村, 我们高村, 北王镇高村; not 大高村, 城中村.
 */
static const char before_name[] =
    "在是到从去来于由往至住我们俺咱的和与及跟对给为把有叫找问向经过就关映镇乡县市区省道";

/* Behind these a 镇, 乡 or 县 is the writer's own, not a foreign one: 我们镇, 本县. */
static const char own_level[] = "们本我咱该这全俺";

/* Characters that form an ordinary word with 村 (各村, 两村): never taken for a homophone of a village. */
static const char not_heard[] =
    "各为两里本该每几多全这那新一二三四五六七八九十某我你他她它咱俺的了和与在到原现今外邻乡进出回离";

/* What a short name may be followed by at the beginning of a text. */
static const char after_name[] = "的没有人这那全路水";

/* Characters of position and landscape: a name of two such characters (东街, 河底) is an ordinary word too.
 */
static const char generic[] =
    "东西南北中上下前后左右里外内大小新老河山沟坡口街头底坪岭交川垣庄寨院桥岗角路门边塘湾";

/* A place's name in the text, and the units it may mean. */
struct mention {
    size_t from, to; /* symbols, with 村 and its like */
    size_t proper;   /* where the name proper ends */
    bool has_level;  /* 村, 镇 ... stand behind it, or are part of it */
    enum unit_level level;
    enum place_how how;
    int confidence;
    bool is_own; /* "我是 ... 的" */
    int32_t candidates[CANDIDATES_MOST];
    size_t n;
};

/* The text while places are looked for in it. */
struct search {
    const struct gazetteer *gazetteer;
    const struct normal *normal;
    uint32_t *symbols, *sounds, *where;
    size_t n;
    struct mention mentions[MENTIONS_MOST];
    size_t n_mentions;
};

static bool text_has(const struct search *search, size_t symbol, const char *words)
{
    return strncmp(search->normal->text + search->where[symbol], words, strlen(words)) == 0;
}

static bool word_before(const struct search *search, size_t symbol, const char *const *words, size_t n)
{
    size_t octet = search->where[symbol];

    octet = trim_separators(search->normal->text, 0, octet);
    for (size_t i = 0; i < n; i++)
        if (text_ends_with(search->normal->text, octet, words[i]))
            return true;
    return false;
}

/* Reads the level from the text behind the name, else from the end of the name itself. */
static void read_level(const struct search *search, struct mention *mention)
{
    const char *name = search->normal->text + search->where[mention->from];
    size_t length = search->where[mention->proper] - search->where[mention->from];

    mention->to = mention->proper;
    for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++) {
        if (!text_has(search, mention->proper, suffix->words))
            continue;
        mention->has_level = true;
        mention->level = suffix->level;
        mention->to += count_characters(suffix->words, strlen(suffix->words));
        return;
    }
    for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++) {
        if (text_ends_with(name, length, suffix->words)) {
            mention->has_level = true;
            mention->level = suffix->level;
            return;
        }
    }
}

static void add_candidate(struct mention *mention, int32_t place)
{
    for (size_t i = 0; i < mention->n; i++)
        if (mention->candidates[i] == place)
            return;
    if (mention->n < CANDIDATES_MOST)
        mention->candidates[mention->n++] = place;
}

static void add_claims(const struct gazetteer *gazetteer, struct mention *mention, int64_t name)
{
    for (int32_t i = gazetteer->first_claim[name]; i != NONE; i = gazetteer->claims[i].next) {
        const struct claim *claim = &gazetteer->claims[i];

        if (gazetteer->places[claim->place].level > UNIT_COUNTY)
            continue;
        add_candidate(mention, claim->place);
        if (claim->is_alias && mention->how == PLACE_NAMED)
            mention->how = PLACE_ALIAS;
    }
}

/* Keeps the candidates of the level that is written: 东张镇 may mean 东张乡, but never 东张村. */
static void keep_level(const struct gazetteer *gazetteer, struct mention *mention)
{
    size_t kept = 0;

    if (!mention->has_level)
        return;
    for (size_t i = 0; i < mention->n; i++)
        if (gazetteer->places[mention->candidates[i]].level == mention->level)
            mention->candidates[kept++] = mention->candidates[i];
    mention->n = kept;
}

static bool is_one_of(uint32_t symbol, const char *characters)
{
    for (size_t at = 0; characters[at];)
        if (next_character(characters, &at) == symbol)
            return true;
    return false;
}

static bool is_generic(const struct search *search, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!is_one_of(search->symbols[i], generic))
            return false;
    return true;
}

static bool begins_clause(const struct search *search, size_t from)
{
    return from == 0 || is_separator(search->symbols[from - 1]) ||
           search->where[from] == search->normal->body;
}

static bool stands_alone(const struct search *search, const struct mention *mention)
{
    bool is_begin = mention->from == 0 || is_separator(search->symbols[mention->from - 1]);
    bool is_end = mention->to == search->n || is_separator(search->symbols[mention->to]);

    return is_begin && is_end;
}

/* Whether a bare name of two characters can be a place here. */
static bool can_be_place(const struct search *search, const struct mention *mention)
{
    if (mention->is_own || stands_alone(search, mention))
        return true;
    if (is_generic(search, mention->from, mention->proper))
        return search->where[mention->from] == search->normal->body &&
               is_one_of(search->symbols[mention->to], after_name);
    return begins_clause(search, mention->from) ||
           word_before(search, mention->from, place_words, sizeof place_words / sizeof *place_words);
}

static bool follows_mention(const struct search *search, size_t from)
{
    const struct mention *last = search->n_mentions ? &search->mentions[search->n_mentions - 1] : NULL;

    return last &&
           search->where[from] ==
               skip_separators(search->normal->text, search->where[last->to], search->where[from]) &&
           from >= last->to && from - last->to <= 1;
}

/* Whether the name stands where a name can begin. */
static bool is_bounded(const struct search *search, size_t from)
{
    return begins_clause(search, from) || is_one_of(search->symbols[from - 1], before_name);
}

/* Whether a township or county that is not ours stands right in front: then the village is theirs. */
static bool is_foreign(const struct search *search, size_t from)
{
    return from > 1 && is_one_of(search->symbols[from - 1], "镇乡县") &&
           !is_one_of(search->symbols[from - 2], own_level);
}

/* For names of two characters, with 村 as one of them, behind them, or not at all. */
static int confidence_of_short(const struct search *search, const struct mention *mention, bool is_heard)
{
    size_t end =
        search->symbols[mention->proper - 1] == 0x6751 ? mention->proper - 1 : mention->proper; /* 村 */

    if (!mention->has_level)
        return !is_heard && can_be_place(search, mention) ? 65 : 0;
    if (is_heard && is_one_of(search->symbols[mention->from], not_heard))
        return 0;
    if (is_heard && mention->to == mention->proper)
        return mention->is_own ? 60 : 0;
    if (is_bounded(search, mention->from))
        return is_heard ? 60 : 90;
    return is_heard || is_generic(search, mention->from, end) ? 0 : 60;
}

/* Percent: how likely the mention is a place at all; 0: it is not. */
static int confidence_of(const struct search *search, const struct mention *mention)
{
    bool is_heard = mention->how == PLACE_HOMOPHONE;
    bool is_long = mention->proper - mention->from >= 3;

    if (follows_mention(search, mention->from))
        return is_heard ? 75 : mention->has_level ? 90 : 85;
    if (is_foreign(search, mention->from))
        return is_heard ? 0 : 40;
    if (!is_long)
        return confidence_of_short(search, mention, is_heard);
    if (is_heard)
        return mention->has_level ? 75 : can_be_place(search, mention) ? 60 : 0;
    return mention->has_level ? 90 : 80;
}

static bool is_mention(struct search *search, struct mention *mention)
{
    mention->is_own = word_before(search, mention->from, own_words, sizeof own_words / sizeof *own_words);
    keep_level(search->gazetteer, mention);
    if (mention->n == 0)
        return false;
    mention->confidence = confidence_of(search, mention);
    return mention->confidence > 0;
}

/* Finds the longest name at a symbol that can be a place here. */
static bool name_at(struct search *search, size_t at, struct mention *mention)
{
    struct word_found found[FOUND_MOST];
    size_t n = wordlist_at(search->gazetteer->names, search->symbols + at, search->n - at, found, FOUND_MOST);

    while (n-- > 0) {
        *mention = (struct mention){ .from = at, .proper = at + found[n].length, .how = PLACE_NAMED };
        read_level(search, mention);
        add_claims(search->gazetteer, mention, found[n].word);
        if (is_mention(search, mention))
            return true;
    }
    return false;
}

static bool sound_at(struct search *search, size_t at, struct mention *mention)
{
    const struct gazetteer *gazetteer = search->gazetteer;
    struct word_found found[FOUND_MOST];
    size_t n = wordlist_at(gazetteer->sounds, search->sounds + at, search->n - at, found, FOUND_MOST);

    while (n-- > 0) {
        *mention = (struct mention){ .from = at, .proper = at + found[n].length, .how = PLACE_HOMOPHONE };
        read_level(search, mention);
        for (int32_t i = gazetteer->first_echo[found[n].word]; i != NONE; i = gazetteer->echoes[i].next)
            add_claims(gazetteer, mention, gazetteer->echoes[i].name);
        if (is_mention(search, mention))
            return true;
    }
    return false;
}

static void find_mentions(struct search *search)
{
    for (size_t at = 0; at < search->n && search->n_mentions < MENTIONS_MOST;) {
        struct mention *mention = &search->mentions[search->n_mentions];

        if (name_at(search, at, mention) || sound_at(search, at, mention)) {
            search->n_mentions++;
            at = mention->to;
        } else {
            at++;
        }
    }
}

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

static void begin_search(struct search *search, void *mem)
{
    search->symbols =
        text_symbols(mem, search->normal->text, search->normal->length, &search->n, &search->where);
    search->sounds = talloc_array(mem, uint32_t, (unsigned)search->n + 1);
    for (size_t i = 0; i < search->n; i++)
        search->sounds[i] = pinyin_sound(search->gazetteer->pinyin, search->symbols[i]);
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
    begin_search(search, search);
    find_mentions(search);
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
            add_candidate(mention, gazetteer->claims[i].place);
        return;
    }
    for (int32_t i = gazetteer->first_echo[found[count - 1].word]; i != NONE; i = gazetteer->echoes[i].next)
        for (int32_t j = gazetteer->first_claim[gazetteer->echoes[i].name]; j != NONE;
             j = gazetteer->claims[j].next)
            add_candidate(mention, gazetteer->claims[j].place);
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
            keep_level(gazetteer, mention);
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

    find_mentions(search);
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
    begin_search(search, scratch);
    look_up(search, &mention);
    if (mention.n > 0 || look_up_within(search, &mention))
        write_found(gazetteer, mem, &mention, out);
    talloc_free(scratch);
}
