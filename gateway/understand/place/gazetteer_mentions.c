#include "gateway/understand/place/gazetteer_mentions.h"

#include <string.h>
#include <talloc.h>

/* Words that say the writer is from the place behind them; place_words only say that a place may follow. */
static const char *const own_words[] = {
    "我是", "我们是", "我们", "我住", "我家在", "我家住", "家住", "家在",
    "住在", "俺们",   "俺是", "俺",   "咱们",   "咱",     "我叫", "我系"
};
static const char *const place_words[] = { "在", "是", "到", "从", "去", "来", "于", "住", "由", "往", "至" };

/* Characters that can stand in front of a village's name: 在高村, 我们高村, 北王镇高村; not 大高村, 城中村.
 */
static const char before_name[] =
    "在是系到从去来于由往至住我们俺咱的和与及跟对给为把有叫找问向经过就关映镇乡县市区省道";

/* Behind these a 镇, 乡 or 县 is the writer's own, not a foreign one: 我们镇, 本县. */
static const char own_level[] = "们本我咱该这全俺";

/* Characters that form an ordinary word with 村 (各村, 两村): never taken for a homophone of a village. */
static const char not_heard[] = "各为两里本该每几多全这那新一二三四五六七八九十某我你他她它咱俺的了和与在到原"
                                "现今外邻乡进出回离系是去来住从";

/* What a short name may be followed by at the beginning of a text. */
static const char after_name[] = "的没有人这那全路水";

/* Characters of position and landscape: a name of two such characters (东街, 河底) is an ordinary word too.
 */
static const char generic[] =
    "东西南北中上下前后左右里外内大小新老河山沟坡口街头底坪岭交川垣庄寨院桥岗角路门边塘湾";

/* Signs of a character. */
enum {
    BEFORE_NAME = 1,
    OWN_LEVEL = 2,
    NOT_HEARD = 4,
    AFTER_NAME = 8,
    GENERIC = 16,
    OTHER_LEVEL = 32,   /* 镇, 乡 or 县 */
    BEGINS_SUFFIX = 64, /* of a level */
    ENDS_SUFFIX = 128,
    ENDS_OWN_WORD = 256, /* or one of place_words */
};

static void sign_all(uint16_t *signs, const char *characters, uint16_t sign)
{
    for (size_t at = 0; characters[at];) {
        uint32_t c = next_character(characters, &at);

        if (c >= FIRST_SIGN && c <= LAST_SIGN)
            signs[c - FIRST_SIGN] |= sign;
    }
}

static const char *last_character(const char *word)
{
    const char *last = word;

    for (size_t at = 0; word[at];) {
        last = word + at;
        next_character(word, &at);
    }
    return last;
}

static void sign_first(uint16_t *signs, const char *word, uint16_t sign)
{
    size_t at = 0;
    uint32_t c = next_character(word, &at);

    if (c >= FIRST_SIGN && c <= LAST_SIGN)
        signs[c - FIRST_SIGN] |= sign;
}

void gazetteer_make_signs(struct gazetteer *gazetteer)
{
    uint16_t *signs = talloc_zero_array(gazetteer, uint16_t, LAST_SIGN - FIRST_SIGN + 1);

    sign_all(signs, before_name, BEFORE_NAME);
    sign_all(signs, own_level, OWN_LEVEL);
    sign_all(signs, not_heard, NOT_HEARD);
    sign_all(signs, after_name, AFTER_NAME);
    sign_all(signs, generic, GENERIC);
    sign_all(signs, "镇乡县", OTHER_LEVEL);
    for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++) {
        sign_first(signs, suffix->words, BEGINS_SUFFIX);
        sign_all(signs, last_character(suffix->words), ENDS_SUFFIX);
    }
    for (size_t i = 0; i < sizeof own_words / sizeof *own_words; i++)
        sign_all(signs, last_character(own_words[i]), ENDS_OWN_WORD);
    for (size_t i = 0; i < sizeof place_words / sizeof *place_words; i++)
        sign_all(signs, last_character(place_words[i]), ENDS_OWN_WORD);
    gazetteer->signs = signs;
}

static bool has_sign(const struct search *search, uint32_t symbol, uint16_t sign)
{
    return symbol >= FIRST_SIGN && symbol <= LAST_SIGN &&
           (search->gazetteer->signs[symbol - FIRST_SIGN] & sign);
}

/* Latin letters have no signs: anything may be. */
static bool may_have_sign(const struct search *search, uint32_t symbol, uint16_t sign)
{
    return symbol < FIRST_SIGN || has_sign(search, symbol, sign);
}

static bool text_has(const struct search *search, size_t symbol, const char *words)
{
    return strncmp(search->normal->text + search->where[symbol], words, strlen(words)) == 0;
}

static bool word_before(const struct search *search, size_t symbol, const char *const *words, size_t n)
{
    size_t octet = search->where[symbol];

    if (symbol == 0 || !may_have_sign(search, search->symbols[symbol - 1], ENDS_OWN_WORD))
        return false;
    octet = trim_separators(search->normal->text, 0, octet);
    for (size_t i = 0; i < n; i++)
        if (text_ends_with(search->normal->text, octet, words[i]))
            return true;
    return false;
}

