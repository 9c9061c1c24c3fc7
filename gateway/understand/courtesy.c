#include "gateway/understand/courtesy.h"

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

#include <string.h>
#include <talloc.h>

/* What a word can be: flags, for a word can be several. */
enum {
    RESPECT = 1,
    ADDRESS = 2,
    HELLO = 4,
    UNLESS = 8,
    THANKS = 16,
    FILLER = 32,
    OPENING = 64,
    BUT = 128,
    ASK = 256,
    MACHINE = 512,
    RECEIPT = 1024,
    QUOTE = 2048
};

enum {
    WORDS = 2000,
    NAME_MOST = 4,      /* characters in front of a title: 浮山县王书记您好 */
    RESPECTED_MOST = 8, /* the same behind 尊敬的 */
    SURNAME_MOST = 2,
    BRACKET = 0x3010, /* 【 */
    BRACKET_END = 0x3011,
    BRACKET_MOST = 40, /* characters in between */
    OPENED_MOST = 30,  /* characters of a text that thanks for something */
    THANKS_MOST = 60   /* characters of a text that only thanks, or only asks */
};

struct courtesy {
    struct wordtable *words; /* of unsigned: kinds */
};

static bool take_word(const struct word_row *row, void *arg)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {
        { "respect", RESPECT }, { "address", ADDRESS }, { "title", ADDRESS },   { "hello", HELLO },
        { "unless", UNLESS },   { "thanks", THANKS },   { "filler", FILLER },   { "opening", OPENING },
        { "but", BUT },         { "ask", ASK },         { "machine", MACHINE }, { "receipt", RECEIPT },
        { "hide", 0 },          { "quote", QUOTE },
    };
    struct courtesy *courtesy = arg;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(row->kind, kinds[i].name) == 0) {
            unsigned *said = wordtable_add(courtesy->words, row->word);

            if (said)
                *said |= kinds[i].kind;
            return true;
        }
    return false;
}

struct courtesy *courtesy_new(void *mem, const char *directory, const char **error)
{
    struct courtesy *courtesy = talloc_zero(mem, struct courtesy);

    courtesy->words = wordtable_new(courtesy, WORDS, sizeof(unsigned));
    if (wordfile_each(mem, directory, "courtesy.txt", take_word, courtesy, error) &&
        wordfile_each(mem, directory, "officials.txt", take_word, courtesy, error))
        return courtesy;
    talloc_free(courtesy);
    return NULL;
}

/* The first symbols of a text: enough for any greeting. */
struct front {
    const struct courtesy *courtesy;
    const struct normal *normal;
    const uint32_t *symbols, *where; /* as in normal */
    size_t n;
    bool is_whole; /* the text has no more symbols than these */
};

static void read_front(struct front *front, const struct courtesy *courtesy, const struct normal *normal,
                       size_t octet)
{
    size_t first = 0, left;

    while (normal->where[first] < octet)
        first++;
    left = normal->n_symbols - first;
    *front = (struct front){ .courtesy = courtesy,
                             .normal = normal,
                             .symbols = normal->symbols + first,
                             .where = normal->where + first,
                             .n = left < THANKS_MOST ? left : THANKS_MOST,
                             .is_whole = left <= THANKS_MOST };
}

static bool is_latin(uint32_t symbol)
{
    return symbol >= 'a' && symbol <= 'z';
}

/* The length of the longest word of these kinds that begins at a symbol; 0 when none does. */
static size_t word_of(const struct front *front, size_t at, unsigned kind)
{
    const struct wordtable *words = front->courtesy->words;
    struct word_found found[WORDS_AT_MOST];
    size_t n = wordtable_at(words, front->symbols + at, front->n - at, found);

    while (n-- > 0) {
        size_t end = at + found[n].length;

        if (!(*(const unsigned *)wordtable_sense(words, found[n].word) & kind))
            continue;
        if (end < front->n && is_latin(front->symbols[end - 1]) && is_latin(front->symbols[end]))
            continue;
        return found[n].length;
    }
    return 0;
}

