#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "store/county/transfers.h"
#include "store/journal/journal.h"
#include "store/journal/seal.h"
#include "store/upkeep/erase.h"
#include "store/upkeep/move.h"
#include "store/events.h"
#include "store/exports.h"
#include "store/kept/keeping.h"
#include "store/notices.h"
#include "store/page/drafts.h"
#include "store/page/sessions.h"
#include "store/people.h"
#include "store/senders.h"
#include "store/questions.h"
#include "store/recordings.h"
#include "store/sql.h"
#include "store/steps.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

/* Whoever is erased has these; nobody else does. */
#define PHONE "+8613934567001"
#define DIGITS "13934567001"
#define NAME "王秀英"
#define IDENTITY "141027196203045678"
#define ALL PHONE " " NAME " " IDENTITY

/* What the index of words holds of the name: 秀英, without the octets that another pair may have begun with.
 */
#define INDEXED "\x80\xe8\x8b\xb1"

#define OTHER "+8613800000001"

struct world {
    const char *path;
    struct store *store;
    int64_t unit;
    char private_key[SEAL_KEY_SIZE]; /* opens what is sealed in the journal */
    int n_opened;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct unit unit = { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY };
    const char *error;

    world->path = talloc_asprintf(world, "%s/x.db", temporary_directory(world));
    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s", world->path), &error);
    assert_non_null(world->store);
    assert_true(store_put_unit(world->store, &unit));
    world->unit = unit.id;
    assert_true(store_see_person(world->store, OTHER, "village", 1));
    place_kinds(world->store, "received,erased,progress,took in");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static int64_t add_case(struct store *store, const char *number, const char *reporter, const char *text)
{
    struct case_ case_ = { .number = number,
                           .state = CASE_CLOSED,
                           .reporter = reporter,
                           .line = "village",
                           .topic = "water",
                           .text = text,
                           .received_at = 1 };

    place_case(store, &case_);
    return case_.id;
}

static int64_t add_step(struct store *store, int64_t case_id, const char *actor, const char *words)
{
    struct step step = {
        .case_id = case_id, .at = 1, .actor = actor, .line = "", .kind = "progress", .words = words
    };

    assert_true(store_add_step(store, &step));
    return step.id;
}

static void add_event(struct store *store, enum event_kind kind, const char *from, const char *to,
                      int64_t case_id)
{
    static int n;
    struct event event = { .kind = kind,
                           .line = "village",
                           .external_id = talloc_asprintf(store, "%d %s", n++, ALL),
                           .from = from,
                           .to = to,
                           .text = ALL,
                           .raw = ALL,
                           .outcome = "case",
                           .why = ALL,
                           .case_id = case_id };

    assert_true(store_add_event(store, &event));
}

static void add_notice(struct store *store, const char *to, int64_t case_id)
{
    struct notice notice = { .to = to,
                             .text = ALL,
                             .name = "accepted",
                             .line = "village",
                             .data = ALL,
                             .why = ALL,
                             .case_id = case_id };

    assert_true(store_add_notice(store, &notice));
}

static void add_recording(struct store *store, const char *caller, const char *heard_by, int64_t case_id)
{
    struct recording recording = { .state = RECORDING_KEPT,
                                   .line = "api:pbx",
                                   .external_id = ALL,
                                   .caller = caller,
                                   .called = caller,
                                   .file = "a.wav",
                                   .keys = IDENTITY,
                                   .heard_by = heard_by,
                                   .written_by = heard_by,
                                   .case_id = case_id };

    assert_true(store_add_recording(store, &recording));
}

static void as_caller_of_recordings(struct world *world)
{
    add_event(world->store, EVENT_CALL, PHONE, OTHER, 0);
    add_recording(world->store, PHONE, OTHER, 0);
    add_recording(world->store, OTHER, OTHER, add_case(world->store, "26000041", PHONE, ALL));
}

static void as_listener(struct world *world)
{
    assert_true(store_see_person(world->store, PHONE, "village", 1));
    add_recording(world->store, OTHER, PHONE, add_case(world->store, "26000103", OTHER, "停水"));
    assert_true(sql_run(world->store, "UPDATE recordings SET external_id = '', keys = ''", NO_VALUES));
}

static void as_reporter(struct world *world)
{
    int64_t id = add_case(world->store, "26000010", PHONE, ALL);

    add_step(world->store, id, PHONE, ALL);
    add_step(world->store, id, OTHER, ALL);
    add_event(world->store, EVENT_TEXT, PHONE, OTHER, id);
    add_event(world->store, EVENT_TEXT, OTHER, NULL, id);
}

/* The copy that waits for the centre is sealed; its words stand for it here. */
static void as_reporter_in_another_county(struct world *world)
{
    add_case(world->store, "26000401", PHONE, ALL);
    assert_true(store_put_transfer(world->store, &(struct transfer){ .direction = TRANSFER_OUT,
                                                                     .number = "26000401",
                                                                     .county = "wanxi",
                                                                     .name = "皖西",
                                                                     .their_number = "",
                                                                     .copy = ALL,
                                                                     .why = "",
                                                                     .asked_at = 1 }));
}

static void as_merged_and_anonymous_reporter(struct world *world)
{
    int64_t into = add_case(world->store, "26000029", OTHER, "停水");
    struct case_ *case_;

    assert_true(store_case(world->store, world, add_case(world->store, "26000032", PHONE, ALL), &case_));
    case_->state = CASE_MERGED;
    case_->merged_into = into;
    case_->is_anonymous = true;
    place_state(world->store, case_);
    add_step(world->store, into, PHONE, ALL);
}

static void as_handler_of_others(struct world *world)
{
    struct case_ *case_;

    assert_true(store_case(world->store, world, add_case(world->store, "26000045", OTHER, "停水"), &case_));
    case_->first_handler = case_->handler = case_->leader = PHONE;
    assert_true(store_update_case(world->store, case_));
}

static void as_cadre_on_duty(struct world *world)
{
    assert_true(store_set_on_duty(world->store, world->unit, PHONE));
}

static void as_cadre_on_leave(struct world *world)
{
    assert_true(store_put_leave(world->store, &(struct leave){ PHONE, 1, 2, OTHER }));
}

static void as_stand_in(struct world *world)
{
    assert_true(store_put_leave(world->store, &(struct leave){ OTHER, 1, 2, PHONE }));
}

static void as_cadre_locked_out(struct world *world)
{
    assert_true(store_put_sender_line(
        world->store, &(struct sender_line){ .phone = PHONE, .line = "mas", .locked_until = 77 }));
    assert_true(store_set_answer_budget(world->store, PHONE, &(struct answer_budget){ .tokens = 1 }));
    assert_true(store_set_owner_since(world->store, PHONE, 77));
}

static void as_who_may_undo(struct world *world)
{
    int64_t id = add_case(world->store, "26000058", OTHER, "停水");
    struct undo undo = { .phone = PHONE,
                         .case_id = id,
                         .step_id = add_step(world->store, id, PHONE, ALL),
                         .at = 1,
                         .before = "{\"handler\":\"" PHONE "\"}" };

    assert_true(store_put_undo(world->store, &undo));
    undo.phone = OTHER;
    assert_true(store_put_undo(world->store, &undo));
}

static void as_asked_a_question(struct world *world)
{
    assert_true(store_ask(world->store, &(struct question){ PHONE, QUESTION_RATING, 0, ALL, 1, 2 }));
    assert_true(store_ask(world->store, &(struct question){ OTHER, QUESTION_LIST, 0, ALL, 1, 2 }));
}

static void as_named_in_confirmations(struct world *world)
{
    int64_t own = add_case(world->store, "26000061", PHONE, ALL),
            other = add_case(world->store, "26000074", OTHER, "");
    struct confirmation confirmations[] = {
        { .phone = PHONE, .action = "close", .case_id = other, .words = ALL, .code_hash = "a" },
        { .phone = OTHER, .action = "close", .case_id = own, .words = "0 " IDENTITY, .code_hash = "b" },
        { .phone = "+8613800000002",
          .action = "close",
          .case_id = other,
          .words = "0 " NAME,
          .code_hash = "c" },
        { .phone = "+8613800000003",
          .action = "close",
          .case_id = other,
          .words = "0 " DIGITS,
          .code_hash = "d" },
        { .phone = "+8613800000004",
          .action = "close",
          .case_id = other,
          .words = "0 " IDENTITY,
          .code_hash = "e" },
    };
    size_t n = sizeof confirmations / sizeof *confirmations;

    for (size_t i = 0; i < n; i++)
        assert_true(store_put_confirmation(world->store, &confirmations[i]));
    /* answered: its words are of no more use */
    assert_true(store_drop_confirmation(world->store, confirmations[n - 1].id));
}

static void as_sender_of_parts(struct world *world)
{
    struct event part = { .kind = EVENT_PART,
                          .line = "village",
                          .external_id = ALL,
                          .from = PHONE,
                          .text = ALL,
                          .raw = ALL,
                          .reference = 7,
                          .total = 2,
                          .sequence = 1,
                          .outcome = "waiting",
                          .why = "" };
    struct part_group *group;
    bool is_repeat;

    assert_true(store_add_event(world->store, &part));
    assert_true(store_add_part(world->store, world, &part, 0, &group, &is_repeat));
}

static void as_recipient(struct world *world)
{
    add_notice(world->store, PHONE, 0);
    add_notice(world->store, OTHER, add_case(world->store, "26000087", PHONE, ALL));
    assert_true(
        sql_run(world->store,
                "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at)"
                " SELECT id, 1, 1, '', recipient, 1, 1 FROM notices WHERE recipient = $1",
                VALUES(as_text(PHONE))));
}

#define FORMER "+8613711112222"
#define FORMER_DIGITS "3711112222"

/* A cadre's texts, cases and duties under a former number, on which a villager writes by now. */
static void as_owner_of_a_new_number(struct world *world)
{
    const struct person cadre = {
        .phone = FORMER, .name = NAME, .title = "", .language = "", .roles = ROLE_CADRE
    };
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = "former",
                           .from = FORMER,
                           .text = ALL,
                           .raw = FORMER,
                           .outcome = "command",
                           .why = "",
                           .received_at = 1 };

