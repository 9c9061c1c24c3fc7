/* Imports paper forms as cases, as if they had been texted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/case/routing.h"
#include "gateway/clock.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/command/import/import_form.h"
#include "gateway/report/bulletin.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/time_limits.h"
#include "gateway/turn/turn.h"
#include "gateway/turn/similar.h"
#include "gateway/understand/case_number.h"
#include "store/calendar.h"
#include "store/events.h"
#include "store/fnv.h"
#include "store/people.h"
#include "store/steps.h"

/* ROWS_AT_ONCE: rows in a transaction, so that a running gateway gets its turn. YEAR_LEAST: the first year
 * that a case number can begin with (case_number.h). */
enum { ROWS_AT_ONCE = 2000, NINE = 9 * 60, YEAR_LEAST = 2021 };

#define LINE STEP_LINE_PAPER

struct forms {
    struct form_reader reader;
    struct import_cases *import;
    const struct config *config;
    struct turn turn;
    size_t n_open, n_cases, n_known; /* rows, new and known cases of the current transaction */
    bool is_failed;
};

/* Identifies a form: by its own number, else by a hash of its content. */
static const char *key_of(void *mem, const struct form *form)
{
    uint64_t hashes[2] = { FNV_START, 0x84222325cbf29ce4 };
    const char *const words[] = { form->reporter, form->name, form->text };

    if (*form->number)
        return talloc_asprintf(mem, "form %s", form->number);
    for (size_t w = 0; w < 3; w++)
        for (const char *c = words[w];; c++) {
            for (int i = 0; i < 2; i++)
                hashes[i] = fnv_add(hashes[i], (unsigned char)*c);
            if (!*c)
                break;
        }
    return talloc_asprintf(mem, "%lld %016llx%016llx", (long long)form->received_at,
                           (unsigned long long)hashes[0], (unsigned long long)hashes[1]);
}

/* A case number begins with the year received, if such a number is valid, else with the current year. */
static bool new_number(struct forms *forms, int64_t received_at, char number[CASE_NUMBER_SIZE])
{
    int year = date_of(received_at).year;
    const char *prefix = forms->config->number_prefix;
    char counter[32];
    int64_t sequence;

    if (year < YEAR_LEAST)
        year = date_of(forms->reader.now).year;
    snprintf(counter, sizeof counter, "case %04d", year);
    if (!store_next(forms->turn.store, counter, &sequence))
        return false;
    case_number_make(number, year % 100, prefix && *prefix ? *prefix - '0' : -1, sequence);
    return true;
}

/* The 1st of the month after it was received; 0 if that is still to come. A past one is not shown as new. */
static int64_t shown_on(const struct forms *forms, int64_t received_at)
{
    int64_t first = date_moment(month_plus(date_of(received_at), 1), NINE);

    return first <= forms->reader.now ? first : 0;
}

static bool make_case(struct forms *forms, const struct form *form, const struct understood *understood,
                      struct case_ *case_)
{
    bool was_taken_up = form->accepted_at || form->closed_at || form->state == CASE_IN_HAND;
    /* without a handler nobody could continue a case in hand */
    bool stays_new = form->state == CASE_IN_HAND && !*form->handler;
    int64_t accepted_at = form->accepted_at ? form->accepted_at : was_taken_up ? form->received_at : 0;

    *case_ = (struct case_){
        .state = CASE_NEW,
        .reporter = *form->reporter ? form->reporter : LINE,
        .line = LINE,
        .category = form->category ? (enum case_category)(form->category - 1) : understood->category,
        .confidence = form->category ? 100 : understood->category_confidence,
        .topic = form->topic         ? form->topic
                 : understood->topic ? understood->topic
                                     : "other",
        .urgency = understood->urgency,
        .place = form->place ? form->place : understood->place.unit,
        .first_handler = form->handler,
        .handler = form->handler,
        .leader = "",
        .is_guarded = form->guard == GUARD_BY_TEXT ? understood->is_guarded : form->guard == GUARD_YES,
        .text = form->text,
        .received_at = form->received_at,
        .accept_by = time_limit_end(forms->config, LIMIT_ACCEPT, case_urgency_name(understood->urgency),
                                    form->received_at),
        .given_at = form->received_at,
        .urgency_class = "",
        .is_away = understood->is_away,
        .accepted_at = stays_new                          ? 0
                       : form->state == CASE_OUT_OF_SCOPE ? form->accepted_at
                                                          : accepted_at,
        .shown_on = shown_on(forms, form->received_at),
        .closed_at = form->state == CASE_WITHDRAWN ? 0 : form->closed_at,
        .rated_at = form->rating ? form->closed_at : 0,
        .touched_at = form->closed_at ? form->closed_at : form->received_at,
        .rating = form->rating,
    };
    case_->take_by = case_->accept_by;
    if (understood->danger.kind && case_state_is_open(form->state))
        case_->alarm_at = forms->reader.now; /* the calendar rings */
    if (case_->accepted_at)
        case_->finish_by = time_limit_end(forms->config, LIMIT_FINISH, case_urgency_name(case_->urgency),
                                          case_->accepted_at);
    if (!routing_assign(&forms->turn, case_))
        return false;
    if (form->unit && !case_->is_guarded)
        case_->unit = form->unit;
    return true;
}

