#include "gateway/conversation/cadre/cadre_file.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/repeat.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/code.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/notify.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"

enum { MOST_FILED = 5 /* for one phone within a day, looked at for the same words */ };

bool cadre_tell_reporter(struct talk *talk, const struct case_ *case_, const char *name)
{
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "filer", talk->person->name, CLIP_HINT);
    return notify(talk->turn,
                  &(struct notify){ .to = case_->reporter,
                                    .name = name,
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .line = *case_->line ? case_->line : NULL,
                                    .case_id = case_->id,
                                    .event_id = talk->event->id,
                                    .own_case = case_ },
                  NULL);
}

bool cadre_open_for(struct talk *talk, const char *reporter, const struct case_ *parent,
                    struct case_ **opened)
{
    struct understood understood;
    struct opening opening = { .event = talk->event,
                               .understood = &understood,
                               .text = talk->match.rest,
                               .reporter = reporter,
                               .actor = talk->event->from,
                               .is_anonymous = parent && parent->is_anonymous };

    understand(talk->turn->understanding, talk->turn->mem, talk->match.rest, &understood);
    if (parent && !understood.place.unit)
        understood.place.unit = parent->place;
    if (parent && parent->is_guarded)
        understood.is_guarded = true;
    return cases_open(talk->turn, &opening, opened);
}

/* The case of the same words that was filed for this phone, or for somebody without one, within a day; NULL:
 * none. */
static bool find_filed(struct talk *talk, const char *phone, struct case_ **filed)
{
    struct case_filter filter = {
        .reporter = phone, .since = talk->turn->now - DAY_SECONDS, .newest_first = true, .limit = MOST_FILED
    };
    struct case_ *cases;
    size_t n;

    *filed = NULL;
    if (!store_cases(talk->turn->store, talk->turn->mem, &filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n && !*filed; i++)
        if (repeat_holds_text(&cases[i], talk->match.rest))
            *filed = &cases[i];
    return true;
}

/* Gives the case a code by which its reporter asks after it. */
static bool give_code(struct talk *talk, const struct case_ *case_, const char **code)
{
    char digits[CODE_SIZE];

    if (!code_new(digits)) {
        talk->turn->error = "no random numbers";
        return false;
    }
    *code = talloc_strndup(talk->turn->mem, digits, INQUIRY_DIGITS);
    return store_put_case_code(talk->turn->store, &(struct case_code){ .case_id = case_->id, .code = *code });
}

/* The page prints the code on the receipt; whoever filed by text is told it, for nobody else can tell the
 * reporter. */
static bool answer_without_phone(struct talk *talk, const struct case_ *case_)
{
    bool is_on_page = strcmp(talk->event->line, EVENT_LINE_PAGE) == 0;
    struct json_object *facts;
    const char *code;

    if (!give_code(talk, case_, &code) || !talk_case_facts(talk, case_, "", &facts))
        return false;
    facts_flag(facts, "without_phone", true);
    facts_text(facts, "code", code, 0);
    return talk_answer(talk, is_on_page ? "filed-done" : "filed-code", facts, case_) &&
           talk_done(talk, OUTCOME_CASE, case_, NULL);
}

bool cadre_file_for(struct talk *talk)
{
    bool has_phone = strcmp(talk->match.phone, KEYWORD_NO_PHONE) != 0;
    const char *phone = has_phone ? cadre_phone(talk->turn->mem, talk->match.phone) : RECORDING_WITHHELD;
    struct case_ *opened;
    unsigned standing = 0;

    if (!phone || !*talk->match.rest || sender_is_ours(talk->turn->config, phone))
        return talk_answer_form(talk, NULL);
    if (!find_filed(talk, phone, &opened) ||
        (opened && !standing_of(talk->turn, opened, talk->person, &standing)))
        return false;
    if (standing)
        return talk_refuse(talk, REFUSED_DONE_BEFORE, opened);
    if (!cadre_open_for(talk, phone, NULL, &opened))
        return false;
    if (!has_phone)
        return answer_without_phone(talk, opened);
    return cadre_tell_reporter(talk, opened, "filed-for") &&
           talk_answer_case(talk, "filed-done", opened, "") && talk_done(talk, OUTCOME_CASE, opened, NULL);
}
