#include "gateway/conversation/cadre/cadre_keep.h"

#include <string.h>
#include <talloc.h>

#include "gateway/keep/keeping.h"
#include "gateway/keep/values.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/cadre/cadre_transfers.h"
#include "gateway/conversation/confirm.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/kept_means.h"

enum { WORDS = 6, MOST_DAYS = 40 };

/* What was typed behind the command. */
struct request {
    const char *words[WORDS];
    int n;
};

static void read_words(struct talk *talk, struct request *request)
{
    char *rest = talloc_strdup(talk->turn->mem, talk->match.rest), *word;

    while (request->n < WORDS && (word = strsep(&rest, " ")))
        if (*word)
            request->words[request->n++] = word;
}

/* The form of what the first word says, else what there is. */
static bool answer_form(struct talk *talk)
{
    static const char *const kinds[][2] = {
        { "值班", "duty" }, { "地名", "name" },  { "请假", "leave" }, { "人员", "person" },
        { "单位", "unit" }, { "词", "word" },    { "类词", "class" }, { "险词", "danger" },
        { "短信", "text" }, { "期限", "limit" },
    };
    const char *kind = "other";
    struct request request = { .n = 0 };

    read_words(talk, &request);
    for (size_t i = 0; request.n > 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i][0], request.words[0]) == 0 || strcmp(kinds[i][1], request.words[0]) == 0)
            kind = kinds[i][1];
    return talk_answer(talk, "form-keep", facts_choice(NULL, "kind", kind), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "wrong form");
}

/* 2027-01-01, or 2027-01-01至2027-01-03. */
static bool read_span(void *mem, const char *text, struct date *from, struct date *to)
{
    static const char until[] = "至";
    const char *mark = strstr(text, until);

    if (!mark)
        return date_parse(text, from) && date_parse(text, to);
    return date_parse(talloc_strndup(mem, text, (size_t)(mark - text)), from) &&
           date_parse(mark + strlen(until), to) && date_compare(*from, *to) <= 0;
}

/* The only unit of that code or name; NULL: none, or several. */
static bool find_unit(struct talk *talk, const char *text, struct unit **unit)
{
    struct unit *units;
    size_t n;

    if (!store_unit_by_code(talk->turn->store, talk->turn->mem, text, unit))
        return false;
    if (*unit)
        return true;
    if (!store_units_by_name(talk->turn->store, talk->turn->mem, text, &units, &n))
        return false;
    *unit = n == 1 ? &units[0] : NULL;
    return true;
}

/* What does not fit is named: a variable, the name of a text, a number. */
static bool refuse_wrong(struct talk *talk, const struct keeping_change *change)
{
    const char *wrong = values_wrong(talk->turn, change->kind, change->key, change->value);
    struct json_object *facts = facts_choice(NULL, "why", "wrong");

    facts_text(facts, "value_text", wrong ? wrong : "", 0);
    return talk_answer(talk, "kept-refused", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "not to be kept");
}

static bool refuse(struct talk *talk, enum keeping_outcome outcome)
{
    if (outcome == KEEPING_UNKNOWN_UNIT)
        return talk_answer(talk, "no-such-unit", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "no such unit");
    if (outcome == KEEPING_UNKNOWN_PERSON)
        return talk_answer(talk, "not-registered", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "nobody registered");
    if (outcome == KEEPING_HAS_CASES || outcome == KEEPING_IN_USE || outcome == KEEPING_MAY_NOT)
        return talk_answer(talk, "kept-refused",
                           facts_choice(NULL, "why",
                                        outcome == KEEPING_HAS_CASES ? "has cases"
                                        : outcome == KEEPING_IN_USE  ? "in use"
                                                                     : "may not"),
                           NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "not to be kept");
    return answer_form(talk);
}

/* A role or a level as a flag. */
static void add_named_part(struct json_object *named, const char *word)
{
    static const char *const names[][2] = {
        { "cadre", "is_cadre" },           { "leader", "is_leader" },     { "clerk", "is_clerk" },
        { "village", "is_village" },       { "township", "is_township" }, { "county", "is_county" },
        { "department", "is_department" }, { "office", "is_office" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], word) == 0)
            facts_flag(named, names[i][1], true);
}

