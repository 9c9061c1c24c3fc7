#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/case/lifecycle_guard.h"
#include "gateway/conversation/conversation.h"
#include "gateway/turn/notify.h"
#include "gateway/understand/language.h"

enum { FIELDS = 6 };

static struct config *make_config(void *mem)
{
    struct config *config = talloc_zero(mem, struct config);

    *config = (struct config){
        .timezone = "Asia/Shanghai",
        .signature = "【浮山亮晒评】",
        .language = "zh",
        .county = "浮山县",
        .number_prefix = "",
        .quiet_from = 21 * 60,
        .quiet_until = 8 * 60,
        .join_minutes = 10,
        .accept_days = 15,
        .finish_days = 60,
        .urgent_accept_hours = 24,
        .urgent_finish_days = 7,
        .return_days = 5,
        .urgent_return_days = 2,
        .extension_days = 30,
        .urgent_extension_days = 10,
        .review_days = 30,
        .n_modems = 1,
    };
    config->modems = talloc_zero(config, struct modem_config);
    config->modems[0] =
        (struct modem_config){ .name = "village", .sends = true, .receives = true, .missed_call = "text" };
    return config;
}

const struct words *world_words(void)
{
    static struct words *words;
    const char *error = NULL;

    if (!words)
        words = words_open(NULL, NULL, &error);
    if (!words)
        fail_msg("%s", error);
    return words;
}

/* Once for all worlds: it keeps what it learned of the characters that it met. */
static const struct language *world_language(void)
{
    static struct language *language;
    const char *error = NULL;

    if (!language)
        language = language_new(NULL, NULL, &error);
    if (!language)
        fail_msg("%s", error);
    return language;
}

struct world *world_new(void *mem)
{
    struct world *world = talloc_zero(mem, struct world);
    const char *error = NULL;

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    world->config = make_config(world);
    world->store = store_open(world, "sqlite::memory:", &error);
    if (!world->store)
        fail_msg("%s", error);
    assert_true(lifecycle_guard_write(world->store));
    world->words = world_words();
    world_time(world, "2026-11-20 09:00");
    return world;
}