static size_t skip_marks(const struct front *front, size_t at)
{
    while (at < front->n && is_separator(front->symbols[at]) && front->symbols[at] != BRACKET)
        at++;
    return at;
}

/* The symbol behind a 【...】 at `at`; `at` when there is none. */
static size_t skip_bracket(const struct front *front, size_t at)
{
    if (front->symbols[at] != BRACKET)
        return at;
    for (size_t i = at + 1; i < front->n && i - at <= BRACKET_MOST; i++)
        if (front->symbols[i] == BRACKET_END)
            return i + 1;
    return at;
}

/* The symbol behind 您好 or 你好 at `at`; `at` when there is none. A single character greets only behind an
 * address (领导好) or before a mark. */
static size_t skip_hello(const struct front *front, size_t at, bool is_addressed)
{
    size_t length = word_of(front, at, HELLO), end = at + length;

    if (length == 0 || word_of(front, end, UNLESS) > 0)
        return at;
    return length == 1 && !is_addressed && end < front->n && !is_separator(front->symbols[end]) ? at : end;
}

/* Skips words that address somebody, one behind the other, with a surname between at most: 县政府王县长. */
static size_t skip_names(const struct front *front, size_t at)
{
    size_t end = at, length;

    while (at < front->n && at - end <= SURNAME_MOST && !is_separator(front->symbols[at])) {
        length = word_of(front, at, ADDRESS);
        at += length ? length : 1;
        if (length)
            end = at;
    }
    return end;
}

/* A colon addresses somebody only when the writers then speak of themselves: "王书记：我们村 ...", not
 * "村主任：贪污". */
static bool is_called(const struct front *front, size_t at)
{
    static const char *const speakers[] = { "我", "俺", "咱", "本人", "请", "您", "你们" };
    const char *behind = front->normal->text + front->where[skip_marks(front, at)];

    if (front->symbols[at] != ':')
        return false;
    for (size_t i = 0; i < sizeof speakers / sizeof *speakers; i++)
        if (strncmp(behind, speakers[i], strlen(speakers[i])) == 0)
            return true;
    return false;
}

/*
 * [尊敬的] [name] title [们] [marks] 您好. Behind 尊敬的, marks alone end the address; otherwise it takes a
 * colon and 我. Only the first title is tried: behind one that does not end in this way, an accusation may
 * follow.
 */
static size_t skip_address(const struct front *front, size_t begin)
{
    size_t respect = word_of(front, begin, RESPECT), at = begin, end, hello;

    for (size_t more = respect; more > 0; more = word_of(front, at, RESPECT))
        at += more;
    for (size_t name = at; name - at <= (respect ? RESPECTED_MOST : NAME_MOST) && name < front->n; name++) {
        if (is_separator(front->symbols[name]))
            return begin;
        if (word_of(front, name, ADDRESS) == 0)
            continue;
        end = skip_names(front, name);
        if (front->symbols[end] == 0x4EEC) /* 们 */
            end++;
        hello = skip_marks(front, end);
        if (skip_hello(front, hello, true) > hello)
            return skip_hello(front, hello, true);
        if (respect && end < front->n && is_separator(front->symbols[end]))
            return end;
        return is_called(front, end) ? end : begin;
    }
    return begin;
}

static size_t skip_one(const struct front *front, size_t at)
{
    size_t next = skip_bracket(front, at);

    if (next == at)
        next = skip_address(front, at);
    return next == at ? skip_hello(front, at, false) : next;
}

size_t courtesy_skip(const struct courtesy *courtesy, const struct normal *normal)
{
    struct front front = { .n = 0 };
    size_t body = 0, at, next;

    read_front(&front, courtesy, normal, 0);
    for (at = skip_marks(&front, 0); at < front.n; at = skip_marks(&front, next)) {
        next = skip_one(&front, at);
        if (next == at)
            break;
        body = skip_marks(&front, next);
    }
    return body ? front.where[body] : 0;
}

