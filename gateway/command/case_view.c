#include "gateway/command/case_view.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/print/advice.h"
#include "gateway/command/case_reasons.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/notice.h"
#include "gateway/command/print/table.h"
#include "gateway/command/print/viewed.h"
#include "gateway/command/words.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/turn.h"
#include "gateway/understand/case_number.h"
#include "store/recordings.h"
#include "store/steps.h"

json_object *case_json(struct unit_names *units, const struct case_ *case_)
{
    json_object *object = json_object_new_object();

    json_add(object, "number", json_text(case_->number));
    json_add(object, "reporter", json_text(case_->reporter));
    json_add(object, "state", json_text(case_state_name(case_->state)));
    json_add(object, "category", json_text(case_category_name(case_->category)));
    json_add(object, "topic", json_text(case_->topic));
    json_add(object, "place", json_text(unit_names_place(units, case_->place)));
    json_add(object, "handler", json_text(case_->handler));
    json_add(object, "received_at", json_time(case_->received_at));
    json_add(object, "text", json_text(case_->text));
    return object;
}

/* A case with its steps and notices, to be printed. */
struct view {
    void *mem;
    const struct config *config;
    struct store *store;
    struct unit_names *units;
    struct case_ *case_;
    const char *merged_into; /* number; "" */
    struct step *steps;
    size_t n_steps;
    struct recording *recordings;
    size_t n_recordings;
    json_object *notices;       /* array, for programs */
    bool explains;              /* reasons are there */
    struct case_advice *advice; /* NULL: none */
    struct explanation reasons[EXPLANATIONS];
};

static json_object *step_json(const struct step *step)
{
    json_object *object = json_object_new_object();

    json_add(object, "at", json_time(step->at));
    json_add(object, "kind", json_text(step->kind));
    json_add(object, "actor", json_text(step->actor));
    json_add(object, "line", json_text(step->line));
    json_add(object, "words", json_text(step->words));
    json_add(object, "event", json_id(step->event_id));
    return object;
}

/* Of a caller who pressed 9 only that there is one. */
static json_object *recording_json(const struct recording *recording)
{
    json_object *object = json_object_new_object();

    json_add(object, "id", json_object_new_int64(recording->id));
    json_add(object, "at", json_time(recording->at));
    json_add(object, "caller", json_text(recording->is_sealed ? "" : recording->caller));
    json_add(object, "ms", json_object_new_int64(recording->ms));
    json_add(object, "format", json_text(recording->format));
    json_add(object, "sha256", json_text(recording->sha256));
    json_add(object, "is_sealed", json_object_new_boolean(recording->is_sealed));
    json_add(object, "heard_at", json_time(recording->heard_at));
    json_add(object, "heard_by", json_text(recording->heard_by));
    json_add(object, "written_at", json_time(recording->written_at));
    json_add(object, "written_by", json_text(recording->written_by));
    json_add(object, "transcript", json_text(recording->transcript_text));
    json_add(object, "transcript_engine", json_text(recording->transcript_engine));
    json_add(object, "transcript_confidence", json_id(recording->transcript_confidence));
    return object;
}

static bool add_notice(const struct notice *notice, void *arg)
{
    const struct view *view = arg;

    json_object_array_add(view->notices, notice_json(notice, view->case_->number));
    return true;
}

static bool print_json(struct view *view, const struct notice_filter *filter)
{
    const struct case_ *case_ = view->case_;
    json_object *object = case_json(view->units, case_), *steps = json_object_new_array(),
                *recordings = json_object_new_array();
    bool is_done;

    json_add(object, "urgency", json_text(case_->urgency == URGENCY_URGENT ? "urgent" : "normal"));
    json_add(object, "line", json_text(case_->line));
    json_add(object, "confidence", json_object_new_int(case_->confidence));
    json_add(object, "is_anonymous", json_object_new_boolean(case_->is_anonymous));
    json_add(object, "is_guarded", json_object_new_boolean(case_->is_guarded));
    json_add(object, "unit", json_text(unit_names_place(view->units, case_->unit)));
    json_add(object, "first_handler", json_text(case_->first_handler));
    json_add(object, "leader", json_text(case_->leader));
    json_add(object, "accepted_at", json_time(case_->accepted_at));
    json_add(object, "shown_on", json_time(case_->shown_on));
    json_add(object, "finish_by", json_time(case_->finish_by));
    json_add(object, "closed_at", json_time(case_->closed_at));
    json_add(object, "rated_at", json_time(case_->rated_at));
    json_add(object, "rating", json_id(case_->rating));
    json_add(object, "reopened", json_object_new_int(case_->reopened));
    json_add(object, "merged_into", json_text(view->merged_into));
    for (size_t i = 0; i < view->n_steps; i++)
        json_object_array_add(steps, step_json(&view->steps[i]));
    json_add(object, "steps", steps);
    for (size_t i = 0; i < view->n_recordings; i++)
        json_object_array_add(recordings, recording_json(&view->recordings[i]));
    json_add(object, "recordings", recordings);
    json_add(object, "advice", view->advice ? advice_json(view->advice) : NULL);
    if (view->explains)
        json_add(object, "why", case_reasons_json(view->reasons));
    view->notices = json_object_new_array();
    json_add(object, "notices", view->notices);
    is_done = store_each_notice(view->store, filter, add_notice, view);
    if (is_done)
        json_print(stdout, object);
    else
        json_object_put(object);
    return is_done;
}

