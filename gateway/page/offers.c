#include "gateway/page/offers.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/understand/lexicon.h"
#include "store/county/counties.h"
#include "store/page/drafts.h"
#include "store/recordings.h"

/* clang-format off */
const struct offer offers[] = {
    { "accept", "领", ACT_ACCEPT, ASKS_NOTHING, .key = "a", .is_bulk = true },
    { "progress", "进度", ACT_PROGRESS, ASKS_WORDS, .key = "r", .is_bulk = true },
    { "close", "办结", ACT_CLOSE, ASKS_WORDS, .is_starred = true, .is_bulk = true },
    { "explain", "解释", ACT_EXPLAIN, ASKS_WORDS, .is_starred = true, .is_bulk = true },
    { "forward", "转", ACT_FORWARD, ASKS_UNIT, .key = "f", .is_bulk = true },
    { "return", "退", ACT_RETURN, ASKS_WORDS, .is_bulk = true },
    { "refuse", "不受理", ACT_REFUSE, ASKS_WORDS, .is_starred = true },
    { "extend", "延期", ACT_EXTEND, ASKS_DAYS, .is_starred = true },
    { "reclass", "改类", ACT_RECLASS, ASKS_CLASS, .is_bulk = true },
    { "place", "改地", ACT_PLACE, ASKS_PLACE, .key = "p", .is_bulk = true },
    { "urgency", "定级", ACT_URGENCY_CLASS, ASKS_URGENCY, .is_bulk = true },
    { "write_down", "听写", ACT_WRITE_DOWN, .asks = ASKS_WORDS },
    { "send_up", "举报", ACT_SEND_UP, .asks = ASKS_NOTHING },
    { "merge", "并", ACT_MERGE, ASKS_OTHER, .is_starred = true },
    { "split", "拆", ACT_SPLIT, .asks = ASKS_WORDS },
    { "renumber", "改号", ACT_RENUMBER, ASKS_PHONE, .is_starred = true },
    { "recuse", "回避", ACT_RECUSE, .asks = ASKS_WORDS },
    { "no_complaint", "非诉求", ACT_NO_COMPLAINT, ASKS_NOTHING, .is_bulk = true },
    { "show", "亮", ACT_SHOW_NOW, .asks = ASKS_NOTHING },
    { "hold", "不亮", ACT_HOLD, .asks = ASKS_WORDS },
    { "adopt", "包案", ACT_ADOPT, ASKS_NOTHING, .is_starred = true },
    { "nudge", "催", ACT_NUDGE, ASKS_NOTHING, .is_bulk = true },
    { "works", "大事", ACT_PUBLIC_WORKS, .asks = ASKS_WORDS },
    { "review", "复查答复", ACT_REVIEW, ASKS_WORDS, .is_starred = true },
    { "clear", "无涉", ACT_CLEAR, ASKS_WORDS, .is_starred = true },
    { "reveal", "看", ACT_VIEW, .asks = ASKS_WORDS },
    { 0 },
};
/* clang-format on */

const struct offer *offer_find(const char *name)
{
    for (const struct offer *offer = offers; offer->name; offer++)
        if (strcmp(offer->name, name) == 0)
            return offer;
    return NULL;
}

static bool is_offered(struct visit *visit, const struct offer *offer, const struct case_ *case_, bool *is_so)
{
    struct case_ copy = *case_;
    struct action action = {
        .act = offer->act, .case_ = &copy, .by = visit->person, .words = "x", .days = 1
    };

    const struct recording_filter unwritten = { .case_id = case_->id, .is_unwritten = true };
    int64_t n = 0, oldest;

    if (offer->act == ACT_REVIEW && !case_->review_by) {
        *is_so = false;
        return true;
    }
    *is_so = false;
    if ((offer->act == ACT_WRITE_DOWN || offer->act == ACT_SEND_UP) &&
        (!store_count_recordings(visit->turn.store, &unwritten, &n, &oldest) || n == 0))
        return n == 0;
    if (!cases_may_take(&visit->turn, &action))
        return false;
    *is_so = (!action.refusal || action.refusal == REFUSED_WORDS_MISSING) && !action.is_repeat;
    return true;
}

static void add_classes(struct visit *visit, struct json_object *item, const struct case_ *case_)
{
    struct json_object *classes = fill_list(item, "classes"), *topics = fill_list(item, "topics");

    for (int i = CATEGORY_LIVELIHOOD; i <= CATEGORY_PETITION; i++) {
        static const char *const flags[] = { "livelihood", "hardship", "petition" };
        struct json_object *one = fill_item(classes);

        fill_text(one, "value", case_category_name((enum case_category)i));
        fill_text(one, "name", visit_name(visit, "category", flags[i]));
        fill_flag(one, "is_now", (int)case_->category == i);
    }
    for (int i = 0; i < TOPICS; i++) {
        struct json_object *one = fill_item(topics);

        fill_text(one, "value", topic_name((enum topic)i));
        fill_text(one, "name", visit_name(visit, "topic", topic_name((enum topic)i)));
        fill_flag(one, "is_now", strcmp(case_->topic, topic_name((enum topic)i)) == 0);
    }
}

/* Adds the ready words, ready_progress_1 and so on, which are used where the visitor writes none. */
static void add_ready(struct visit *visit, const struct offer *offer, struct json_object *item)
{
    struct json_object *list = fill_list(item, "ready");

    for (int i = 1;; i++) {
        const char *key = talloc_asprintf(visit->exchange, "ready_%s_%d", offer->name, i);
        const char *words = visit_word(visit, key);

        if (strcmp(words, key) == 0)
            break;
        fill_text(fill_item(list), "words", words);
    }
    fill_flag(item, "has_ready", json_object_array_length(list) > 0);
}