/* at 0: the form records no such step. */
static bool add_step(struct forms *forms, struct case_ *case_, int64_t at, const char *actor,
                     const char *kind, enum case_state state, const char *words)
{
    struct step step = { .case_id = case_->id,
                         .at = at,
                         .actor = *actor ? actor : "operator",
                         .line = LINE,
                         .kind = kind,
                         .words = words };

    if (at == 0)
        return true;
    case_->state = state;
    return store_take_step(forms->turn.store, &step, case_);
}

static bool add_received(struct forms *forms, const struct case_ *case_, int64_t event_id)
{
    struct step step = { .case_id = case_->id,
                         .at = case_->received_at,
                         .actor = *case_->reporter ? case_->reporter : "operator",
                         .line = LINE,
                         .kind = "received",
                         .words = case_->text,
                         .event_id = event_id };

    return store_add_step(forms->turn.store, &step);
}

/* Adds the steps that lead from "new" to the form's state. */
static bool add_steps(struct forms *forms, const struct form *form, struct case_ *case_, int64_t event_id)
{
    static const char *const ratings[] = { "", "1", "2", "3", "4" };
    static const char *const end_kinds[] = {
        [CASE_EXPLAINED] = "explained", [CASE_OUT_OF_SCOPE] = "out of scope", [CASE_WITHDRAWN] = "withdrawn"
    };
    enum case_state end = form->state == CASE_RATED ? CASE_CLOSED : form->state;
    bool is_withdrawn = end == CASE_WITHDRAWN;
    const char *kind = end < CASE_EXPLAINED ? "closed" : end_kinds[end];
    int64_t ended_at = form->closed_at ? form->closed_at : is_withdrawn ? form->received_at : 0;

    return add_received(forms, case_, event_id) &&
           add_step(forms, case_, case_->accepted_at, form->handler, "accepted", CASE_IN_HAND, "") &&
           add_step(forms, case_, ended_at, is_withdrawn ? case_->reporter : form->handler, kind, end,
                    form->result) &&
           add_step(forms, case_, case_->rated_at, case_->reporter, "rated", form->state,
                    ratings[case_->rating]);
}

/* Adds the reporter unless that person is known already. */
static bool add_person(struct forms *forms, const struct form *form)
{
    struct person *known,
        person = { .phone = form->reporter, .name = form->name, .title = "", .language = "" };

    if (!*form->reporter || !*form->name)
        return true;
    if (!store_person(forms->turn.store, forms->turn.mem, form->reporter, &known))
        return false;
    return known || store_put_person(forms->turn.store, &person);
}

static bool take_form(struct forms *forms, const struct form *form)
{
    struct store *store = forms->turn.store;
    struct event event = { .kind = EVENT_TEXT,
                           .line = LINE,
                           .external_id = key_of(forms->turn.mem, form),
                           .is_key_derived = !*form->number,
                           .from = *form->reporter ? form->reporter : LINE,
                           .at = form->received_at,
                           .received_at = form->received_at,
                           .text = form->text,
                           .outcome = "case",
                           .why = "" };
    struct understood understood;
    char number[CASE_NUMBER_SIZE];
    struct case_ case_;

    if (!store_add_event(store, &event))
        return false;
    if (event.id == 0) {
        forms->n_known++;
        return true;
    }
    forms->turn.now = form->received_at;
    understand(forms->turn.understanding, forms->turn.mem, form->text, &understood);
    if (!make_case(forms, form, &understood, &case_) || !new_number(forms, form->received_at, number))
        return false;
    case_.number = number;
    if (!store_open_case(store, &case_) || !add_steps(forms, form, &case_, event.id) ||
        !similar_keep(store, &case_) || !add_person(forms, form))
        return false;
    event.case_id = case_.id;
    forms->n_cases++;
    return store_finish_event(store, &event);
}

static bool begin(struct forms *forms)
{
    forms->turn.mem = talloc_new(NULL);
    forms->turn.cache = NULL;
    forms->n_open = forms->n_cases = forms->n_known = 0;
    return store_begin(forms->turn.store, STORE_COMMAND_BUSY_MS);
}

