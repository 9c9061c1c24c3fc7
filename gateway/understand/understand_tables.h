/*
 * What an understanding is made of. Only understand.c, which builds it, accused.c and intent.c
 * include this header.
 */
#ifndef GATEWAY_UNDERSTAND_UNDERSTAND_TABLES_H
#define GATEWAY_UNDERSTAND_UNDERSTAND_TABLES_H

#include "gateway/understand/courtesy.h"
#include "gateway/understand/intent_words.h"
#include "gateway/understand/lexicon.h"
#include "gateway/understand/naming.h"
#include "gateway/understand/understand.h"

struct understanding {
    const struct normaliser *normaliser;
    const struct courtesy *courtesy;
    const struct lexicon *lexicon;
    const struct intent_words *intent_words;
    const struct pinyin *pinyin;
    const struct gazetteer *gazetteer;
    const struct naming_words *words;
    struct naming_text *cadres; /* names of registered cadres */
    size_t n_cadres;
    bool knows_villages;
};

#endif
