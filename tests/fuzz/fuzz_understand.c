/* Any octets at all, understood in a small county: nothing read beyond its end, every answer within its
 * bounds. */
#include "gateway/understand/intent.h"
#include "gateway/understand/understand.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const struct unit units[] = {
    { .id = 1, .name = "浮山县", .level = UNIT_COUNTY },
    { .id = 2, .name = "北王镇", .level = UNIT_TOWNSHIP, .parent = 1 },
    { .id = 3, .name = "槐埝乡", .level = UNIT_TOWNSHIP, .parent = 1 },
    { .id = 4, .name = "高村村委会", .level = UNIT_VILLAGE, .parent = 2 },
    { .id = 5, .name = "高村村委会", .level = UNIT_VILLAGE, .parent = 3 },
    { .id = 6, .name = "河底村委会", .level = UNIT_VILLAGE, .parent = 3 },
    { .id = 7, .name = "浮山县水务局", .level = UNIT_DEPARTMENT, .parent = 1 },
};

/* Who is asked back may be taken to rate without a rating. */
static void check_intent(const struct understanding *understanding, void *mem,
                         const struct understood *understood, enum situation situation)
{
    struct intent intent;
    bool rates;

    intent_read(understanding, mem, understood, situation, &intent);
    rates = intent.kind == INTENT_RATE || intent.kind == INTENT_BOTH;
    assert(intent.kind < INTENTS && intent.matter);
    assert(intent.rating >= 0 && intent.rating <= 4 && (rates || intent.rating == 0));
    assert(!rates || intent.asks || intent.rating > 0);
}

static void check_text(const struct understanding *understanding, const char *text)
{
    void *mem = talloc_new(NULL);
    struct understood out;
    struct place_found unit;

    understand(understanding, mem, text, &out);
    assert(out.normal.body <= out.normal.length);
    assert(out.place.unit >= 0 && out.place.unit <= 6);
    assert(out.place.confidence >= 0 && out.place.confidence <= 100);
    assert((out.place.how == PLACE_AMBIGUOUS) == (out.place.n_candidates > 1));
    assert(out.rating >= 0 && out.rating <= 4 && out.choice >= 0 && out.choice <= 99);
    assert(!out.code || strlen(out.code) == 6);
    assert(out.topic && out.rating_comment);
    for (enum situation situation = SITUATION_NONE; situation <= SITUATION_PLACE; situation++)
        check_intent(understanding, mem, &out, situation);
    understanding_find_unit(understanding, mem, text, &unit);
    sender_is_automatic(text);
    talloc_free(mem);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct understanding *understanding;
    const struct understanding_source source = { .units = units, .n_units = sizeof units / sizeof *units };
    const char *error;
    char *text = malloc(size + 1);

    if (!understanding)
        understanding = understanding_new(NULL, &source, &error);
    assert(understanding);
    memcpy(text, data, size);
    text[size] = '\0';
    check_text(understanding, text);
    free(text);
    return 0;
}