/* Of 张三 科员 cadre+leader 141027100, or 新窑村委会 village 141027103 -: the words before the one that has a
 * name for each of its parts, that one as flags, and the word behind it. */
static void add_named(struct json_object *facts, const char *value, int before)
{
    char *copy = talloc_strdup(NULL, value), *at = copy;
    struct json_object *named = json_object_new_object();

    for (int i = 0; at && i < before; i++)
        at = i ? strchr(at + 1, ' ') : strchr(at, ' ');
    if (at)
        *at++ = '\0';
    facts_text(facts, "value_text", copy, 0);
    for (char *names = strsep(&at, " "), *word; (word = strsep(&names, "+"));)
        add_named_part(named, word);
    json_object_object_add(facts, "named", named);
    if (at)
        facts_text(facts, "tail", talloc_strndup(copy, at, strcspn(at, " ")), 0);
    talloc_free(copy);
}

/* kind and value as flags for templates. */
static struct json_object *facts_of(const struct keeping *keeping, const char *value, int days)
{
    struct json_object *facts = facts_choice(NULL, "kind", keeping->kind);

    facts_text(facts, "key", keeping->key, 0);
    if (strcmp(keeping->kind, "day") == 0 && *value)
        facts_choice(facts, "value", value);
    else if (strcmp(keeping->kind, "person") == 0 && *value)
        add_named(facts, value, 2);
    else if (strcmp(keeping->kind, "unit") == 0 && *value)
        add_named(facts, value, 1);
    else
        facts_text(facts, "value_text", strcmp(value, "yes") == 0 ? "" : value, 0);
    facts_flag(facts, "is_kept", *value);
    if (days > 1)
        facts_number(facts, "days", days);
    return facts;
}

static bool make(struct talk *talk, const struct keeping_change *change)
{
    enum keeping_outcome outcome;
    struct keeping *kept;

    if (!keeping_make(talk->turn, talk->person, talk->event, change, &kept, &outcome))
        return false;
    if (outcome == KEEPING_WRONG)
        return refuse_wrong(talk, change);
    if (outcome != KEEPING_DONE && outcome != KEEPING_SAME)
        return refuse(talk, outcome);
    return talk_answer(talk, "kept-done", facts_of(kept, change->value, 0), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, outcome == KEEPING_SAME ? "it is so already" : NULL);
}

