#include "tests/support/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/case/lifecycle_guard.h"
#include "store/people.h"
#include "store/steps.h"
#include "tests/support/placed.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

/* Reporters' numbers and names, and what the guarded case says. */
const char *const ledger_secrets[] = { "13934567001", "13934567002", "王秀英",      "赵铁柱",
                                       "贪污低保款",  "26000114",    "13934567009", NULL };

static const struct {
    const char *code, *name;
    enum unit_level level;
    const char *parent, *duty;
} units[] = {
    { "141027", "浮山县", UNIT_COUNTY, "", "" },
    { "141027100", "天坛镇", UNIT_TOWNSHIP, "141027", "" },
    { "141027103", "北王镇", UNIT_TOWNSHIP, "141027", "" },
    { "141027100212", "聚粮村委会", UNIT_VILLAGE, "141027100", "" },
    { "141027103201", "高村村委会", UNIT_VILLAGE, "141027103", "" },
    { "141027-BM", "便民服务中心", UNIT_OFFICE, "141027", "livelihood" },
    { "141027-XF", "信访接待中心", UNIT_OFFICE, "141027", "petition" },
};

static const struct person people[] = {
    { .phone = "+8613934567001", .name = "王秀英", .title = "" },
    { .phone = "+8613934567002", .name = "赵铁柱", .title = "" },
    { .phone = "+8613800000001", .name = "李有田", .title = "主任", .roles = ROLE_CADRE },
};

/* Moments of 2026, "11-02 08:00"; "" none. */
static const struct entry {
    const char *number, *received, *accepted, *shown, *closed;
    enum case_state state;
    enum case_category category;
    const char *topic, *place, *unit;
    int rating;
    bool is_guarded, is_anonymous;
    const char *text, *progress;
} entries[] = {
    { "26000010", "09-03 08:00", "09-04 08:00", "10-01 09:00", "09-20 10:00", CASE_RATED, CATEGORY_LIVELIHOOD,
      "water", "141027100212", "141027-BM", 1, false, false, "聚粮村自来水停了三天了", "水站已派人" },
    { "26000029", "09-10 08:00", "09-12 08:00", "10-01 09:00", "10-20 10:00", CASE_RATED, CATEGORY_LIVELIHOOD,
      "water", "141027100212", "141027-BM", 4, false, false, "聚粮村三组又停水了", "" },
    { "26000038", "10-05 08:00", "10-06 08:00", "11-01 09:00", "11-10 10:00", CASE_CLOSED, CATEGORY_HARDSHIP,
      "welfare", "141027100212", "141027-BM", 0, false, false,
      "我叫王秀英，家里困难，想申请低保，电话13934567001", "已为王秀英办理低保，电话139 3456 7001已通知" },
    { "26000047", "10-06 08:00", "10-08 08:00", "11-01 09:00", "", CASE_IN_HAND, CATEGORY_LIVELIHOOD, "road",
      "141027100", "141027-BM", 0, false, false, "镇上的路坏了",
      "路面材料已进场，联系人赵铁柱１３９３４５６７００２，下周铺好" },
    { "26000056", "10-07 08:00", "10-08 08:00", "11-01 09:00", "", CASE_IN_HAND, CATEGORY_LIVELIHOOD, "water",
      "141027100212", "141027-BM", 0, false, true, "水压太小，我是村东头王秀英", "王秀英家的水压已查看" },
    { "26000065", "10-08 08:00", "10-09 08:00", "11-01 09:00", "10-15 10:00", CASE_EXPLAINED,
      CATEGORY_PETITION, "land", "141027103201", "141027-XF", 3, false, false, "赵铁柱家占了我家的地", "" },
    { "26000074", "10-09 08:00", "", "11-01 09:00", "10-12 10:00", CASE_OUT_OF_SCOPE, CATEGORY_LIVELIHOOD,
      "road", "141027103201", "141027-BM", 0, false, false, "省道的红绿灯坏了", "" },
    { "26000083", "11-02 08:00", "11-03 08:00", "", "", CASE_MERGED, CATEGORY_LIVELIHOOD, "water",
      "141027100212", "141027-BM", 0, false, false, "没水", "" },
    { "26000092", "11-03 08:00", "", "", "", CASE_WITHDRAWN, CATEGORY_HARDSHIP, "welfare", "141027100212",
      "141027-BM", 0, false, false, "想问低保", "" },
    { "26000105", "11-04 08:00", "", "", "", CASE_NEW, CATEGORY_LIVELIHOOD, "other", "", "", 0, false, false,
      "村里什么时候通网", "" },
    { "26000114", "10-10 08:00", "10-11 08:00", "11-01 09:00", "", CASE_IN_HAND, CATEGORY_PETITION, "cadre",
      "141027100212", "141027-XF", 0, true, false, "村主任贪污低保款，我是13934567009",
      "正在核查贪污低保款" },
};

