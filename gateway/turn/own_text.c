#include "gateway/turn/own_text.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/understand.h"
#include "store/cases.h"
#include "store/notices.h"

/* LEAST: characters of which a text has so few are anybody's words; as few begin many texts. */
enum { LEAST = 10, BEGINNING_LEAST = 20, DAYS = 30, QUOTED_MOST = 4 };

/* The letters and digits of a text, with simplified characters and small letters; of blanked codes the stars.
 */
struct letters {
    uint32_t *at;
    size_t *symbols; /* of the normalised text, that they are */
    size_t n;
    struct normal normal;
};

static struct letters letters_of(struct turn *turn, const char *text)
{
    struct letters letters = { 0 };

    understanding_normalise(turn->understanding, turn->mem, text, &letters.normal);
    letters.at = talloc_array(turn->mem, uint32_t, letters.normal.n_symbols + 1);
    letters.symbols = talloc_array(turn->mem, size_t, letters.normal.n_symbols + 1);
    for (size_t i = 0; i < letters.normal.n_symbols; i++)
        if (letters.normal.symbols[i] == '*' || !is_separator(letters.normal.symbols[i])) {
            letters.symbols[letters.n] = i;
            letters.at[letters.n++] = letters.normal.symbols[i];
        }
    return letters;
}

static bool is_digit(uint32_t letter)
{
    return letter >= '0' && letter <= '9';
}

/* How many letters of a text that came, from the one at `from` on, are those that were sent. */
static size_t count_alike(const struct letters *sent, size_t skipped, const struct letters *come, size_t from)
{
    size_t n = 0;

    while (skipped + n < sent->n && from + n < come->n) {
        uint32_t ours = sent->at[skipped + n], theirs = come->at[from + n];

        if (ours != theirs && !(ours == '*' && is_digit(theirs)))
            break;
        n++;
    }
    return n;
}

/* The text of ours that stands in one that came: its letters [from, to), from the signature on. */
struct quoted {
    size_t from, behind_signature, to;
    bool is_signed;
};

/* NFKC has made the others of these already. */
static bool is_bracket(const struct normal *normal, size_t symbol)
{
    static const uint32_t brackets[] = { 0x3010, 0x3011, 0x3014, 0x3015, '[', ']', '(', ')' };

    for (size_t i = 0; symbol < normal->n_symbols && i < sizeof brackets / sizeof *brackets; i++)
        if (normal->symbols[symbol] == brackets[i])
            return true;
    return false;
}

/* Some networks and phones write the signature's brackets in another way. */
static void find_signature(const struct letters *come, const struct letters *signature, struct quoted *quoted)
{
    size_t n = signature->n;
    bool begins =
        strncmp(come->normal.original, signature->normal.original, strlen(signature->normal.original)) == 0;

    *quoted = (struct quoted){ 0 };
    for (size_t i = 0; n > 0 && i + n <= come->n && !quoted->is_signed; i++)
        if (memcmp(come->at + i, signature->at, n * sizeof *come->at) == 0 &&
            ((i == 0 && begins) || (come->symbols[i] > 0 && is_bracket(&come->normal, come->symbols[i] - 1) &&
                                    is_bracket(&come->normal, come->symbols[i + n - 1] + 1))))
            *quoted = (struct quoted){ .from = i, .behind_signature = i + n, .is_signed = true };
}

/* Makes the quotation end where the longest of these texts does that it can be. */
static void match(struct turn *turn, const struct letters *come, const struct letters *signature,
                  const char **texts, size_t n, struct quoted *quoted)
{
    for (size_t i = 0; i < n; i++) {
        struct letters sent = letters_of(turn, texts[i]);
        size_t skipped = count_alike(signature, 0, &sent, 0) == signature->n ? signature->n : 0;
        size_t alike = count_alike(&sent, skipped, come, quoted->behind_signature);
        bool is_whole = alike == sent.n - skipped && (alike >= LEAST || quoted->is_signed);

        if (alike > 0 && (is_whole || alike >= BEGINNING_LEAST) &&
            quoted->behind_signature + alike > quoted->to)
            quoted->to = quoted->behind_signature + alike;
    }
}

/* Somebody else's text about their case, sent on. */
static bool match_case(struct turn *turn, const struct letters *come, const struct letters *signature,
                       struct quoted *quoted)
{
    struct number_found found;
    struct case_ *case_;
    const char **texts;
    size_t n;

    if (understanding_case_numbers(turn->understanding, turn->mem, come->normal.original, &found, 1) == 0)
        return true;
    if (!store_case_by_number(turn->store, turn->mem, found.number, &case_))
        return false;
    if (!case_)
        return true;
    if (!store_texts_of_case(turn->store, turn->mem, case_->id, &texts, &n))
        return false;
    match(turn, come, signature, texts, n, quoted);
    return true;
}

static bool find(struct turn *turn, const char *phone, const struct letters *come, struct quoted *quoted)
{
    struct letters signature = letters_of(turn, turn->config->signature);
    int64_t since = turn->now - (int64_t)DAYS * 86400;
    const char **texts;
    size_t n;

    find_signature(come, &signature, quoted);
    if (!quoted->is_signed && come->n < LEAST)
        return true;
    if (!store_texts_to(turn->store, turn->mem, phone, since, &texts, &n))
        return false;
    match(turn, come, &signature, texts, n, quoted);
    return quoted->to || !quoted->is_signed || match_case(turn, come, &signature, quoted);
}

/* What stands before and behind the quotation; "" where that says nothing. */
static const char *words_beside(struct turn *turn, const struct letters *come, const struct quoted *quoted)
{
    const struct normal *normal = &come->normal;
    size_t from = quoted->from ? come->symbols[quoted->from - 1] + 1 : 0;
    const char *before = normal_original(turn->mem, normal, 0, normal->where[from]), *behind = "";

    if (understanding_only_quotes(turn->understanding, turn->mem, before))
        before = "";
    if (quoted->to < come->n)
        behind = normal_original(turn->mem, normal, normal->where[come->symbols[quoted->to - 1] + 1],
                                 normal->length);
    return talloc_asprintf(turn->mem, "%s%s%s", before, *before && *behind ? "\n" : "", behind);
}

bool own_text_beside(struct turn *turn, const char *phone, const char *text, const char **words)
{
    *words = NULL;
    for (int i = 0; i < QUOTED_MOST && (!*words || **words); i++) {
        struct letters come = letters_of(turn, *words ? *words : text);
        struct quoted quoted;

        if (!find(turn, phone, &come, &quoted))
            return false;
        if (quoted.to)
            *words = words_beside(turn, &come, &quoted);
        else if (quoted.is_signed && quoted.from == 0 && !*words)
            *words = "";
        else
            break;
    }
    return true;
}

bool own_text_strip(struct turn *turn, const char *phone, const char **text)
{
    const char *words;

    if (!own_text_beside(turn, phone, *text, &words))
        return false;
    if (words && *words)
        *text = words;
    return true;
}