/* Each day is a change of its own; the answer names the first and how many. */
static bool make_days(struct talk *talk, const char *value, const char *span)
{
    void *mem = talk->turn->mem;
    enum keeping_outcome outcome;
    struct keeping *first = NULL, *kept;
    struct date from, to;
    int days = 0;

    if (!read_span(mem, span, &from, &to) || date_compare(date_plus(from, MOST_DAYS), to) < 0)
        return answer_form(talk);
    for (; date_compare(from, to) <= 0; from = date_plus(from, 1), days++) {
        const struct keeping_change change = { "day", date_text(mem, from), value };

        if (!keeping_make(talk->turn, talk->person, talk->event, &change, &kept, &outcome))
            return false;
        first = first ? first : kept;
    }
    if (!first)
        return answer_form(talk);
    return talk_answer(talk, "kept-done", facts_of(first, value, days), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

static bool make_duty(struct talk *talk, const struct request *request, bool is_kept)
{
    const char *phone = is_kept && request->n > 3 ? cadre_phone(talk->turn->mem, request->words[3]) : NULL;
    struct date from, to;
    struct unit *unit;

    if (request->n < 3 || !read_span(talk->turn->mem, request->words[2], &from, &to) ||
        date_compare(from, to) != 0 || (is_kept && !phone))
        return answer_form(talk);
    if (!find_unit(talk, request->words[1], &unit))
        return false;
    if (!unit)
        return refuse(talk, KEEPING_UNKNOWN_UNIT);
    return make(talk, &(struct keeping_change){ "duty",
                                                talloc_asprintf(talk->turn->mem, "%s %s", unit->code,
                                                                date_text(talk->turn->mem, from)),
                                                phone ? phone : "" });
}

static bool make_name(struct talk *talk, const struct request *request, bool is_kept)
{
    struct unit *unit;

    if (request->n < 3)
        return answer_form(talk);
    if (!find_unit(talk, request->words[2], &unit))
        return false;
    if (!unit)
        return refuse(talk, KEEPING_UNKNOWN_UNIT);
    return make(talk, &(struct keeping_change){
                          "name", talloc_asprintf(talk->turn->mem, "%s %s", request->words[1], unit->code),
                          is_kept ? "yes" : "" });
}

static bool make_leave(struct talk *talk, const struct request *request, bool is_kept)
{
    void *mem = talk->turn->mem;
    const char *phone = request->n > 1 ? cadre_phone(mem, request->words[1]) : NULL,
               *stand_in = is_kept && request->n > 3 ? cadre_phone(mem, request->words[3]) : NULL;
    struct date from, to;

    if (!phone || (is_kept && (!stand_in || !read_span(mem, request->words[2], &from, &to))))
        return answer_form(talk);
    return make(talk,
                &(struct keeping_change){ "leave", phone,
                                          is_kept ? talloc_asprintf(mem, "%s %s %s", date_text(mem, from),
                                                                    date_text(mem, to), stand_in)
                                                  : "" });
}

/* Who somebody is decides what they may see: that takes a code. */
static bool make_proven(struct talk *talk, const struct keeping_change *change)
{
    const struct keeping asked = { .kind = change->kind, .key = change->key };

    return talk->is_confirmed ? make(talk, change)
                              : confirm_command(talk, "keep", facts_of(&asked, change->value, 0), NULL);
}

/* The host's words for a role, joined by +; NULL: another word is among them. */
static const char *read_roles(void *mem, const char *text)
{
    static const char *const words[][2] = {
        { "干部", "cadre" },    { "领导", "leader" }, { "接听员", "clerk" }, { "cadre", "cadre" },
        { "leader", "leader" }, { "clerk", "clerk" }, { "-", "-" }
    };
    char *rest = talloc_strdup(mem, text), *all = talloc_strdup(mem, ""), *word;

    while ((word = strsep(&rest, "+"))) {
        size_t i = 0, n = sizeof words / sizeof *words;

        while (i < n && strcmp(words[i][0], word) != 0)
            i++;
        if (i == n)
            return NULL;
        all = talloc_asprintf_append(all, "%s%s", *all ? "+" : "", words[i][1]);
    }
    return all;
}

/* Without a role, somebody is a cadre. */
static bool make_person(struct talk *talk, const struct request *request, bool is_kept)
{
    void *mem = talk->turn->mem;
    bool has_role = request->n > 5;
    const char *phone = request->n > 1 ? cadre_phone(mem, request->words[1]) : NULL, *roles = NULL;
    struct unit *unit = NULL;

    if (is_kept && request->n >= 5)
        roles = has_role ? read_roles(mem, request->words[4]) : "cadre";

    if (!phone || (is_kept && !roles))
        return answer_form(talk);
    if (is_kept && !find_unit(talk, request->words[has_role ? 5 : 4], &unit))
        return false;
    if (is_kept && !unit)
        return refuse(talk, KEEPING_UNKNOWN_UNIT);
    return make_proven(
        talk, &(struct keeping_change){ "person", phone,
                                        is_kept ? talloc_asprintf(mem, "%s %s %s %s", request->words[2],
                                                                  request->words[3], roles, unit->code)
                                                : "" });
}

static bool make_unit(struct talk *talk, const struct request *request, bool is_kept)
{
    static const char *const levels[][2] = {
        { "村", "village" },        { "乡镇", "township" },         { "县", "county" },
        { "部门", "department" },   { "办公室", "office" },         { "village", "village" },
        { "township", "township" }, { "department", "department" }, { "office", "office" },
    };
    void *mem = talk->turn->mem;
    size_t level = 0, n = sizeof levels / sizeof *levels;
    struct unit *parent = NULL;

    if (request->n < (is_kept ? 5 : 2))
        return answer_form(talk);
    if (!is_kept)
        return make_proven(talk, &(struct keeping_change){ "unit", request->words[1], "" });
    while (level < n && strcmp(levels[level][0], request->words[3]) != 0)
        level++;
    if (level == n)
        return answer_form(talk);
    if (strcmp(request->words[4], "-") != 0 && !find_unit(talk, request->words[4], &parent))
        return false;
    if (strcmp(request->words[4], "-") != 0 && !parent)
        return refuse(talk, KEEPING_UNKNOWN_UNIT);
    return make_proven(
        talk, &(struct keeping_change){ "unit", request->words[1],
                                        talloc_asprintf(mem, "%s %s %s %s", request->words[2],
                                                        levels[level][1], parent ? parent->code : "-",
                                                        request->n > 5 ? request->words[5] : "-") });
}

/* What a word of danger or of a class tells, by the word that people type; else the word itself. */
static const char *kind_typed(enum lexicon_table table, const char *typed)
{
    static const struct {
        enum lexicon_table table;
        const char *typed, *name;
    } kinds[] = {
        { LEXICON_DANGERS, "轻生", "self_harm" }, { LEXICON_DANGERS, "儿童", "children" },
        { LEXICON_DANGERS, "家暴", "home" },      { LEXICON_DANGERS, "火灾", "fire" },
        { LEXICON_DANGERS, "燃气", "gas" },       { LEXICON_DANGERS, "中毒", "poison" },
        { LEXICON_DANGERS, "溺水", "drowning" },  { LEXICON_DANGERS, "被困", "trapped" },
        { LEXICON_DANGERS, "坍塌", "collapse" },  { LEXICON_DANGERS, "暴力", "violence" },
        { LEXICON_DANGERS, "威胁", "threat" },    { LEXICON_DANGERS, "走失", "missing" },
        { LEXICON_DANGERS, "受伤", "injury" },    { LEXICON_DANGERS, "急病", "illness" },
        { LEXICON_DANGERS, "隐患", "hazard" },    { LEXICON_DANGERS, "断粮", "need" },
        { LEXICON_DANGERS, "不算", "hide" },      { LEXICON_CLASSES, "困难", "need" },
        { LEXICON_CLASSES, "求助", "ask" },       { LEXICON_CLASSES, "控告", "accuse" },
        { LEXICON_CLASSES, "纠纷", "dispute" },   { LEXICON_CLASSES, "不服", "claim" },
        { LEXICON_CLASSES, "自家", "own" },       { LEXICON_CLASSES, "大家", "many" },
        { LEXICON_CLASSES, "咨询", "how" },
    };

    if (table == LEXICON_TOPICS)
        return cadre_topic(typed);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].table == table && strcmp(kinds[i].typed, typed) == 0)
            return kinds[i].name;
    return typed;
}