static const struct column fact_columns[] = { { "", 12, true }, { "", 80, false } };

static void print_fact(const char *name, const char *words)
{
    const char *const cells[] = { name, words };

    if (words && *words)
        table_row(stdout, fact_columns, cells, 2);
}

/* +8613900000010 丁例四 */
static const char *person(const struct view *view, const char *phone)
{
    struct person *person = NULL;

    if (!*phone || !store_person(view->store, view->mem, phone, &person) || !person)
        return phone;
    if (strcmp(phone, view->case_->reporter) == 0 && owner_is_past(person, view->case_->received_at))
        return talloc_asprintf(view->mem, "%s %s", phone, words("may have a new owner"));
    return talloc_asprintf(view->mem, "%s %s", phone, person->name);
}

/* 3: 2026-12-01 09:00, 12 s, written down: +8613900000010 丁例四 */
static const char *recording_line(const struct view *view, const struct recording *recording)
{
    const char *stage = recording->written_at ? "written down" : recording->heard_at ? "heard" : "to hear";
    const char *by = recording->written_at ? recording->written_by : recording->heard_by;

    return talloc_asprintf(view->mem, "%lld: %s, %lld s, %s%s%s", (long long)recording->id,
                           table_time(view->mem, recording->at), (long long)recording->ms / 1000,
                           words(stage), *by ? ": " : "", person(view, by));
}

/* What the machine's words would make of the case: 供水, 民生 (81 %), 东陈村. */
static const char *suggestion(const struct view *view, const char *text)
{
    const char *error;
    struct understanding *understanding =
        turn_understanding(view->mem, view->store, view->config, NULL, &error);
    struct understood understood;

    if (!understanding)
        return "";
    talloc_steal(view->mem, understanding);
    understand(understanding, view->mem, text, &understood);
    return talloc_asprintf(view->mem, "%s, %s (%d %%), %s", words(understood.topic),
                           words(case_category_name(understood.category)), understood.category_confidence,
                           unit_names_place(view->units, understood.place.unit));
}

static void print_facts(const struct view *view)
{
    const struct case_ *case_ = view->case_;
    char *class =
        talloc_asprintf(view->mem, "%s (%d %%), %s%s%s", words(case_category_name(case_->category)),
                        case_->confidence, words(case_->topic), case_->urgency == URGENCY_URGENT ? ", " : "",
                        case_->urgency == URGENCY_URGENT ? words("urgent") : "");

    print_fact("number", case_->number);
    print_fact("state", words(case_state_name(case_->state)));
    print_fact("merged into", view->merged_into);
    print_fact("class", class);
    print_fact("place", unit_names_place(view->units, case_->place));
    print_fact("reporter", person(view, case_->reporter));
    print_fact("", case_->is_anonymous ? words("handlers do not see the number") : "");
    print_fact("guarded", case_->is_guarded ? words("yes: it may accuse an official") : "");
    print_fact("unit", unit_names_place(view->units, case_->unit));
    print_fact("handler", person(view, case_->handler));
    if (strcmp(case_->first_handler, case_->handler) != 0)
        print_fact("first", person(view, case_->first_handler));
    print_fact("leader", person(view, case_->leader));
    print_fact("received", table_time(view->mem, case_->received_at));
    print_fact("accepted", table_time(view->mem, case_->accepted_at));
    print_fact("shown", table_time(view->mem, case_->shown_on));
    print_fact("finish by", table_time(view->mem, case_->finish_by));
    print_fact("closed", table_time(view->mem, case_->closed_at));
    print_fact("rated", table_time(view->mem, case_->rated_at));
    print_fact("rating", case_->rating ? talloc_asprintf(view->mem, "%d", case_->rating) : "");
    print_fact("reopened", case_->reopened ? talloc_asprintf(view->mem, "%d", case_->reopened) : "");
    for (size_t i = 0; i < view->n_recordings; i++) {
        print_fact("recording", recording_line(view, &view->recordings[i]));
        print_fact("by machine", view->recordings[i].transcript_text);
        if (*view->recordings[i].transcript_text && !view->recordings[i].written_at)
            print_fact("suggests", suggestion(view, view->recordings[i].transcript_text));
    }
    if (view->advice)
        print_fact("suggests", advice_line(view->mem, view->advice));
    for (size_t i = 0; view->explains && i < EXPLANATIONS; i++)
        print_fact(view->reasons[i].question, case_reasons_line(view->mem, &view->reasons[i]));
}

