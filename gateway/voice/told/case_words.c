#include "gateway/voice/told/case_words.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/calling.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/owner.h"
#include "gateway/understand/case_number.h"
#include "store/cases.h"
#include "store/people.h"

static const char *state_word(enum case_state state)
{
    static const char *const words[] = {
        [CASE_NEW] = "state-new",
        [CASE_IN_HAND] = "state-in-hand",
        [CASE_CLOSED] = "state-closed",
        [CASE_RATED] = "state-closed",
        [CASE_EXPLAINED] = "state-explained",
        [CASE_OUT_OF_SCOPE] = "state-refused",
        [CASE_MERGED] = "state-merged",
        [CASE_WITHDRAWN] = "state-withdrawn",
        [CASE_NO_COMPLAINT] = "state-no-complaint",
    };

    _Static_assert(sizeof words / sizeof *words == CASE_STATES, "each state is said");
    return words[state];
}

static char *add_case(char *words, const struct case_ *case_)
{
    return talloc_asprintf_append(words, "case %s %s pause ", case_->number, state_word(case_->state));
}

/* ---- by the phone ---- */

struct asking {
    void *mem;
    const char *phone;
    const char *number; /* of the one case asked about; NULL: the open ones */
    char *words;
    size_t n;
    bool takes_texts;
    struct case_told *told;
};

static bool add_asked(const struct case_ *case_, void *arg)
{
    struct asking *asking = arg;

    if (asking->number ? strcmp(asking->number, case_->number) != 0 : asking->n == CASE_WORDS_MOST)
        return true;
    asking->words = add_case(asking->words, case_);
    if (asking->takes_texts)
        asking->told->numbers[asking->told->n++] = talloc_strdup(asking->mem, case_->number);
    asking->n++;
    return true;
}

static bool find_asked(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct person *person;

    if (!store_person(turn->store, turn->mem, asking->phone, &person))
        return false;
    struct case_filter filter = { .reporter = asking->phone,
                                  .states = asking->number ? 0 : OPEN_STATES,
                                  .since = person ? person->owner_since : 0 };

    asking->n = asking->told->n = 0;
    asking->words = talloc_strdup(asking->mem, "");
    asking->takes_texts = !calling_is_landline(asking->phone) && !(person && person->is_called);
    return store_each_case(turn->store, &filter, add_asked, asking);
}

bool case_words_open(void *mem, struct desk *desk, const char *phone, struct case_told *told)
{
    struct asking asking = { .mem = mem, .phone = phone, .told = told };

    if (!*phone || !desk_do(desk, find_asked, &asking))
        return false;
    told->words = asking.n > 0 ? asking.words : "no-cases";
    return true;
}

/* ---- by the code that was read out ---- */

struct code_asking {
    void *mem;
    const char *number;
    struct inquiry inquiry;
    char *words;
};

static bool find_by_code(struct turn *turn, void *arg)
{
    struct code_asking *asking = arg;
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, asking->number, &case_) ||
        !inquiry_try(turn, case_, &asking->inquiry))
        return false;
    if (asking->inquiry.is_right)
        asking->words = add_case(talloc_strdup(asking->mem, ""), case_);
    return true;
}

static bool is_own(struct desk *desk, struct asking *own)
{
    return *own->phone && desk_do(desk, find_asked, own) && own->n > 0;
}

/* Every number that is not the caller's own is asked for its code: nobody learns which cases have one. */
bool case_words_status(void *mem, struct desk *desk, const struct case_asked *asked, struct case_told *told)
{
    size_t n = strcspn(asked->digits, " ");
    const char *number = talloc_strndup(mem, asked->digits, n);
    const char *code = asked->digits + n + strspn(asked->digits + n, " ");
    struct asking own = { .mem = mem, .phone = asked->phone, .number = number, .told = told };
    struct code_asking asking = { .mem = mem,
                                  .number = number,
                                  .inquiry = { .code = code, .phone = asked->phone, .line = asked->line } };

    told->words = "";
    if (!*code && is_own(desk, &own)) {
        told->words = own.words;
        return true;
    }
    if (!*code) {
        told->words = case_number_check(number, n) ? "code" : "";
        return false;
    }
    if (!desk_do(desk, find_by_code, &asking) || !asking.inquiry.is_right)
        return false;
    told->words = asking.words;
    return true;
}

/* ---- calls that we make ---- */

struct gathering {
    void *mem;
    const char *phone;
    const int64_t *cases;
    size_t n;
    struct case_news *news;
};

/* Whether the case is of who has the number called, not of its former owner. */
static bool is_theirs(struct turn *turn, const struct case_ *case_, const char *phone, bool *is_so)
{
    bool is_past;

    if (!owner_of_phone_is_past(turn, phone, case_->received_at, &is_past))
        return false;
    *is_so = !is_past && strcmp(case_->reporter, phone) == 0;
    return true;
}

static bool has_come_before(const struct gathering *gathering, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (gathering->cases[i] == gathering->cases[place])
            return true;
    return false;
}

static bool gather(struct turn *turn, void *arg)
{
    struct gathering *gathering = arg;
    char *words = talloc_strdup(gathering->mem, "");
    struct case_ *case_;

    gathering->news->number = NULL;
    for (size_t i = 0; i < gathering->n; i++) {
        bool is_so = false;

        if (has_come_before(gathering, i))
            continue;
        if (!store_case(turn->store, turn->mem, gathering->cases[i], &case_) ||
            (case_ && !is_theirs(turn, case_, gathering->phone, &is_so)))
            return false;
        if (!is_so)
            continue;
        words = add_case(words, case_);
        if (case_->state == CASE_CLOSED)
            gathering->news->number = talloc_strdup(gathering->mem, case_->number);
    }
    gathering->news->words = words;
    return true;
}

bool case_words_news(void *mem, struct desk *desk, const char *phone, const int64_t *cases, size_t n,
                     struct case_news *news)
{
    struct gathering gathering = { mem, phone, cases, n, news };

    return desk_do(desk, gather, &gathering);
}
