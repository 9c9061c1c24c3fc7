#include "gateway/turn/own_text.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/understand.h"
#include "store/notices.h"

/* LEAST: characters of which a text has so few are anybody's words; as few begin many texts. */
enum { LEAST = 10, BEGINNING_LEAST = 20, DAYS = 30 };

static size_t bracket_at(const char *text)
{
    static const char *const brackets[] = {
        "【", "】", "［", "］", "〔", "〕", "[", "]", "(", ")", "（", "）"
    };

    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++)
        if (strncmp(text, brackets[i], strlen(brackets[i])) == 0)
            return strlen(brackets[i]);
    return 0;
}

/* Some networks and phones write the signature's brackets in another way. */
static bool is_signed_by_us(const char *text, const char *signature)
{
    size_t length = strlen(signature), opening = bracket_at(signature), first = bracket_at(text);

    if (length > 0 && strncmp(text, signature, length) == 0)
        return true;
    if (opening == 0 || first == 0)
        return false;
    signature += opening;
    for (length = 0; signature[length] && !bracket_at(signature + length);)
        length++;
    return length > 0 && strncmp(text + first, signature, length) == 0 &&
           bracket_at(text + first + length) > 0;
}

/* The letters and digits of a text, with simplified characters and small letters. */
struct letters {
    uint32_t *at;
    size_t n;
};

static struct letters letters_of(struct turn *turn, const char *text)
{
    struct normal normal;
    struct letters letters = { 0 };

    understanding_normalise(turn->understanding, turn->mem, text, &normal);
    letters.at = talloc_array(turn->mem, uint32_t, normal.n_symbols + 1);
    for (size_t i = 0; i < normal.n_symbols; i++)
        if (!is_separator(normal.symbols[i]))
            letters.at[letters.n++] = normal.symbols[i];
    return letters;
}

static bool begins_with(const struct letters *all, const struct letters *first)
{
    return first->n <= all->n && memcmp(all->at, first->at, first->n * sizeof *all->at) == 0;
}

static struct letters without(const struct letters *all, const struct letters *first)
{
    return begins_with(all, first) ? (struct letters){ all->at + first->n, all->n - first->n } : *all;
}

static bool is_of(const struct letters *sent, const struct letters *come)
{
    return begins_with(sent, come) && (come->n == sent->n || come->n >= BEGINNING_LEAST);
}

static bool was_sent(struct turn *turn, const char *phone, const char *text, bool *is_so)
{
    struct letters signature = letters_of(turn, turn->config->signature);
    struct letters come = letters_of(turn, text);
    const char **texts;
    size_t n;

    *is_so = false;
    if (come.n < LEAST)
        return true;
    if (!store_texts_to(turn->store, turn->mem, phone, turn->now - (int64_t)DAYS * 86400, &texts, &n))
        return false;
    for (size_t i = 0; i < n && !*is_so; i++) {
        struct letters sent = letters_of(turn, texts[i]), words = without(&sent, &signature);

        *is_so = is_of(&words, &come);
    }
    return true;
}

bool own_text_is(struct turn *turn, const char *phone, const char *text, bool *is_so)
{
    *is_so = is_signed_by_us(text, turn->config->signature);
    return *is_so || was_sent(turn, phone, text, is_so);
}
