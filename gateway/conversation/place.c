#include "gateway/conversation/place.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/open_case.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "store/questions.h"

enum { SHORT_PLACE = 60 /* octets */, SHORT_CORRECTION = 100 /* octets */, EARLIER_MOST = 5 /* cases */ };

bool place_is_shared(struct turn *turn, const struct place_found *place, bool *is_so)
{
    const struct unit *unit = NULL;

    *is_so = place->how == PLACE_AMBIGUOUS && !place->unit;
    if (place->how != PLACE_AMBIGUOUS || !place->unit)
        return true;
    if (!cache_unit(turn, place->unit, &unit))
        return false;
    *is_so = unit && unit->level == UNIT_COUNTY;
    return true;
}

static bool settle_near(struct turn *turn, const char *phone, int64_t since, struct understood *understood)
{
    struct case_filter earlier = {
        .reporter = phone, .since = since, .newest_first = true, .limit = EARLIER_MOST
    };
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, &earlier, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (cases[i].place) {
            understanding_find_near(turn->understanding, turn->mem, cases[i].place, understood);
            return true;
        }
    return true;
}

bool place_settle(struct talk *talk, struct understood *understood)
{
    return understood->place.how != PLACE_AMBIGUOUS || talk->person->roles ||
           settle_near(talk->turn, talk->event->from, talk->since, understood);
}

bool place_settle_of(struct turn *turn, const char *phone, struct understood *understood)
{
    bool is_shared;

    if (understood->place.how == PLACE_AMBIGUOUS && !settle_near(turn, phone, 0, understood))
        return false;
    if (!place_is_shared(turn, &understood->place, &is_shared))
        return false;
    if (is_shared)
        understood->place.unit = 0;
    return true;
}

/* "东陈村的": a place and hardly anything else. */
static bool is_only_a_place(const struct understood *understood)
{
    return understood->kind == TEXT_CASE && understood->place.unit && !understood->is_guarded &&
           strcmp(understood->topic, "other") == 0 && strlen(understood->normal.text) <= SHORT_PLACE;
}

/* Says where it went, if anybody there was told. */
static bool answer_placed(struct talk *talk, const struct case_ *case_)
{
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    if (!open_case_add_told(talk, case_, facts)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "placed", facts, case_);
}

static bool put_place(struct talk *talk, struct case_ *case_, const struct understood *understood)
{
    struct action action = { .act = ACT_ADD,
                             .case_ = case_,
                             .words = talk->event->text,
                             .understood = understood,
                             .corrects_place = true };

    if (!talk_step(talk, &action))
        return false;
    talk_follow_language(talk);
    if (!action.refusal ? !answer_placed(talk, case_)
                        : !talk_answer_case(talk, refusal_name(action.refusal), case_, ""))
        return false;
    return talk_done(talk, OUTCOME_ADDED, case_, refusal_name(action.refusal));
}

/* 北王镇, where the case is in 高村: the township decides between the villages of that name. */
static void find_place(struct talk *talk, const struct case_ *case_, struct understood *understood)
{
    const char *both = talloc_asprintf(talk->turn->mem, "%s %s", talk->event->text, case_->text);
    struct understood read;

    *understood = *talk->understood;
    understand(talk->turn->understanding, talk->turn->mem, both, &read);
    if (read.place.unit && read.place.how != PLACE_AMBIGUOUS)
        understood->place = read.place;
}

/* The case that we asked about, or the newest open one when it has no place: who did not answer at once may
 * still do. NULL: there is none. */
static bool find_unplaced(struct talk *talk, struct case_ **case_)
{
    struct case_filter open = { .reporter = talk->event->from,
                                .states = OPEN_STATES,
                                .since = talk->since,
                                .newest_first = true,
                                .limit = 1 };
    struct case_ *cases;
    size_t n;

    *case_ = NULL;
    if (talk->question && talk->question->kind == QUESTION_PLACE)
        return store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, case_);
    if (talk->question || talk->person->roles)
        return true;
    if (!store_cases(talk->turn->store, talk->turn->mem, &open, &cases, &n))
        return false;
    if (n > 0 && !cases[0].place)
        *case_ = cases;
    return true;
}

bool place_answers(struct talk *talk, bool *is_handled)
{
    struct understood understood;
    struct case_ *case_;
    bool is_shared;

    if (!is_only_a_place(talk->understood))
        return true;
    if (!find_unplaced(talk, &case_))
        return false;
    if (!case_ || !case_state_is_open(case_->state))
        return true;
    find_place(talk, case_, &understood);
    if (!place_is_shared(talk->turn, &understood.place, &is_shared))
        return false;
    if (is_shared)
        return true;
    *is_handled = true;
    return store_answer_question(talk->turn->store, talk->event->from) && put_place(talk, case_, &understood);
}

/* The text behind the last 是 of 不是东陈村，是仁彰村; NULL where it corrects nothing. */
static const char *corrected(const struct understood *understood)
{
    static const char *const openings[] = { "不是", "不在", "不对", "错了", "写错",   "说错",
                                            "打错", "弄错", "搞错", "记错", "应该是", "其实是" };
    const char *text = understood->normal.text, *last = NULL;
    bool is_opened = false;

    if (understood->normal.length > SHORT_CORRECTION)
        return NULL;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        is_opened |= strstr(text, openings[i]) != NULL;
    for (const char *at = text; is_opened && (at = strstr(at, "是")); at += strlen("是"))
        if (at < text + strlen("不") || strncmp(at - strlen("不"), "不", strlen("不")) != 0)
            last = at + strlen("是");
    return last;
}

bool place_corrects(struct talk *talk, bool *is_handled)
{
    struct case_filter open = { .reporter = talk->event->from,
                                .states = OPEN_STATES,
                                .since = talk->since,
                                .newest_first = true,
                                .limit = 1 };
    const char *tail = talk->person->roles ? NULL : corrected(talk->understood);
    struct understood understood = *talk->understood, read;
    struct case_ *cases;
    size_t n;

    if (!tail)
        return true;
    understand(talk->turn->understanding, talk->turn->mem, tail, &read);
    if (!read.place.unit || read.place.how == PLACE_AMBIGUOUS || !is_only_a_place(&read))
        return true;
    if (!store_cases(talk->turn->store, talk->turn->mem, &open, &cases, &n))
        return false;
    if (n == 0 || !cases[0].place || cases[0].place == read.place.unit)
        return true;
    understood.place = read.place;
    *is_handled = true;
    return put_place(talk, &cases[0], &understood);
}