static bool end(struct forms *forms)
{
    bool is_done = !forms->is_failed && store_commit(forms->turn.store);

    if (!is_done)
        store_rollback(forms->turn.store);
    forms->import->n_cases += is_done ? forms->n_cases : 0;
    forms->import->n_known += is_done ? forms->n_known : 0;
    TALLOC_FREE(forms->turn.mem);
    return is_done;
}

static void check_row(struct sheet_row *row, void *arg)
{
    struct forms *forms = arg;
    void *mem = talloc_new(NULL);
    struct form form;

    form_read(&forms->reader, mem, row, &form);
    talloc_free(mem);
}

static void take_row(struct sheet_row *row, void *arg)
{
    struct forms *forms = arg;
    struct form form;

    if (forms->is_failed)
        return;
    if (forms->n_open == ROWS_AT_ONCE && (!end(forms) || !begin(forms))) {
        forms->is_failed = true;
        return;
    }
    form_read(&forms->reader, forms->turn.mem, row, &form);
    forms->n_open++;
    forms->is_failed = !take_form(forms, &form);
}

/* Copies standard input to a file, because it is read twice. */
static bool spool_input(void)
{
    FILE *file = tmpfile();
    char buffer[65536];
    size_t n;
    bool is_done = file != NULL;

    while (is_done && (n = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        is_done = fwrite(buffer, 1, n, file) == n;
    is_done = is_done && fflush(file) == 0 && dup2(fileno(file), STDIN_FILENO) >= 0;
    if (file)
        fclose(file);
    rewind(stdin);
    return is_done;
}

static bool mark_behind(struct store *store, const char *kind, struct date date, int64_t now)
{
    void *mem = talloc_new(NULL);
    const char *last;
    bool is_new, is_done = store_last_date(store, mem, kind, &last) &&
                           (*last || store_mark_date(store, kind, date_text(mem, date), now, &is_new));

    talloc_free(mem);
    return is_done;
}

/* Marks past dates as done, so that old forms cause no years of boards and requests for ratings. */
static bool start_calendar(struct store *store, int64_t now)
{
    static const struct {
        const char *kind;
        enum bulletin_kind date;
    } kinds[] = { { "show", BULLETIN_SHOW },
                  { "report", BULLETIN_REPORT },
                  { "ask", BULLETIN_REPORT },
                  { "evaluate", BULLETIN_EVALUATE } };
    struct date yesterday = date_plus(date_of(now), -1); /* today's work is still to be done */
    void *mem = talloc_new(NULL);
    const char *until;
    bool is_done =
        store_get(store, mem, "reminded until", &until) &&
        (until || store_set(store, "reminded until", talloc_asprintf(mem, "%lld", (long long)now)));

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && is_done; i++)
        is_done = mark_behind(store, kinds[i].kind, bulletin_date(kinds[i].date, yesterday), now);
    talloc_free(mem);
    return is_done;
}

/* Reads the file twice: to check it, then to import it. False after printing why. */
static bool read_forms(struct forms *forms, struct sheet *sheet)
{
    struct store *store = forms->turn.store;
    bool is_input = strcmp(sheet->path, "-") == 0;

    if (is_input && !spool_input())
        return command_failed("cannot store standard input"), false;
    if (!sheet_read(sheet, check_row, forms))
        return false;
    if (is_input)
        rewind(stdin);
    if (!begin(forms) || !start_calendar(store, forms->reader.now))
        forms->is_failed = true;
    else
        sheet_read(sheet, take_row, forms);
    return end(forms) || (command_failed("%s", store_error(store)), false);
}

bool import_cases(void *mem, struct store *store, const struct config *config, struct import_cases *import)
{
    struct forms forms = { .reader = { .units = unit_names_read(mem, store), .now = clock_now() },
                           .import = import,
                           .config = config,
                           .turn = { .store = store, .config = config } };
    struct sheet sheet = { .path = import->path, .columns = form_columns, .n_columns = form_column_count };
    const char *error = "";
    bool is_done;

    if (!forms.reader.units)
        return command_failed("%s", store_error(store)), false;
    forms.turn.understanding = turn_understanding(mem, store, config, NULL, &error);
    if (!forms.turn.understanding)
        return command_failed("%s", error), false;
    is_done = read_forms(&forms, &sheet);
    talloc_free((void *)forms.turn.understanding);
    if (!is_done && import->n_cases > 0)
        command_failed("%zu cases were imported before the failure: import the file again for the rest",
                       import->n_cases);
    return is_done;
}