/* Adds the other counties of the province, to which a case can be forwarded as to a unit. */
static bool add_counties(struct visit *visit, struct json_object *data)
{
    struct json_object *list = fill_list(data, "counties");
    struct county *counties;
    size_t n;

    if (!visit->page->config->centre_url)
        return true;
    if (!store_counties(visit->turn.store, visit->exchange, &counties, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        fill_text(fill_item(list), "county", counties[i].name);
    return true;
}

static void add_offer(struct visit *visit, const struct offer *offer, const struct case_ *case_,
                      struct json_object *list, const struct draft *draft)
{
    static const char *const asks[] = { "nothing", "words",   "days",  "unit", "class",
                                        "place",   "urgency", "other", "phone" };
    struct json_object *item = fill_item(list);

    fill_text(item, "name", offer->name);
    fill_text(item, "label", visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", offer->name)));
    fill_flag(item, "starred", offer->is_starred);
    fill_flag(item, asks[offer->asks], true);
    fill_flag(item, "wants_words",
              offer->asks == ASKS_WORDS || offer->asks == ASKS_DAYS || offer->asks == ASKS_UNIT);
    fill_text(item, "key", offer->key);
    add_ready(visit, offer, item);
    if (draft)
        fill_text(item, "draft", draft->words);
    if (offer->act == ACT_MERGE) {
        const char *into = visit_query(visit, "merge");

        fill_text(item, "into", into);
        fill_flag(item, "is_open", *into && !draft);
    }
    if (*visit_query(visit, "change") && strcmp(visit_query(visit, "change"), offer->name) == 0)
        fill_flag(item, "is_open", true);
    if (offer->asks == ASKS_CLASS)
        add_classes(visit, item, case_);
}

static const struct draft *draft_of(const struct draft *drafts, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(drafts[i].command, name) == 0)
            return &drafts[i];
    return NULL;
}

bool offers_add(struct visit *visit, const struct case_ *case_, struct json_object *data)
{
    struct json_object *list = fill_list(data, "offers");
    struct draft *drafts;
    size_t n;

    if (!store_drafts(visit->turn.store, visit->exchange, visit->person->phone, case_->id, &drafts, &n) ||
        !add_counties(visit, data))
        return false;
    for (const struct offer *offer = offers; offer->name; offer++) {
        bool is_so;

        if (!is_offered(visit, offer, case_, &is_so))
            return false;
        if (is_so && offer->act != ACT_VIEW)
            add_offer(visit, offer, case_, list, draft_of(drafts, n, offer->name));
    }
    return true;
}

bool offer_is_read(struct visit *visit, const struct offer *offer, const char *text, size_t cases)
{
    struct keyword table[] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
    struct understood understood;
    struct keyword_match match;

    for (const struct keyword_command *command = cadre_commands; command->words; command++) {
        size_t length = strcspn(command->words, "|");

        if (strlen(offer->keyword) == length && strncmp(command->words, offer->keyword, length) == 0)
            table[0] = (struct keyword){ command->words, 1, command->takes };
    }
    understand(visit->turn.understanding, visit->exchange, text, &understood);
    return table[0].words && keyword_match(table, visit->exchange, &understood.normal, &match) &&
           match.number_kind == NUMBER_RIGHT && match.n_more == cases - 1;
}

static const char *arguments(struct visit *visit, const struct offer *offer, const char **wrong)
{
    const char *words = visit_field(visit, "words");
    void *mem = visit->exchange;

    words += strspn(words, " \t\r\n");
    if (!*words)
        words = visit_field(visit, "ready");
    *wrong = "words_missing";
    switch (offer->asks) {
    case ASKS_NOTHING:
        return "";
    case ASKS_WORDS:
        return *words ? talloc_asprintf(mem, " %s", words) : NULL;
    case ASKS_DAYS:
        return *words && atoi(visit_field(visit, "days")) > 0
                   ? talloc_asprintf(mem, " %d %s", atoi(visit_field(visit, "days")), words)
                   : NULL;
    case ASKS_UNIT:
        return *visit_field(visit, "unit") ? talloc_asprintf(mem, " %s %s", visit_field(visit, "unit"), words)
                                           : NULL;
    case ASKS_CLASS:
        return *visit_field(visit, "class")
                   ? talloc_asprintf(mem, " %s %s", visit_field(visit, "class"), visit_field(visit, "topic"))
                   : NULL;
    case ASKS_PLACE:
    case ASKS_URGENCY:
    case ASKS_OTHER:
    case ASKS_PHONE:
        break;
    }
    return *visit_field(visit, "value") ? talloc_asprintf(mem, " %s", visit_field(visit, "value")) : NULL;
}

const char *offer_text(struct visit *visit, const struct offer *offer, const char *number, const char **wrong)
{
    const char *rest = arguments(visit, offer, wrong);
    char *text = rest ? talloc_asprintf(visit->exchange, "%s %s%s", offer->keyword, number, rest) : NULL;

    if (!text)
        return NULL;
    for (char *c = text; *c; c++)
        if (*c == '\r')
            *c = ' ';
    for (size_t length = strlen(text); length > 0 && strchr(" \n", text[length - 1]); length--)
        text[length - 1] = '\0';
    if (offer->asks != ASKS_OTHER && !offer_is_read(visit, offer, text, 1)) {
        *wrong = "words_begin_with_number";
        return NULL;
    }
    return text;
}