void world_time(struct world *world, const char *time)
{
    struct tm local = { .tm_isdst = -1 };
    int count;
    char unit;

    if (sscanf(time, "+%d%c", &count, &unit) == 2) {
        world->now += (int64_t)count * (unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
        return;
    }
    if (sscanf(time, "%d-%d-%d %d:%d", &local.tm_year, &local.tm_mon, &local.tm_mday, &local.tm_hour,
               &local.tm_min) != 5)
        fail_msg("no time: %s", time);
    local.tm_year -= 1900;
    local.tm_mon -= 1;
    world->now = mktime(&local);
}

static void split(char *line, const char *fields[FIELDS])
{
    for (int i = 0; i < FIELDS; i++) {
        const char *field = line ? strsep(&line, ",") : "";

        fields[i] = field + strspn(field, " ");
    }
}

static int64_t unit_id(struct world *world, void *mem, const char *code)
{
    struct unit *unit = NULL;

    if (*code)
        assert_true(store_unit_by_code(world->store, mem, code, &unit));
    return unit ? unit->id : 0;
}

/* People and units changed: the tables are made anew when they are next needed. */
static void forget_understanding(struct world *world)
{
    talloc_free((void *)world->understanding);
    world->understanding = NULL;
}

void world_unit(struct world *world, const char *line)
{
    void *mem = talloc_new(NULL);
    const char *fields[FIELDS];
    struct unit unit = { 0 };

    split(talloc_strdup(mem, line), fields);
    unit.code = fields[0];
    unit.name = fields[1];
    unit.parent = unit_id(world, mem, fields[3]);
    unit.duty = fields[4];
    assert_true(unit_level_parse(fields[2], &unit.level));
    assert_true(store_put_unit(world->store, &unit));
    forget_understanding(world);
    talloc_free(mem);
}

static const char *e164(void *mem, const char *phone)
{
    return strlen(phone) == 11 && phone[0] == '1' ? talloc_asprintf(mem, "+86%s", phone) : phone;
}

void world_person(struct world *world, const char *line)
{
    void *mem = talloc_new(NULL);
    const char *fields[FIELDS];
    struct person person = { 0 };

    split(talloc_strdup(mem, line), fields);
    person.phone = e164(mem, fields[0]);
    person.name = fields[1];
    person.title = fields[2];
    assert_true(roles_parse(fields[3], &person.roles));
    person.unit = unit_id(world, mem, fields[4]);
    person.language = fields[5];
    assert_true(store_put_person(world->store, &person));
    forget_understanding(world);
    talloc_free(mem);
}

void world_route(struct world *world, const char *line)
{
    void *mem = talloc_new(NULL);
    const char *fields[FIELDS];
    struct routing_rule rule = { 0 };

    split(talloc_strdup(mem, line), fields);
    rule.place = unit_id(world, mem, fields[0]);
    rule.topic = fields[1];
    rule.category = fields[2];
    rule.is_away = strcmp(fields[3], "yes") == 0;
    rule.unit = unit_id(world, mem, fields[4]);
    assert_true(store_add_route(world->store, &rule));
    talloc_free(mem);
}

static void build_understanding(struct world *world)
{
    void *mem = talloc_new(NULL);
    struct understanding_source source = { .language = world_language() };
    struct place_name *names;
    struct unit *units;
    struct person *people;
    const char **cadres, *error = NULL;

    assert_true(store_place_names(world->store, mem, &names, &source.n_names));
    assert_true(store_units(world->store, mem, &units, &source.n_units));
    assert_true(store_people(world->store, mem, 0, 0, &people, &source.n_cadres));
    cadres = talloc_array(mem, const char *, source.n_cadres);
    for (size_t i = 0; i < source.n_cadres; i++)
        cadres[i] = people[i].name;
    source.names = names;
    source.units = units;
    source.cadres = cadres;
    world->understanding = understanding_new(world, &source, &error);
    if (!world->understanding)
        fail_msg("%s", error);
    talloc_free(mem);
}

static struct turn begin(struct world *world, bool is_rehearsal)
{
    if (!world->understanding)
        build_understanding(world);
    assert_true(store_begin(world->store, 1000));
    return (struct turn){ .mem = talloc_new(NULL),
                          .store = world->store,
                          .config = world->config,
                          .words = world->words,
                          .understanding = world->understanding,
                          .now = world->now,
                          .is_rehearsal = is_rehearsal };
}

static void end(struct world *world, struct turn *turn, bool is_done)
{
    if (!is_done)
        fail_msg("%s", turn->error ? turn->error : store_error(world->store));
    if (turn->is_rehearsal)
        store_rollback(world->store);
    else
        assert_true(store_commit(world->store));
    talloc_free(turn->mem);
}

static struct event *take_text(void *mem, struct world *world, const char *line, const char *phone,
                               const char *text, int64_t at)
{
    struct turn turn = begin(world, false);
    struct event *event = talloc_zero(mem, struct event);
    struct understood understood;
    int64_t id;
    bool is_done;

    assert_true(store_next(world->store, "test event", &id));
    *event = (struct event){ .kind = EVENT_TEXT,
                             .line = line,
                             .external_id = talloc_asprintf(event, "%lld", (long long)id),
                             .from = e164(event, phone),
                             .at = at,
                             .received_at = world->now,
                             .text = talloc_strdup(event, text) };
    understand(world->understanding, turn.mem, text, &understood);
    is_done = store_add_event(world->store, event) && conversation_text(&turn, event, &understood) &&
              store_finish_event(world->store, event);
    event->why = talloc_strdup(event, event->why ? event->why : "");
    end(world, &turn, is_done);
    if (!event->outcome || !*event->outcome)
        fail_msg("nothing is said of what became of: %s", text);
    return event;
}

struct event *world_text_sent(void *mem, struct world *world, const char *phone, const char *text, int64_t at)
{
    return take_text(mem, world, "village", phone, text, at);
}

struct event *world_text_by(void *mem, struct world *world, const char *line, const char *phone,
                            const char *text)
{
    return take_text(mem, world, line, phone, text, world->now);
}

struct event *world_text(void *mem, struct world *world, const char *phone, const char *text)
{
    return world_text_sent(mem, world, phone, text, world->now);
}

void world_do(struct world *world, desk_job *job, void *arg, bool is_rehearsal)
{
    struct turn turn = begin(world, is_rehearsal);

    end(world, &turn, job(&turn, arg));
}

struct hearing {
    const struct world *world;
    struct notice notice;
    void *mem;
};

static bool hear_first(const struct notice *notice, void *arg)
{
    struct hearing *hearing = arg;

    if (notice->due_at > hearing->world->now)
        return true;
    hearing->notice = *notice;
    hearing->notice.text = talloc_strdup(hearing->mem, notice->text);
    hearing->notice.name = talloc_strdup(hearing->mem, notice->name);
    return false;
}

const char *world_hear(void *mem, struct world *world, const char *phone)
{
    struct hearing hearing = { .world = world, .mem = mem };
    struct notice_filter filter = { .to = e164(mem, phone), .states = 1u << NOTICE_READY };
    const char *text, *kept;

    assert_true(store_each_notice(world->store, &filter, hear_first, &hearing));
    if (!hearing.notice.id)
        return NULL;
    assert_true(store_settle_notice(world->store, hearing.notice.id, NOTICE_SENT, "", world->now));
    kept = notify_kept_words(mem, &hearing.notice);
    if (kept)
        assert_true(store_blank_notice(world->store, hearing.notice.id, kept));
    text = hearing.notice.text;
    if (strncmp(text, world->config->signature, strlen(world->config->signature)) != 0)
        fail_msg("no signature: %s", text);
    return text + strlen(world->config->signature);
}

struct case_ *world_case(void *mem, struct world *world)
{
    struct case_filter filter = { .newest_first = true, .limit = 1 };
    struct case_ *cases;
    size_t n;

    assert_true(store_cases(world->store, mem, &filter, &cases, &n));
    return n ? cases : NULL;
}