static int64_t at(const char *time)
{
    struct tm local = { .tm_year = 126, .tm_isdst = -1 };

    return strptime(time, "%m-%d %H:%M", &local) ? mktime(&local) : 0;
}

static int64_t unit_id(void *mem, struct store *store, const char *code)
{
    struct unit *unit = NULL;

    if (*code)
        assert_true(store_unit_by_code(store, mem, code, &unit));
    return unit ? unit->id : 0;
}

/* It leads to the state the case is given. */
static void add_step(struct store *store, struct case_ *case_, const char *actor, const char *kind,
                     enum case_state state, const char *words, int64_t moment)
{
    struct step step = {
        .case_id = case_->id, .at = moment, .actor = actor, .line = "", .kind = kind, .words = words
    };

    assert_true(store_allow_step(store, case_->state, kind, state));
    case_->state = state;
    assert_true(store_take_step(store, &step, case_));
}

static void add_case(void *mem, struct store *store, const struct entry *entry, int i)
{
    const char *reporter = entry->is_guarded ? "+8613934567009" : people[i % 2].phone;
    bool is_accepted = *entry->accepted;
    struct case_ case_ = { .number = entry->number,
                           .reporter = reporter,
                           .is_anonymous = entry->is_anonymous,
                           .line = "village",
                           .category = entry->category,
                           .topic = entry->topic,
                           .place = unit_id(mem, store, entry->place),
                           .unit = unit_id(mem, store, entry->unit),
                           .first_handler = is_accepted ? people[2].phone : "",
                           .handler = is_accepted ? people[2].phone : "",
                           .leader = "",
                           .is_guarded = entry->is_guarded,
                           .text = entry->text,
                           .received_at = at(entry->received),
                           .accept_by = at(entry->received) + 15 * 86400,
                           .accepted_at = at(entry->accepted),
                           .shown_on = at(entry->shown),
                           .finish_by = is_accepted ? at(entry->accepted) + 60 * 86400 : 0,
                           .closed_at = at(entry->closed),
                           .rated_at = entry->rating ? at(entry->closed) + 3600 : 0,
                           .touched_at = at(entry->received),
                           .rating = entry->rating };

    assert_true(store_open_case(store, &case_));
    add_step(store, &case_, reporter, "received", CASE_NEW, entry->text, case_.received_at);
    if (is_accepted)
        add_step(store, &case_, people[2].phone, "accepted", CASE_IN_HAND, "", case_.accepted_at);
    if (*entry->progress)
        add_step(store, &case_, people[2].phone, "progress", CASE_IN_HAND, entry->progress,
                 case_.received_at + 5 * 86400);
    if (case_.closed_at)
        add_step(store, &case_, people[2].phone,
                 entry->state == CASE_EXPLAINED      ? "explained"
                 : entry->state == CASE_OUT_OF_SCOPE ? "out of scope"
                                                     : "closed",
                 entry->state, "已按规定办理完毕", case_.closed_at);
    if (case_.state != entry->state) {
        case_.state = entry->state;
        place_state(store, &case_);
    }
}

/* The next case gets a number of its own. */
static void count_numbers(struct store *store)
{
    int64_t sequence;

    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        assert_true(store_next(store, "case 2026", &sequence));
}

void ledger_fill(void *mem, struct store *store)
{
    assert_true(store_begin(store, 1000));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct unit unit = { .code = units[i].code,
                             .name = units[i].name,
                             .level = units[i].level,
                             .parent = unit_id(mem, store, units[i].parent),
                             .duty = units[i].duty };

        assert_true(store_put_unit(store, &unit));
    }
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct person person = people[i];

        person.language = "";
        person.unit = person.roles ? unit_id(mem, store, "141027-BM") : 0;
        assert_true(store_put_person(store, &person));
    }
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        add_case(mem, store, &entries[i], (int)i);
    count_numbers(store);
    assert_true(store_commit(store));
}

const char *ledger_folder(void *mem)
{
    const char *path = temporary_directory(mem), *error = "";
    void *scratch = talloc_new(NULL);
    struct store *store;

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    write_file(scratch, path, "xiangyin.conf",
               "timezone = \"Asia/Shanghai\"\ncounty = \"浮山县\"\nstore { url = \"sqlite:x.db\" }\n");
    store = store_open(scratch, talloc_asprintf(scratch, "sqlite:%s/x.db", path), &error);
    if (!store)
        fail_msg("%s", error);
    assert_true(lifecycle_guard_write(store));
    ledger_fill(scratch, store);
    talloc_free(scratch);
    return path;
}

struct world *ledger_new(void *mem)
{
    struct world *world = world_new(mem);

    ledger_fill(world, world->store);
    return world;
}

int64_t ledger_unit(struct world *world, const char *code)
{
    return unit_id(world, world->store, code);
}
