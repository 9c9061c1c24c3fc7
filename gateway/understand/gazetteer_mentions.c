#include "gateway/understand/gazetteer_mentions.h"

#include <string.h>
#include <talloc.h>

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

void mention_add(struct mention *mention, int32_t place)
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
        mention_add(mention, claim->place);
        if (claim->is_alias && mention->how == PLACE_NAMED)
            mention->how = PLACE_ALIAS;
    }
}

void mention_keep_level(const struct gazetteer *gazetteer, struct mention *mention)
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
    mention_keep_level(search->gazetteer, mention);
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

void mentions_find(struct search *search)
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

void mentions_begin(struct search *search, void *mem)
{
    search->symbols =
        text_symbols(mem, search->normal->text, search->normal->length, &search->n, &search->where);
    search->sounds = talloc_array(mem, uint32_t, (unsigned)search->n + 1);
    for (size_t i = 0; i < search->n; i++)
        search->sounds[i] = pinyin_sound(search->gazetteer->pinyin, search->symbols[i]);
}