static void set_level(struct mention *mention, const struct unit_suffix *suffix)
{
    mention->has_level = true;
    mention->level = suffix->level;
}

void mention_read_level(const struct search *search, struct mention *mention)
{
    const char *name = search->normal->text + search->where[mention->from];
    size_t length = search->where[mention->proper] - search->where[mention->from];

    mention->to = mention->proper;
    if (may_have_sign(search, search->symbols[mention->proper], BEGINS_SUFFIX))
        for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++)
            if (text_has(search, mention->proper, suffix->words)) {
                set_level(mention, suffix);
                mention->to += count_characters(suffix->words, strlen(suffix->words));
                return;
            }
    if (may_have_sign(search, search->symbols[mention->proper - 1], ENDS_SUFFIX))
        for (const struct unit_suffix *suffix = unit_suffixes; suffix->words; suffix++)
            if (text_ends_with(name, length, suffix->words)) {
                set_level(mention, suffix);
                return;
            }
}

bool mention_can_end(const struct search *search, size_t at)
{
    return has_sign(search, search->symbols[at], BEGINS_SUFFIX);
}

static bool takes(const struct search *search, const struct mention *mention, int32_t place)
{
    enum unit_level level = search->gazetteer->places[place].level;

    if (mention->has_level && level != mention->level)
        return false;
    return search->takes_offices || level <= UNIT_COUNTY;
}

static void add_candidate(struct mention *mention, int32_t place)
{
    for (size_t i = 0; mention->is_heard && i < mention->n; i++)
        if (mention->candidates[i] == place)
            return;
    if (mention->n < CANDIDATES_MOST)
        mention->candidates[mention->n++] = place;
}

static void gather_name(const struct search *search, struct mention *mention, uint32_t name, int32_t from,
                        int32_t to)
{
    const struct gazetteer *gazetteer = search->gazetteer;
    uint32_t at = gazetteer->first_claim[name], end = gazetteer->first_claim[name + 1];

    for (uint32_t last = end; from > 0 && at < last;) {
        uint32_t middle = (at + last) / 2;

        if (CLAIM_PLACE(gazetteer->claims[middle]) < from)
            at = middle + 1;
        else
            last = middle;
    }
    for (; at < end && mention->n < CANDIDATES_MOST; at++) {
        uint32_t claim = gazetteer->claims[at];

        if (CLAIM_PLACE(claim) >= to)
            return;
        if (!takes(search, mention, CLAIM_PLACE(claim)))
            continue;
        add_candidate(mention, CLAIM_PLACE(claim));
        if (CLAIM_IS_ALIAS(claim) && mention->how == PLACE_NAMED)
            mention->how = PLACE_ALIAS;
    }
}

void mention_gather(const struct search *search, struct mention *mention, int32_t from, int32_t to)
{
    const struct gazetteer *gazetteer = search->gazetteer;

    mention->n = 0;
    if (!mention->is_heard) {
        gather_name(search, mention, mention->word, from, to);
        return;
    }
    for (uint32_t i = gazetteer->first_echo[mention->word]; i < gazetteer->first_echo[mention->word + 1]; i++)
        gather_name(search, mention, gazetteer->echoes[i], from, to);
}

bool mention_narrow(const struct search *search, struct mention *mention, const struct mention *areas,
                    enum unit_level level)
{
    int32_t kept[CANDIDATES_MOST], found[CANDIDATES_MOST];
    struct mention within = *mention;
    size_t n = 0;

    within.candidates = found;
    for (size_t i = 0; i < areas->n; i++) {
        const struct place *area = &search->gazetteer->places[areas->candidates[i]];

        if (area->level != level)
            continue;
        mention_gather(search, &within, areas->candidates[i] + 1, (int32_t)area->end);
        for (size_t k = 0; k < within.n && n < CANDIDATES_MOST; k++)
            kept[n++] = within.candidates[k];
    }
    if (n > 0) {
        memcpy(mention->candidates, kept, n * sizeof *kept);
        mention->n = n;
    }
    return n > 0;
}

bool mention_is_one_of(uint32_t symbol, const char *characters)
{
    for (size_t at = 0; characters[at];)
        if (next_character(characters, &at) == symbol)
            return true;
    return false;
}

static bool is_generic(const struct search *search, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!has_sign(search, search->symbols[i], GENERIC))
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
               has_sign(search, search->symbols[mention->to], AFTER_NAME);
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

bool mention_is_bounded(const struct search *search, size_t from)
{
    return begins_clause(search, from) || has_sign(search, search->symbols[from - 1], BEFORE_NAME);
}

/* Whether a township or county that is not ours stands right in front: then the village is theirs. */
static bool is_foreign(const struct search *search, size_t from)
{
    return from > 1 && has_sign(search, search->symbols[from - 1], OTHER_LEVEL) &&
           !has_sign(search, search->symbols[from - 2], OWN_LEVEL);
}

static bool is_wide(const struct search *search)
{
    return search->gazetteer->n_places > WIDE;
}