/* 登记 词 井盖 道路 4, 险词 掉窨井 被困 10, 类词 没劳力 困难 3; without a weight, that of most words. */
static bool make_word(struct talk *talk, const struct request *request, enum lexicon_table table,
                      bool is_kept)
{
    static const char *const usual[] = {
        [LEXICON_TOPICS] = "4", [LEXICON_CLASSES] = "3", [LEXICON_DANGERS] = "10"
    };
    const char *kind = is_kept && request->n > 2 ? kind_typed(table, request->words[2]) : NULL;

    if (request->n < 2 || (is_kept && !kind))
        return answer_form(talk);
    return make(talk, &(struct keeping_change){
                          kept_table_name(table), request->words[1],
                          is_kept ? talloc_asprintf(talk->turn->mem, "%s %s", kind,
                                                    request->n > 3 ? request->words[3] : usual[table])
                                  : "" });
}

static bool make_limit(struct talk *talk, const struct request *request, bool is_kept)
{
    if (request->n < (is_kept ? 3 : 2))
        return answer_form(talk);
    return make(talk,
                &(struct keeping_change){ "limit", request->words[1], is_kept ? request->words[2] : "" });
}

/* What stands behind the first n words. */
static const char *behind(const char *text, int n)
{
    static const char blanks[] = " \r\n";

    for (text += strspn(text, blanks); n > 0; n--) {
        text += strcspn(text, blanks);
        text += strspn(text, blanks);
    }
    return text;
}