    assert_true(store_put_person(world->store, &cadre));
    assert_true(store_add_event(world->store, &event));
    add_notice(world->store, FORMER, 0);
    add_step(world->store, add_case(world->store, "26000055", OTHER, "x"), FORMER, ALL);
    assert_true(store_move_person(world->store, FORMER, PHONE, 3));
}

static void as_kept_by_the_operator(struct world *world)
{
    struct keeping changes[] = {
        { .at = 1,
          .actor = OTHER,
          .kind = "duty",
          .key = "141027 2026-12-01",
          .before = OTHER,
          .after = PHONE },
        { .at = 1,
          .actor = OTHER,
          .kind = "leave",
          .key = PHONE,
          .before = "",
          .after = "2026-12-01 2026-12-02 " OTHER },
        { .at = 1, .actor = PHONE, .kind = "name", .key = "x", .before = "", .after = "yes" },
    };

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        assert_true(store_add_keeping(world->store, &changes[i]));
    assert_true(store_put_duty_day(world->store, &(struct duty_day){ world->unit, "2026-12-01", PHONE }));
}

/* What is written and looked at on the page: by them, of their case, and of them by another. */
static void as_known_to_the_page(struct world *world)
{
    int64_t own = add_case(world->store, "26000098", PHONE, "x");
    const struct draft drafts[] = {
        { .phone = PHONE, .command = "进度", .words = "x", .at = 1 },
        { .phone = OTHER, .case_id = own, .command = "进度", .words = IDENTITY, .at = 1 },
        { .phone = OTHER, .command = "", .words = ALL, .at = 1 },
    };
    const struct session session = { .hash = "h", .phone = PHONE, .language = "", .address = "" };
    const struct page_view views[] = {
        { .at = 1, .phone = PHONE, .address = "", .asked = "/", .cases = "" },
        { .at = 1, .phone = OTHER, .address = "", .asked = "/find?words=" NAME, .cases = "" },
    };

    for (size_t i = 0; i < sizeof drafts / sizeof *drafts; i++)
        assert_true(store_put_draft(world->store, &drafts[i], 0));
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        assert_true(store_add_page_view(world->store, &views[i]));
    assert_true(store_add_page_code(
        world->store,
        &(struct page_code){
            .phone = PHONE, .browser = "b", .code_hash = "c", .address = "", .expires_at = 9 },
        0));
    assert_true(store_add_try(world->store, PHONE, "", false, 1, 0));
    assert_true(store_put_factors(world->store, &(struct factors){ PHONE, "JBSWY3DPEHPK3PXP", 0, "", "" }));
    assert_true(store_add_session(world->store, &session, 0));
}

