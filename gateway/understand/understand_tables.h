/*
 * What an understanding is made of. Only files of this room include this header; language.c and understand.c
 * build it.
 */
#ifndef GATEWAY_UNDERSTAND_UNDERSTAND_TABLES_H
#define GATEWAY_UNDERSTAND_UNDERSTAND_TABLES_H

#include "gateway/model/model.h"
#include "gateway/understand/courtesy.h"
#include "gateway/understand/danger.h"
#include "gateway/understand/intent_words.h"
#include "gateway/understand/language.h"
#include "gateway/understand/lexicon.h"
#include "gateway/understand/naming.h"
#include "gateway/understand/text/figure_question.h"
#include "gateway/understand/text/staff_order.h"
#include "gateway/understand/understand.h"

struct language {
    const char *lexicons;
    const struct normaliser *normaliser;
    const struct courtesy *courtesy;
    const struct intent_words *intent_words;
    const struct figure_words *figure_words;
    const struct order_words *order_words;
    const struct pinyin *pinyin;
    const struct naming_words *words;
    const struct model *model; /* the program's own, or the directory's; NULL: there is none */
    const void *octets;        /* model's, n_octets of them */
    size_t n_octets;
};

struct understanding {
    const struct language *language; /* shared, or its own */
    const struct lexicon *lexicon;
    const struct danger_words *danger_words;
    struct gazetteer *gazetteer;
    struct naming_text *cadres; /* names of registered cadres */
    size_t n_cadres;
    const struct model *learned; /* what people corrected, beside model; NULL */
    const struct model *chosen;  /* asked first; NULL */
};

/* understand.c: what the rules alone say of a text; out->place and the kind are not looked for. */
void understand_by_rules(const struct understanding *understanding, void *mem, const char *text,
                         struct understood *out, struct lexicon_sums *sums);

#endif
