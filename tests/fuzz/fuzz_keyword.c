/* Any octets at all: normalised, matched against a table, and every way back led to the original. */
#include "gateway/understand/keyword.h"
#include "gateway/understand/text/rating.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const struct keyword table[] = {
    { "查|查询|进度|status", 1, TAKES_NUMBER },
    { "补|补充|add", 2, TAKES_NUMBER | TAKES_TEXT },
    { "评|rate", 3, TAKES_NUMBER | TAKES_RATING },
    { "帮助|?|help", 4, 0 },
    { "并|merge", 5, TAKES_NUMBERS },
    { "延期|extend", 6, TAKES_NUMBER | TAKES_COUNT | TAKES_TEXT },
    { "代|for", 7, TAKES_PHONE | TAKES_TEXT | NEEDS_NUMBER },
    { 0 },
};

static void check_text(const struct normaliser *normaliser, const char *text)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct keyword_match match;
    size_t end = 0;

    normalise(normaliser, mem, text, &normal);
    assert(normal.length == strlen(normal.text) && !u8_check((const uint8_t *)normal.text, normal.length));
    for (size_t i = 0; i < normal.length; i++)
        assert(normal.at[i] <= normal.at[i + 1]);
    assert(normal.at[normal.length] == strlen(text));
    if (keyword_match(table, mem, &normal, &match)) {
        assert(strlen(match.rest) <= strlen(text));
        assert((match.number_kind == NUMBER_NONE) == (match.number[0] == '\0'));
        assert(match.number_kind != NUMBER_RIGHT || case_number_check(match.number, strlen(match.number)));
    }
    assert(rating_at(&normal, 0, &end) <= 4 && end <= normal.length);
    talloc_free(mem);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct normaliser *normaliser;
    const char *error;
    char *text = malloc(size + 1);

    if (!normaliser)
        normaliser = normaliser_new(NULL, &error);
    memcpy(text, data, size);
    text[size] = '\0';
    check_text(normaliser, text);
    free(text);
    return 0;
}