static const struct {
    const char *name;
    void (*take)(struct world *world);
} roles[] = {
    { "reporter", as_reporter },
    { "reporter in another county", as_reporter_in_another_county },
    { "merged and anonymous reporter", as_merged_and_anonymous_reporter },
    { "caller of recordings", as_caller_of_recordings },
    { "listener", as_listener },
    { "handler of others' cases", as_handler_of_others },
    { "cadre on duty", as_cadre_on_duty },
    { "cadre on leave", as_cadre_on_leave },
    { "stand-in", as_stand_in },
    { "cadre locked out", as_cadre_locked_out },
    { "who may undo", as_who_may_undo },
    { "asked a question", as_asked_a_question },
    { "named in confirmations", as_named_in_confirmations },
    { "sender of parts", as_sender_of_parts },
    { "recipient", as_recipient },
    { "owner of a new number", as_owner_of_a_new_number },
    { "kept by the operator", as_kept_by_the_operator },
    { "known to the page", as_known_to_the_page },
};

/* Every octet of the file, its free pages too. */
static bool holds(const char *path, const char *end, const char *word)
{
    FILE *file = fopen(talloc_asprintf(path, "%s%s", path, end), "r");
    char *octets = NULL;
    size_t size = 0;
    FILE *all = open_memstream(&octets, &size);
    bool is_there;

    for (int c; file && (c = getc(file)) != EOF;)
        putc(c, all);
    if (file)
        fclose(file);
    fclose(all);
    is_there = memmem(octets, size, word, strlen(word)) != NULL;
    free(octets);
    return is_there;
}