/* Prints every line in full, indented. */
static void print_text(void *mem, const char *text)
{
    static const struct column all[] = { { "", 4096, false } };
    char *rest = talloc_strdup(mem, text);

    while (rest) {
        const char *line = strsep(&rest, "\n");

        fputs("    ", stdout);
        table_row(stdout, all, &line, 1);
    }
}

static const struct column step_columns[] = {
    { "AT", 16, false }, { "STEP", 12, true }, { "BY", 16, false }, { "WORDS", 60, false }
};

static const struct column notice_columns[] = {
    { "NOTICE", 8, false }, { "STATE", 10, true }, { "TO", 16, false }, { "TEXT", 60, false }
};

static bool print_notice(const struct notice *notice, void *arg)
{
    const struct view *view = arg;
    const char *const cells[] = { talloc_asprintf(view->mem, "%lld", (long long)notice->id),
                                  notice_state_name(notice->state), notice->to, notice->text };

    table_row(stdout, notice_columns, cells, 4);
    return true;
}

static bool print_view(struct view *view, const struct notice_filter *filter)
{
    print_facts(view);
    fputs("\n", stdout);
    print_text(view->mem, view->case_->text);
    fputs("\n", stdout);
    table_heading(stdout, step_columns, 4);
    for (size_t i = 0; i < view->n_steps; i++) {
        const struct step *step = &view->steps[i];
        const char *const cells[] = { table_time(view->mem, step->at), step->kind, step->actor, step->words };

        table_row(stdout, step_columns, cells, 4);
    }
    fputs("\n", stdout);
    table_heading(stdout, notice_columns, 4);
    return store_each_notice(view->store, filter, print_notice, view);
}

/* False after saying why. */
static bool find_case(struct view *view, const char *number)
{
    struct case_ *target = NULL;

    view->merged_into = "";
    view->units = unit_names_open(view->mem, view->store);
    if (!store_case_by_number(view->store, view->mem, number, &view->case_))
        return command_failed("%s", store_error(view->store)), false;
    if (!view->case_) {
        bool is_number = case_number_check(number, strlen(number));

        return command_failed(is_number ? "there is no case %s"
                                        : "%s is not a case number: its check digit is wrong",
                              number),
               false;
    }
    if (!store_steps(view->store, view->mem, view->case_->id, &view->steps, &view->n_steps) ||
        (view->case_->merged_into && !store_case(view->store, view->mem, view->case_->merged_into, &target)))
        return command_failed("%s", store_error(view->store)), false;
    if (!store_recordings(view->store, view->mem, &(struct recording_filter){ .case_id = view->case_->id },
                          &view->recordings, &view->n_recordings))
        return command_failed("%s", store_error(view->store)), false;
    if (!store_advice(view->store, view->mem, view->case_->id, &view->advice))
        return command_failed("%s", store_error(view->store)), false;
    if (target)
        view->merged_into = target->number;
    return true;
}

int case_show(void *mem, int argc, char **argv)
{
    bool is_json = false;
    struct view view = { .mem = mem };
    const struct option_spec specs[] = { { "--json", &is_json, NULL },
                                         { "--explain", &view.explains, NULL } };
    const struct config *config;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("show takes one case number");
    config = command_config(mem);
    if (!config)
        return EXIT_WRONG_USE;
    view.config = config;
    view.store = command_store(mem, config, true);
    if (!view.store || !find_case(&view, argv[1]))
        return EXIT_FAILURE;
    if (!viewed_case(view.store, view.case_->id, "case show"))
        return command_failed("%s", store_error(view.store));
    if (view.explains && !case_reasons(mem, view.store, config, view.case_->text, view.reasons))
        return EXIT_FAILURE;

    const struct notice_filter filter = { .case_id = view.case_->id };
    if (!(is_json ? print_json : print_view)(&view, &filter))
        return command_failed("%s", store_error(view.store));
    return EXIT_SUCCESS;
}