/* 感谢政府给我们修好了路: a short text that opens with thanks and has neither a "but" nor a question. */
static bool thanks_for_something(const struct front *front)
{
    size_t begin = skip_marks(front, 0);

    if (front->n > OPENED_MOST || word_of(front, begin, OPENING) == 0)
        return false;
    for (size_t i = begin + word_of(front, begin, OPENING); i < front->n; i++)
        if (front->symbols[i] == '?' || word_of(front, i, BUT) > 0)
            return false;
    return true;
}

bool courtesy_is_thanks(const struct courtesy *courtesy, const struct normal *normal, size_t at,
                        bool *is_for_something)
{
    struct front front = { .n = 0 };
    bool is_thanks = false;
    size_t thanks, filler;

    *is_for_something = false;
    read_front(&front, courtesy, normal, at);
    if (!front.is_whole)
        return false;
    for (size_t i = skip_marks(&front, 0); i < front.n; i = skip_marks(&front, i)) {
        thanks = word_of(&front, i, THANKS);
        filler = word_of(&front, i, FILLER | ADDRESS | HELLO);
        if (thanks == 0 && filler == 0)
            return *is_for_something = thanks_for_something(&front);
        /* 好 means yes at the beginning, and greets behind an address. */
        if (thanks > 0 && thanks >= filler && (i == 0 || word_of(&front, i, HELLO) != thanks))
            is_thanks = true;
        i += thanks > filler ? thanks : filler;
    }
    return is_thanks;
}

/* Whether the text from octet `at` on holds a word of this kind, and otherwise only what fills. */
static bool is_only(const struct courtesy *courtesy, const struct normal *normal, size_t at, unsigned kind)
{
    struct front front = { .n = 0 };
    bool holds = false;
    size_t word, filler;

    read_front(&front, courtesy, normal, at);
    if (!front.is_whole)
        return false;
    for (size_t i = skip_marks(&front, 0); i < front.n; i = skip_marks(&front, i)) {
        word = word_of(&front, i, kind);
        filler = word_of(&front, i, FILLER | ADDRESS | HELLO);
        if (word == 0 && filler == 0)
            return false;
        holds |= word > 0;
        i += word > filler ? word : filler;
    }
    return holds;
}

bool courtesy_only_asks(const struct courtesy *courtesy, const struct normal *normal, size_t at)
{
    return is_only(courtesy, normal, at, ASK);
}

bool courtesy_only_quotes(const struct courtesy *courtesy, const struct normal *normal)
{
    return is_only(courtesy, normal, 0, QUOTE);
}

/* 自动回复：, 您的验证码是: a machine goes on so; 自动回复个啥, 您的验证码我没收到 are a person's words. */
static bool goes_on_as_machine(const struct front *front, size_t at)
{
    static const char *const words[] = { "是", "为", "您", "你" };
    const char *behind = front->normal->text + front->where[at];

    if (at >= front->n || is_separator(front->symbols[at]) || front->symbols[at] < 0x80)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(behind, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

bool courtesy_is_machine(const struct courtesy *courtesy, const struct normal *normal, bool *is_receipt)
{
    struct front front = { .n = 0 };
    size_t begin, at, word;

    read_front(&front, courtesy, normal, 0);
    begin = skip_marks(&front, 0);
    at = skip_bracket(&front, begin);
    *is_receipt = at > begin && word_of(&front, skip_marks(&front, at), RECEIPT) > 0;
    /* the word may stand in the brackets themselves: 【自动回复】 */
    word = skip_marks(&front, at);
    if (at == begin && word_of(&front, word, MACHINE) > 0)
        return goes_on_as_machine(&front, word + word_of(&front, word, MACHINE));
    return *is_receipt || word_of(&front, word, MACHINE) > 0 ||
           (at > begin && word_of(&front, begin + 1, MACHINE) > 0);
}