/* 登记 短信 received 收到…: the rest is the text as it is written. en/received: of another language. */
static bool make_text(struct talk *talk, const struct request *request, bool is_kept)
{
    const char *name = request->n > 1 ? talloc_strndup(talk->turn->mem, request->words[1],
                                                       strcspn(request->words[1], "\r\n"))
                                      : "";
    const char *text = behind(talk->match.rest, 2);

    if (!*name || (is_kept && !*text))
        return answer_form(talk);
    if (!strchr(name, '/'))
        name = talloc_asprintf(talk->turn->mem, "%s/%s", WORDS_LANGUAGE, name);
    return make(talk, &(struct keeping_change){ "text", name, is_kept ? text : "" });
}

static bool keep(struct talk *talk, bool is_kept)
{
    struct request request = { .n = 0 };
    const char *kind;

    read_words(talk, &request);
    kind = request.n > 0 ? request.words[0] : "";
    if (!(talk->person->roles & ROLE_OPERATOR))
        return talk_answer(talk, "may-not", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "not an operator");
    if (request.n > 1 && (strcmp(kind, "假日") == 0 || strcmp(kind, "free") == 0))
        return make_days(talk, is_kept ? "free" : "", request.words[1]);
    if (request.n > 1 && (strcmp(kind, "班日") == 0 || strcmp(kind, "worked") == 0))
        return make_days(talk, is_kept ? "worked" : "", request.words[1]);
    if (strcmp(kind, "值班") == 0 || strcmp(kind, "duty") == 0)
        return make_duty(talk, &request, is_kept);
    if (strcmp(kind, "地名") == 0 || strcmp(kind, "name") == 0)
        return make_name(talk, &request, is_kept);
    if (strcmp(kind, "请假") == 0 || strcmp(kind, "leave") == 0)
        return make_leave(talk, &request, is_kept);
    if (strcmp(kind, "人员") == 0 || strcmp(kind, "person") == 0)
        return make_person(talk, &request, is_kept);
    if (strcmp(kind, "单位") == 0 || strcmp(kind, "unit") == 0)
        return make_unit(talk, &request, is_kept);
    if (strcmp(kind, "词") == 0 || strcmp(kind, "word") == 0)
        return make_word(talk, &request, LEXICON_TOPICS, is_kept);
    if (strcmp(kind, "类词") == 0 || strcmp(kind, "class") == 0)
        return make_word(talk, &request, LEXICON_CLASSES, is_kept);
    if (strcmp(kind, "险词") == 0 || strcmp(kind, "danger") == 0)
        return make_word(talk, &request, LEXICON_DANGERS, is_kept);
    if (strcmp(kind, "短信") == 0 || strcmp(kind, "text") == 0)
        return make_text(talk, &request, is_kept);
    if (strcmp(kind, "期限") == 0 || strcmp(kind, "limit") == 0)
        return make_limit(talk, &request, is_kept);
    return answer_form(talk);
}

bool cadre_keep(struct talk *talk)
{
    return keep(talk, true);
}

bool cadre_keep_no_more(struct talk *talk)
{
    return keep(talk, false);
}

bool cadre_keep_undo(struct talk *talk, bool *is_handled)
{
    enum keeping_outcome outcome = KEEPING_NOTHING;
    struct keeping *undone, *more;
    int days = 0;
    bool is_more;

    *is_handled = false;
    if (!(talk->person->roles & ROLE_OPERATOR))
        return true;
    if (!keeping_undo(talk->turn, talk->person, &more, &outcome))
        return false;
    if (outcome != KEEPING_DONE)
        return true;
    *is_handled = true;
    /* all days of one text, the first of which was the last to be taken back */
    do {
        undone = more;
        days++;
        if (!store_last_keeping(talk->turn->store, talk->turn->mem, talk->person->phone, undone->at, &more))
            return false;
        is_more = more && more->event_id == undone->event_id;
        if (is_more && !keeping_undo(talk->turn, talk->person, &more, &outcome))
            return false;
    } while (is_more && outcome == KEEPING_DONE);
    return talk_answer(talk, "kept-undone", facts_of(undone, undone->before, days), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}
