/*
 * What a program can tell from a text without asking the store: its kind, the place and topic it speaks of,
 * and whether access to it must be restricted.
 */
#ifndef GATEWAY_UNDERSTAND_UNDERSTAND_H
#define GATEWAY_UNDERSTAND_UNDERSTAND_H

#include "gateway/understand/danger.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/keyword.h"
#include "gateway/understand/language.h"
#include "gateway/understand/place/place_spans.h"
#include "gateway/understand/place/gazetteer.h"
#include "store/cases.h"
#include "store/people.h"

struct figure_question;
struct model;
struct lexicon_word;

/* Never changed once it is built, so any thread may use it. Build a new one when units or people change. */
struct understanding;

struct understanding_source {
    const struct place_name *names; /* aliases; the units' own names come from units */
    size_t n_names;
    const struct unit *units;
    size_t n_units;
    /* Adds the units, then the aliases, instead of units and names; NULL: it does not. False: failed. */
    bool (*add_places)(struct gazetteer *gazetteer, void *arg);
    void *add_places_arg;
    const char *const
        *cadres; /* names of registered cadres: a text that holds one is guarded, see is_guarded */
    size_t n_cadres;
    const struct lexicon_word *words; /* that the operator keeps */
    size_t n_words;
    const struct language *language; /* must live longer; NULL: it makes its own */
    const char *lexicons;            /* then, see language_new */
};

/* NULL: *error says why (from mem); it stays NULL where add_places failed. Keeps no pointer into source
 * except the language. */
struct understanding *understanding_new(void *mem, const struct understanding_source *source,
                                        const char **error);

/* Lets a model be asked before the program's own, where it has an answer; its labels may be any. It must live
 * longer. Only before other threads use the understanding. */
void understanding_use_model(struct understanding *understanding, const struct model *model);

/* Lets what corrections_learn made correct the program's model, if it was learned beside this very one
 * (base). Only before other threads use the understanding. False: it was not, or the octets are damaged. */
bool understanding_use_learned(struct understanding *understanding, const void *octets, size_t size,
                               const char *base);

/* Names the program's own model, to which belongs what was learned beside it: changes when it does. "": there
 * is none. From mem. */
const char *understanding_base(const struct understanding *understanding, void *mem);

/* Whether any unit is a village, so that a text can name one. */
bool understanding_knows_villages(const struct understanding *understanding);

/* Only TEXT_CASE can become a case. */
enum text_kind {
    TEXT_CASE,
    TEXT_EMPTY,    /* empty, or only characters without width */
    TEXT_THANKS,   /* 谢谢, 好的收到, thanks */
    TEXT_GREETING, /* 您好, hello; also 在吗 */
    TEXT_MARKS,    /* digits, marks or emoji alone */
    TEXT_MACHINE,  /* the answer of a machine that says so: 自动回复 */
    TEXT_RECEIPT   /* the receipt of a gateway like this one */
};

/* In percent. The class of one text in ten has a lower confidence than UNSURE_BELOW: a person should look at
 * these first. From SURE_TOPIC on something is done because of a topic. */
enum { UNSURE_BELOW = 66, SURE_TOPIC = 60 };

struct subject_text;
struct intent;

struct understood {
    struct normal normal;
    enum text_kind kind;
    bool thanks_for_something; /* TEXT_THANKS: says what for, and may mean it otherwise */
    const char *language;      /* "zh" or "en"; NULL when the letters do not tell: writing_language */
    bool is_foreign;           /* in letters that the tables of Chinese words cannot read */

    const char *code;           /* a confirmation code, six digits: identifiers_code; NULL */
    int choice;                 /* a bare number from 1 to 99: an answer to a list; 0 none */
    int rating;                 /* 1..4 when the text could be a rating, should one be asked for; 0 none */
    const char *rating_comment; /* the remark behind the rating, as written; "" */
    const char *mentions;       /* the first valid case number anywhere in the text; NULL */

    struct place_found place;
    struct place_spans names; /* of places */
    const char *topic;        /* "water" ... "other" */
    int topic_confidence;     /* percent */
    enum case_category category;
    int category_confidence;
    int subject_weight; /* of all words that tell topic and class: how much the text is about a matter */
    enum case_urgency urgency; /* URGENCY_URGENT where there is danger, or a model takes it for urgent */
    struct danger_found danger;
    const struct subject_text *subject; /* what models were asked with: subject.h */
    const struct intent *unasked; /* its intent in SITUATION_NONE; NULL: not read, understand() does not */
    bool is_away;                 /* the writer works away from home */
    bool is_guarded;              /* restricted under art. 30: may accuse an official or a public body */
    bool is_guarded_by_words;     /* the same by its words alone, whatever a model says */
};

/* Everything in out is allocated from mem; out keeps a pointer to text, which must live as long. */
void understand(const struct understanding *understanding, void *mem, const char *text,
                struct understood *out);

/* Looks for the place again, now that the unit where the sender's matters have been is known. */
void understanding_find_near(const struct understanding *understanding, void *mem, int64_t home,
                             struct understood *out);

/* Another text in the form in which texts are matched; mem and text as in normalise(). */
void understanding_normalise(const struct understanding *understanding, void *mem, const char *text,
                             struct normal *out);

/* Whether the text only says that it sends another one on: 转发：, fwd. */
bool understanding_only_quotes(const struct understanding *understanding, void *mem, const char *text);

/* The danger that words tell of, without reading the rest: see danger.h. */
void understanding_danger(const struct understanding *understanding, void *mem, const char *text,
                          struct danger_found *found);

/* The case numbers in a text, at most so many (identifiers.h). */
size_t understanding_case_numbers(const struct understanding *understanding, void *mem, const char *text,
                                  struct number_found *found, size_t most);

/* What staff mean by a text that is no command: bits of SAYS, text/staff_order.h. */
unsigned understanding_staff_order(const struct understanding *understanding,
                                   const struct understood *understood);

/* What a text asks about figures: text/figure_question.h. */
void understanding_figure_question(const struct understanding *understanding,
                                   const struct understood *understood, struct figure_question *question);

/* Whether a sender is a short code, 106..., 10086 and the like, or a name: never a case, never answered. */
bool sender_is_automatic(const char *from);

/*
 * The unit of this name, for 转 and for forms: exact, with or without 村/镇/..., an alias, or a homophone.
 * out->how is PLACE_NONE when there is none, PLACE_AMBIGUOUS when there are several.
 */
void understanding_find_unit(const struct understanding *understanding, void *mem, const char *name,
                             struct place_found *out);

#endif