static const char *where_it_is(struct world *world, const char *word)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (holds(world->path, ends[i], word))
            return talloc_asprintf(world, "x.db%s", ends[i]);
    return NULL;
}

static void erase_all(struct world *world, const char *role)
{
    static const char *const words[] = { DIGITS, NAME, IDENTITY, FORMER_DIGITS, INDEXED };
    struct person nobody = { .phone = PHONE, .name = NAME, .language = "" };
    struct erased erased;

    assert_true(store_put_person(world->store, &nobody)); /* a cadre no more */
    assert_true(store_erase(world->store, PHONE, 5, &erased));
    assert_true(erased.was_known);
    assert_int_equal(erased.open, 0);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (where_it_is(world, words[i]))
            fail_msg("%s: %s is in %s", role, words[i], where_it_is(world, words[i]));
}

static void nothing_of_a_person_is_left_in_the_file_in_any_role(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        void *world = NULL;

        open_world(&world);
        assert_true(store_put_person(((struct world *)world)->store,
                                     &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
        roles[i].take(world);
        erase_all(world, roles[i].name);
        close_world(&world);
    }
}

/* From now on each row that changes goes into the journal, too. */
static void keep_journal(struct world *world, enum journal_sealing sealing)
{
    char public_key[SEAL_KEY_SIZE];
    const char *error;

    seal_new_key(public_key, world->private_key);
    assert_true(store_set_recovery_key(world->store, public_key));
    assert_true(store_journal_start(world->store, sealing));
    talloc_free(world->store);
    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s", world->path), &error);
    assert_non_null(world->store);
}

/* What is only for a time has gone by itself when the person is erased. */
static void let_time_pass(struct world *world)
{
    static const char *const gone[] = {
        "DELETE FROM questions",
        "DELETE FROM leaves",
        "DELETE FROM duty_days",
        "DELETE FROM labels",
        "DELETE FROM case_advice",
        "UPDATE units SET on_duty = NULL",
        "UPDATE transfers SET copy = ''",
        "UPDATE cases SET first_handler = NULL, handler = NULL, leader = NULL"
    };

    assert_true(store_begin(world->store, 1000));
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_true(sql_run(world->store, gone[i], NO_VALUES));
    assert_true(store_commit(world->store));
}

/* A county with a centre: the journal has rows of what has been answered, replaced or thrown away since. */
static void nothing_of_a_person_is_left_in_the_journal_in_any_role(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        void *world = NULL;

        open_world(&world);
        keep_journal(world, SEAL_RESTRICTED);
        assert_true(store_put_person(((struct world *)world)->store,
                                     &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
        roles[i].take(world);
        let_time_pass(world);
        erase_all(world, roles[i].name);
        close_world(&world);
    }
}

/* Opens what is sealed in the row, as the discipline office can. */
static bool open_row(const struct journal_row *row, void *arg)
{
    static const char sealed[] = JOURNAL_SEALED_BODY;
    struct world *world = arg;
    const char *body = row->body, *box = body, *open;

    if (!body)
        return true;
    if (strncmp(body, sealed, sizeof sealed - 1) == 0) {
        box = body + sizeof sealed - 1;
        box = talloc_strndup(world, box, strcspn(box, "\""));
    }
    open = seal_open(world, world->private_key, box);
    world->n_opened += open != NULL;
    if (strstr(open ? open : body, DIGITS) || strstr(open ? open : body, NAME))
        fail_msg("row %lld (%s) still has the person", (long long)row->seq, row->kind);
    return true;
}

/* Sealed rows cannot be searched here: with a person go all of them that others have replaced. */
static void nor_is_anything_left_in_what_the_recovery_key_opens(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        void *opened = NULL;
        struct world *world;

        open_world(&opened);
        world = opened;
        keep_journal(world, SEAL_PERSONAL);
        assert_true(
            store_put_person(world->store, &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
        roles[i].take(world);
        let_time_pass(world);
        erase_all(world, roles[i].name);
        assert_true(store_each_journal_row(world->store, 0, open_row, world));
        assert_true(world->n_opened > 0);
        close_world(&opened);
    }
}

static bool count_recipients(const struct journal_row *row, void *arg)
{
    *(int *)arg += strcmp(row->kind, "sent_parts") == 0 && row->body && strstr(row->body, DIGITS);
    return true;
}

/* Who accuses somebody in a later text was told of the case before: the centre may not read by that who they
 * are. */
static void to_whom_parts_went_is_sealed_once_the_case_is_restricted(void **state)
{
    struct world *world = *state;
    struct case_ *case_;
    int n = 0;

    keep_journal(world, SEAL_RESTRICTED);
    as_recipient(world);
    assert_true(store_case_by_number(world->store, world, "26000087", &case_));
    assert_true(sql_run(world->store, "UPDATE notices SET case_id = $1", VALUES(as_number(case_->id))));
    assert_true(store_each_journal_row(world->store, 0, count_recipients, &n));
    assert_int_equal(n, 1);
    case_->is_guarded = true;
    assert_true(store_begin(world->store, 1000) && store_update_case(world->store, case_) &&
                store_commit(world->store));
    n = 0;
    assert_true(store_each_journal_row(world->store, 0, count_recipients, &n));
    assert_int_equal(n, 0);
}

static void a_new_number_takes_along_what_the_old_one_had_and_the_old_owners_texts_go_with_it(void **state)
{
    struct world *world = *state;
    struct person *old, *new;
    struct erased erased;
    struct step *steps;
    size_t n;

    as_owner_of_a_new_number(world);
    add_event(world->store, EVENT_TEXT, OTHER, NULL, 0);
    assert_true(store_person(world->store, world, FORMER, &old));
    assert_true(store_person(world->store, world, PHONE, &new));
    assert_int_equal(old->roles, 0);
    assert_string_equal(old->name, "");
    assert_int_equal(old->retired_at, 3);
    assert_int_equal(new->roles, ROLE_CADRE);
    assert_string_equal(new->name, NAME);
    assert_true(store_steps(world->store, world, 1, &steps, &n));
    assert_string_equal(steps[n - 1].actor, PHONE); /* who stepped back stays barred */

    /* the old number is another's now: erasing it takes what was texted from it, and leaves the cadre */
    assert_true(store_erase(world->store, FORMER, 5, &erased));
    assert_true(erased.was_known);
    assert_int_equal(erased.events, 1);
    assert_true(store_person(world->store, world, PHONE, &new));
    assert_int_equal(new->roles, ROLE_CADRE);
    assert_null(where_it_is(world, FORMER_DIGITS));
}

/* So much that pages are freed, and trees have inner pages. */
static void nothing_of_a_person_is_left_who_was_all_of_it_among_many(void **state)
{
    struct world *world = *state;

    assert_true(
        store_put_person(world->store, &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
    assert_true(store_begin(world->store, 1000));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        roles[i].take(world);
    for (int i = 0; i < 2000; i++) {
        const char *phone = talloc_asprintf(world, "+86139345%05d", i);

        if (strcmp(phone, PHONE) != 0)
            assert_true(store_see_person(world->store, phone, "village", 1));
        add_event(world->store, EVENT_TEXT, PHONE, NULL, 0);
        add_notice(world->store, i % 2 ? PHONE : OTHER, 1);
    }
    assert_true(store_commit(world->store));
    assert_non_null(where_it_is(world, IDENTITY));
    erase_all(world, "all");
}

static sqlite3 *open_reader(const struct world *world)
{
    sqlite3 *reader;

    assert_int_equal(sqlite3_open(world->path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM cases", NULL, NULL, NULL), SQLITE_OK);
    return reader;
}

/* The gateway has the store open, and reads it now and then. */
static void nothing_is_left_beside_a_connection_that_stays_open(void **state)
{
    struct world *world = *state;
    sqlite3 *reader = open_reader(world);

    assert_true(
        store_put_person(world->store, &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
    as_reporter(world);
    assert_int_equal(sqlite3_exec(reader, "COMMIT; SELECT count(*) FROM events", NULL, NULL, NULL),
                     SQLITE_OK);
    erase_all(world, "beside a reader");
    sqlite3_close(reader);
}

/* It does not say that all is gone while it is not. */
static void what_a_reader_keeps_in_the_log_is_said_and_goes_with_the_reader(void **state)
{
    struct world *world = *state;
    struct erased erased;
    sqlite3 *reader;

    assert_true(
        store_put_person(world->store, &(struct person){ .phone = PHONE, .name = NAME, .language = "" }));
    as_reporter(world);
    reader = open_reader(world);
    assert_false(store_erase(world->store, PHONE, 5, &erased));
    assert_non_null(strstr(store_error(world->store), "-wal holds it still"));
    sqlite3_close(reader);
    TALLOC_FREE(world->store);
    assert_null(where_it_is(world, IDENTITY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_a_person_is_left_in_the_file_in_any_role),
        cmocka_unit_test(nothing_of_a_person_is_left_in_the_journal_in_any_role),
        cmocka_unit_test(nor_is_anything_left_in_what_the_recovery_key_opens),
        cmocka_unit_test_setup_teardown(to_whom_parts_went_is_sealed_once_the_case_is_restricted, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(
            a_new_number_takes_along_what_the_old_one_had_and_the_old_owners_texts_go_with_it, open_world,
            close_world),
        cmocka_unit_test_setup_teardown(nothing_of_a_person_is_left_who_was_all_of_it_among_many, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(nothing_is_left_beside_a_connection_that_stays_open, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_a_reader_keeps_in_the_log_is_said_and_goes_with_the_reader,
                                        open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