/* For names of two characters, with 村 as one of them, behind them, or not at all. */
static int confidence_of_short(const struct search *search, const struct mention *mention, bool is_heard)
{
    size_t end =
        search->symbols[mention->proper - 1] == 0x6751 ? mention->proper - 1 : mention->proper; /* 村 */

    if (!mention->has_level)
        return !is_heard && can_be_place(search, mention) ? 65 : 0;
    if (is_heard && has_sign(search, search->symbols[mention->from], NOT_HEARD))
        return 0;
    if (is_heard && mention->to == mention->proper)
        return mention->is_own ? 60 : 0;
    if (mention_is_bounded(search, mention->from))
        return is_heard ? 60 : 90;
    /* among a country's names the end of a misspelled one is another's name */
    return is_heard || is_wide(search) || is_generic(search, mention->from, end) ? 0 : 60;
}

/* Among the names of a whole country a bare word is a place only where it can be nothing else. */
static bool is_lost_among_many(const struct search *search, const struct mention *mention)
{
    return is_wide(search) && !mention->has_level && !mention->is_own && !stands_alone(search, mention);
}

/* ... or where the unit in front of it has a place of that name: 北王镇高村, 北王高村. */
static bool lies_in_last(const struct search *search, struct mention *mention)
{
    const struct mention *last = &search->mentions[search->n_mentions - 1];

    return !mention->is_heard && (mention_narrow(search, mention, last, UNIT_TOWNSHIP) ||
                                  mention_narrow(search, mention, last, UNIT_COUNTY));
}

/* Among as many sounds most pairs of characters sound like some village: only where a name can begin. */
static bool may_be_heard(const struct search *search, size_t from)
{
    return !is_wide(search) || mention_is_bounded(search, from) || follows_mention(search, from);
}

/* Percent: how likely the mention is a place at all; 0: it is not. */
static int confidence_of(const struct search *search, const struct mention *mention)
{
    bool is_heard = mention->is_heard;
    bool is_long = mention->proper - mention->from >= 3;

    if (follows_mention(search, mention->from))
        return is_heard ? 75 : mention->has_level ? 90 : 85;
    if (is_lost_among_many(search, mention))
        return 0;
    if (is_foreign(search, mention->from))
        return is_heard ? 0 : 40;
    if (!is_long)
        return confidence_of_short(search, mention, is_heard);
    if (is_heard)
        return mention->has_level ? 75 : can_be_place(search, mention) ? 60 : 0;
    return mention->has_level ? 90 : 80;
}

/* Decides by what stands around the name before the units are looked at: most names in a text are none. */
static bool is_mention(const struct search *search, struct mention *mention)
{
    mention_read_level(search, mention);
    mention->is_own = word_before(search, mention->from, own_words, sizeof own_words / sizeof *own_words);
    mention->confidence = confidence_of(search, mention);
    if (mention->confidence == 0)
        return false;
    if (is_lost_among_many(search, mention))
        return lies_in_last(search, mention);
    mention_gather(search, mention, 0, INT32_MAX);
    return mention->n > 0;
}

/* Finds the longest name, or name of that sound, at a symbol that can be a place here. */
static bool mention_at(const struct search *search, size_t at, bool by_sound, struct mention *mention)
{
    const struct wordlist *list = by_sound ? search->gazetteer->sounds : search->gazetteer->names;
    const uint32_t *symbols = by_sound ? search->sounds : search->symbols;
    struct word_found found[FOUND_MOST];
    size_t n = wordlist_at(list, symbols + at, search->n - at, found, FOUND_MOST);

    while (n-- > 0) {
        *mention = (struct mention){ .from = at,
                                     .proper = at + found[n].length,
                                     .how = by_sound ? PLACE_HOMOPHONE : PLACE_NAMED,
                                     .is_heard = by_sound,
                                     .word = (uint32_t)found[n].word,
                                     .candidates = mention->candidates };
        if (is_mention(search, mention))
            return true;
    }
    return false;
}

void mentions_find(struct search *search)
{
    for (size_t at = 0; at < search->n && search->n_mentions < MENTIONS_MOST;) {
        struct mention *mention = &search->mentions[search->n_mentions];

        mention->candidates = search->room[search->rooms];
        if (mention_at(search, at, false, mention) ||
            (may_be_heard(search, at) && mention_at(search, at, true, mention))) {
            search->n_mentions++;
            search->rooms++;
            at = mention->to;
        } else {
            at++;
        }
    }
}

struct search *mentions_begin(const struct gazetteer *gazetteer, void *mem, const struct normal *normal)
{
    struct search *search = talloc(mem, struct search);

    search->gazetteer = gazetteer;
    search->normal = normal;
    search->takes_offices = false;
    search->n_mentions = search->rooms = 0;
    search->symbols = text_symbols(search, normal->text, normal->length, &search->n, &search->where);
    search->sounds = talloc_array(search, uint32_t, search->n + 1);
    for (size_t i = 0; i < search->n; i++)
        search->sounds[i] = pinyin_sound(gazetteer->pinyin, search->symbols[i]);
    return search;
}
