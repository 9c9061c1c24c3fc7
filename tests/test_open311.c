/* /open311/v2/ as its clients use it, FixMyStreet above all: XML, lat and long in every request, no e-mail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/http/open311/document.h"
#include "gateway/provider/fields.h"
#include "gateway/understand/lexicon.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/steps.h"
#include "tests/bench/measure.h"
#include "tests/support/http_support.h"
#include "tests/support/support.h"

#define BASE "/open311/v2/"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

struct open311 {
    struct http_world *http;
    const char *key;
    struct unit county, township, far_township, village, other_village;
};

static bool put_units(struct turn *turn, void *arg)
{
    struct open311 *world = arg;

    world->county = (struct unit){ .code = "141027", .name = "浮山县", .level = UNIT_COUNTY, .duty = "" };
    if (!store_put_unit(turn->store, &world->county))
        return false;
    world->township = (struct unit){ .code = "141027103",
                                     .name = "北王镇",
                                     .level = UNIT_TOWNSHIP,
                                     .parent = world->county.id,
                                     .duty = "",
                                     .latitude = 35970000,
                                     .longitude = 111850000 };
    world->far_township = (struct unit){
        .code = "141027104", .name = "槐埝乡", .level = UNIT_TOWNSHIP, .parent = world->county.id, .duty = ""
    };
    turn->has_new_names = true;
    if (!store_put_unit(turn->store, &world->township) || !store_put_unit(turn->store, &world->far_township))
        return false;
    world->village = (struct unit){ .code = "141027103201",
                                    .name = "高村",
                                    .level = UNIT_VILLAGE,
                                    .parent = world->township.id,
                                    .duty = "",
                                    .latitude = 35980000,
                                    .longitude = 111860000 };
    world->other_village = (struct unit){ .code = "141027103202",
                                          .name = "东陈村",
                                          .level = UNIT_VILLAGE,
                                          .parent = world->township.id,
                                          .duty = "",
                                          .latitude = 36010000,
                                          .longitude = 111860000 };
    return store_put_unit(turn->store, &world->village) &&
           store_put_unit(turn->store, &world->other_village) &&
           store_put_person(turn->store, &(struct person){ .phone = "+8613934560001",
                                                           .name = "王干部",
                                                           .title = "",
                                                           .roles = ROLE_CADRE,
                                                           .unit = world->township.id,
                                                           .language = "" });
}

static int open_world(void **state)
{
    struct open311 *world = talloc_zero(NULL, struct open311);

    world->http = http_world_open("", "");
    assert_true(desk_do(world->http->desk, put_units, world));
    world->key = http_token(world->http, world, "open311");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct open311 *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

static struct reply get(struct open311 *world, const char *path)
{
    return http_ask(world->http, world, "GET", talloc_asprintf(world, BASE "%s", path), NULL, NULL);
}

static const char *escape(void *mem, const char *text)
{
    char *out = talloc_strdup(mem, "");

    for (; *text; text++)
        out = talloc_asprintf_append(out, "%%%02x", (unsigned char)*text);
    return out;
}

/* fields: "name=value&..." as it stands, behind the key and a description. */
static struct reply post_to(struct open311 *world, const char *path, const char *description,
                            const char *fields)
{
    const char *body = talloc_asprintf(world, "api_key=%s&description=%s&%s", world->key,
                                       escape(world, description), fields);

    return http_ask(world->http, world, "POST", talloc_asprintf(world, BASE "%s", path), FORM, body);
}

#define NEAR "lat=35.981&long=111.861"

/* The content of an element, by its path below the root: "request/status"; NULL: it is not there. */
static const char *content(void *mem, const char *body, const char *path)
{
    xmlDoc *document = xmlReadMemory(body, (int)strlen(body), NULL, NULL, XML_PARSE_NOERROR);
    xmlNode *node = document ? xmlDocGetRootElement(document) : NULL;
    const char *text = NULL;
    xmlChar *found;

    if (!document)
        fail_msg("not XML: %s", body);
    while (node && *path) {
        size_t n = strcspn(path, "/");
        xmlNode *child = node->children;

        while (child &&
               (strlen((const char *)child->name) != n || strncmp((const char *)child->name, path, n) != 0))
            child = child->next;
        node = child;
        path += n + (path[n] == '/');
    }
    if (node) {
        found = xmlNodeGetContent(node);
        text = talloc_strdup(mem, (const char *)found);
        xmlFree(found);
    }
    xmlFreeDoc(document);
    return text;
}

static const char *file(struct open311 *world, const char *description, const char *fields)
{
    struct reply reply = post_to(world, "requests.xml", description, fields);
    const char *number;

    if (reply.status != 200)
        fail_msg("%d: %s", reply.status, reply.body);
    number = content(world, reply.body, "request/service_request_id");
    assert_non_null(number);
    assert_string_not_equal(number, "");
    return number;
}

static struct case_ *find_case(struct open311 *world, const char *number)
{
    struct case_ *case_;

    assert_true(store_case_by_number(world->http->store, world, number, &case_));
    assert_non_null(case_);
    return case_;
}

static bool show_it(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->shown_on = turn->now;
    case_->category = CATEGORY_LIVELIHOOD;
    return store_update_case(turn->store, case_);
}

static void show(struct open311 *world, const char *number)
{
    assert_true(desk_do(world->http->desk, show_it, (void *)number));
}

static struct json_object *json_of(struct open311 *world, struct reply reply)
{
    struct json_object *json = json_parse(world, reply.body, strlen(reply.body));

    if (!json)
        fail_msg("not JSON: %s", reply.body);
    assert_string_equal(reply_header(world, &reply, "Content-Type"), "application/json; charset=utf-8");
    return json;
}

static const char *value(struct open311 *world, struct reply reply, const char *pointer)
{
    return json_field(world, json_of(world, reply), pointer);
}

static size_t count(struct open311 *world, const char *path)
{
    return json_object_array_length(json_of(world, get(world, path)));
}

static void the_discovery_names_the_endpoint_and_its_formats(void **state)
{
    struct open311 *world = *state;
    struct reply reply = get(world, "discovery.xml"), json = get(world, "discovery.json");

    assert_string_equal(reply_header(world, &reply, "Content-Type"), "text/xml; charset=utf-8");
    assert_non_null(strstr(reply.body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    assert_string_equal(content(world, reply.body, "endpoints/endpoint/specification"),
                        "http://wiki.open311.org/GeoReport_v2");
    assert_string_equal(content(world, reply.body, "endpoints/endpoint/formats/format"), "text/xml");
    assert_non_null(strstr(content(world, reply.body, "endpoints/endpoint/url"), "/open311/v2/"));
    assert_string_not_equal(content(world, reply.body, "contact"), "");
    assert_string_not_equal(content(world, reply.body, "key_service"), "");
    assert_string_equal(value(world, json, "/endpoints/0/formats/1"), "application/json");
    assert_string_equal(value(world, json, "/contact"), content(world, reply.body, "contact"));
    assert_string_equal(value(world, json, "/changeset"), content(world, reply.body, "changeset"));
}

/* FixMyStreet drops categories that a list leaves out. */
static void every_service_is_listed_with_a_name_without_blanks(void **state)
{
    struct open311 *world = *state;
    struct reply reply = get(world, "services.json?jurisdiction_id=fushan");
    struct json_object *list = json_of(world, reply);

    assert_int_equal(json_object_array_length(list), TOPICS);
    for (size_t i = 0; i < TOPICS; i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        const char *code = json_field(world, one, "service_code"),
                   *name = json_field(world, one, "service_name");

        assert_string_equal(code, topic_name((enum topic)i));
        assert_true(name && *name && !strchr(name, ' '));
        assert_string_not_equal(json_field(world, one, "description"), "");
        assert_true(json_object_is_type(json_at(one, "metadata"), json_type_boolean));
        assert_string_equal(json_field(world, one, "type"), "realtime");
        reply = get(world, talloc_asprintf(world, "services/%s.json", code));
        assert_string_equal(value(world, reply, "/service_code"), code);
        assert_true(json_object_is_type(json_at(json_of(world, reply), "attributes"), json_type_array));
    }
    reply = get(world, "services.xml");
    assert_string_equal(content(world, reply.body, "service/service_name"), "供水");
    assert_string_equal(content(world, reply.body, "service/metadata"), "false");
    reply = get(world, "services/nothing.xml");
    assert_int_equal(reply.status, 404);
    assert_string_equal(content(world, reply.body, "error/code"), "404");
}

static void a_filed_request_becomes_a_case_of_the_nearest_village(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了，停水三天", "service_code=water&phone=13800138000&" NEAR);
    struct case_ *case_ = find_case(world, number);

    assert_int_equal(case_->place, world->village.id);
    assert_string_equal(case_->topic, "water");
    assert_string_equal(case_->reporter, "+8613800138000");
    assert_string_equal(case_->text, "村口水管坏了，停水三天");
    assert_string_equal(case_->line, "open311:token 1");
}

static struct step *step_of(struct open311 *world, const char *number, const char *kind)
{
    struct step *step;

    assert_true(store_last_step(world->http->store, world, find_case(world, number)->id, kind, &step));
    return step;
}

/* 5 km from no village: the township; far from all: a clerk asks. */
static void a_point_without_a_village_means_its_township_or_is_asked(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "路塌了一个大坑没人管", "service_code=road&lat=35.9&long=111.85");
    struct case_filter asked;
    struct case_ *cases;
    size_t n;

    assert_int_equal(find_case(world, number)->place, world->township.id);
    assert_null(step_of(world, number, "place asked"));
    number = file(world, "桥面塌了一个大坑没人管", "service_code=road&lat=34&long=110.5");
    assert_int_equal(find_case(world, number)->place, 0);
    assert_string_equal(step_of(world, number, "place asked")->words, "34.000000, 110.500000");
    asked = (struct case_filter){ .is_place_asked = true };
    assert_true(store_cases(world->http->store, world, &asked, &cases, &n));
    assert_int_equal(n, 1);
    assert_string_equal(cases[0].number, number);
    number = file(world, "河边的护栏全都断了没人管", "service_code=road&phone=13800138001&lat=34&long=110.5");
    assert_string_equal(step_of(world, number, "place asked")->words, "34.000000, 110.500000");
    number = file(world, "东陈村的路灯全都坏了", "service_code=road&lat=34&long=110.5");
    assert_int_equal(find_case(world, number)->place, world->other_village.id);
    number = file(world, "路灯总是不亮", "service_code=road&lat=34&long=110&address_id=141027104");
    assert_int_equal(find_case(world, number)->place, world->far_township.id);
    number = file(world, "路灯全都坏了", "service_code=road&address_string=%e4%b8%9c%e9%99%88%e6%9d%91");
    assert_int_equal(find_case(world, number)->place, world->other_village.id);
}

static void a_form_is_never_a_command_and_nobody_is_joined_to_it(void **state)
{
    struct open311 *world = *state;
    const char *first = file(world, "村口水管坏了，停水三天", "service_code=water&phone=13800138000&" NEAR);
    const char *second = file(world, "退订", "service_code=water&phone=13800138000&" NEAR);
    const char *third =
        file(world, talloc_asprintf(world, "撤 %s", first), "service_code=water&phone=13800138000&" NEAR);
    struct person *person;

    assert_string_not_equal(first, second);
    assert_string_not_equal(second, third);
    assert_true(store_person(world->http->store, world, "+8613800138000", &person));
    assert_false(person->is_stopped);
    assert_int_equal(find_case(world, first)->state, CASE_NEW);
    assert_string_equal(find_case(world, second)->text, "退订");
}

/* Nor for a cadre, whose phone nobody may use; without a phone there is nobody to answer. */
static void a_form_without_a_villagers_phone_is_taken_too(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了", "service_code=water&phone=13934560001&" NEAR);

    assert_string_equal(find_case(world, number)->reporter, "withheld");
    number = file(world, "村口的电线断了", "service_code=power&email=a%40b.c&first_name=x&" NEAR);
    assert_string_equal(find_case(world, number)->reporter, "withheld");
}

static void the_same_form_within_a_day_is_one_request(void **state)
{
    struct open311 *world = *state;
    const char *fields = "service_code=water&" NEAR "&attribute[x]=1", *number, *clock, *again;

    clock = talloc_asprintf(world, "%s/clock", world->http->directory);
    assert_true(clock_set(clock, 1796000000));
    setenv("XIANGYIN_CLOCK", clock, 1);
    number = file(world, "村口水管坏了", fields);
    assert_string_equal(file(world, "村口水管坏了", fields), number);
    assert_string_equal(file(world, "村口水管坏了", "attribute[x]=1&" NEAR "&service_code=water"), number);
    assert_string_not_equal(file(world, "村口水管坏了", "attribute[x]=2&" NEAR "&service_code=water"),
                            number);
    assert_true(clock_set(clock, 1796000000 + 86399));
    assert_string_equal(file(world, "村口水管坏了", fields), number);
    assert_true(clock_set(clock, 1796000000 + 86401));
    again = file(world, "村口水管坏了", fields);
    assert_string_not_equal(again, number);
    assert_string_equal(file(world, "村口水管坏了", fields), again);
    unsetenv("XIANGYIN_CLOCK");
}

static void a_clients_own_id_stands_for_its_request(void **state)
{
    struct open311 *world = *state;
    const char *fields = "service_code=water&attribute[fixmystreet_id]=77&" NEAR;
    const char *number = file(world, "村口水管坏了", fields);
    struct reply reply;

    assert_string_equal(file(world, "村口水管坏了", "service_code=road&attribute[fixmystreet_id]=77"),
                        number);
    reply = post_to(world, "requests.xml", "另外一件事", fields);
    assert_int_equal(reply.status, 409);
    reply = get(world, talloc_asprintf(world, "tokens/77.xml?api_key=%s", world->key));
    assert_string_equal(content(world, reply.body, "request/service_request_id"), number);
    assert_string_equal(content(world, reply.body, "request/token"), "77");
    assert_int_equal(get(world, talloc_asprintf(world, "tokens/78.xml?api_key=%s", world->key)).status, 404);
    assert_int_equal(get(world, "tokens/77.xml").status, 403);
}

static void what_is_wrong_is_said_in_the_format_asked_for(void **state)
{
    struct open311 *world = *state;
    struct reply reply =
        http_ask(world->http, world, "POST", BASE "requests.json", FORM, "service_code=water&description=x");

    assert_int_equal(reply.status, 403);
    assert_string_equal(value(world, reply, "/0/code"), "403");
    reply = post_to(world, "requests.json", "水管坏了", "service_code=nothing");
    assert_int_equal(reply.status, 404);
    assert_string_equal(value(world, reply, "/0/description"), "there is no service with this service_code");
    assert_int_equal(post_to(world, "requests.xml", "", "service_code=water").status, 400);
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "lat=1&long=1").status, 400);
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "service_code=water&lat=91&long=1").status,
                     400);
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "service_code=water&lat=9e1&long=1").status,
                     400);
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "service_code=water&lat=9").status, 400);
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "service_code=water&%zz").status, 400);
    assert_int_equal(get(world, "requests.xml?start_date=yesterday").status, 400);
    assert_int_equal(get(world, "requests.xml?page=0").status, 400);
    assert_int_equal(get(world, "requests.xml?api_key=xy_none").status, 403);
    reply = get(world, "nothing.xml");
    assert_int_equal(reply.status, 404);
    assert_string_equal(content(world, reply.body, "error/description"), "not found");
    assert_int_equal(http_ask(world->http, world, "POST", BASE "services.xml", FORM, "a=b").status, 405);
    reply = http_ask(world->http, world, "PUT", BASE "requests.xml", FORM, "a=b");
    assert_int_equal(reply.status, 405);
    assert_string_equal(content(world, reply.body, "error/code"), "405");
    assert_int_equal(
        http_ask(world->http, world, "POST", BASE "requests.xml", "Content-Type: application/json\r\n", "{}")
            .status,
        415);
    assert_int_equal(get(world, "/services.xml").status, 200); /* joined with a second / */
    reply = get(world, "services/%00.json?a=b.xml");
    assert_int_equal(reply.status, 400);
    assert_string_equal(value(world, reply, "/0/code"), "400");
    assert_string_equal(content(world, get(world, "services/%00.xml?a=b.json").body, "error/code"), "400");
}

static void an_address_that_is_not_allowed_is_refused_in_the_format_asked_for(void **state)
{
    struct http_world *world = http_world_open("allow = \"10.0.0.0/8\"", "");
    struct reply reply = http_ask(world, world, "GET", BASE "services.xml", NULL, NULL);

    (void)state;
    assert_int_equal(reply.status, 403);
    assert_string_equal(content(world, reply.body, "error/description"), "address not allowed");
    http_world_close(world);
}

/* The rules of the published schema of a request. */
static void check_request(struct open311 *world, struct json_object *request)
{
    static const char *const texts[] = {
        "service_request_id", "status", "service_code", "requested_datetime", "updated_datetime",
        "service_name",       NULL
    };
    const char *status = json_field(world, request, "status");

    for (int i = 0; texts[i]; i++)
        if (!json_object_is_type(json_at(request, texts[i]), json_type_string) ||
            !*json_field(world, request, texts[i]))
            fail_msg("%s", texts[i]);
    assert_true(strcmp(status, "open") == 0 || strcmp(status, "closed") == 0);
    json_object_object_foreach(request, name, member)
    {
        if (strcmp(name, "lat") == 0 || strcmp(name, "long") == 0)
            assert_true(json_object_is_type(member, json_type_double));
        else
            assert_true(json_object_is_type(member, json_type_string) && *json_object_get_string(member));
    }
}

static void the_public_sees_what_stands_on_the_board(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了，电话13912345678", "service_code=water&" NEAR);
    const char *path = talloc_asprintf(world, "requests/%s.json", number);
    struct reply reply;

    file(world, "村里的路塌了一个大坑", "service_code=road&" NEAR);
    assert_int_equal(get(world, path).status, 404);
    assert_int_equal(count(world, "requests.json"), 0);
    assert_int_equal(count(world, talloc_asprintf(world, "requests.json?api_key=%s", world->key)), 2);
    show(world, number);
    reply = get(world, path);
    assert_int_equal(reply.status, 200);
    check_request(world, json_at(json_of(world, reply), "/0"));
    assert_string_equal(value(world, reply, "/0/service_request_id"), number);
    assert_string_equal(value(world, reply, "/0/status"), "open");
    assert_string_equal(value(world, reply, "/0/lat"), "35.980000");
    assert_string_equal(value(world, reply, "/0/long"), "111.860000");
    assert_null(strstr(reply.body, "13912345678"));
    assert_int_equal(count(world, "requests.json"), 1);
    assert_int_equal(count(world, "requests.json?status=closed"), 0);
    assert_int_equal(count(world, "requests.json?service_code=road,water&status=open"), 1);
    assert_int_equal(count(world, "requests.json?service_code=road"), 0);
    assert_int_equal(count(world, "requests.json?end_date=2020-01-01T00:00:00Z"), 0);
    assert_int_equal(count(world, "requests.json?page_size=1&page=2"), 0);
    assert_int_equal(count(world, "requests.json?updated_after=2099-01-01T00:00:00%2b08:00"), 0);
    assert_int_equal(count(world, talloc_asprintf(world, "requests.json?service_request_id=1,%s", number)),
                     1);
    reply = get(world, talloc_asprintf(world, "requests/%s.xml", number));
    assert_string_equal(content(world, reply.body, "request/service_request_id"), number);
    assert_string_equal(content(world, reply.body, "request/lat"), "35.980000");
}

static void a_place_without_a_point_has_neither_lat_nor_long(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "槐埝乡的路塌了一个大坑", "service_code=road&lat=34&long=110");
    struct reply reply;

    assert_int_equal(find_case(world, number)->place, world->far_township.id);
    show(world, number);
    reply = get(world, talloc_asprintf(world, "requests/%s.xml", number));
    assert_null(content(world, reply.body, "request/lat"));
    assert_null(content(world, reply.body, "request/long"));
    assert_string_equal(content(world, reply.body, "request/address"), "槐埝乡");
    assert_string_equal(content(world, reply.body, "request/address_id"), "141027104");
}

static bool make_hardship(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->category = CATEGORY_HARDSHIP;
    return store_update_case(turn->store, case_);
}

/* With and without the key, on the board or not: the answer is that of a number nobody has. */
static void nobody_learns_of_restricted_or_private_cases(void **state)
{
    struct open311 *world = *state;
    const char *restricted = file(world, "高村村支书收钱才给办低保", "service_code=welfare&" NEAR);
    const char *private = file(world, "家里老人病重没钱治", "service_code=medical&" NEAR);
    const char *numbers[] = { restricted, private };
    const char *unknown = get(world, "requests/1.json").body;

    assert_true(find_case(world, restricted)->is_guarded);
    show(world, restricted);
    show(world, private);
    assert_true(desk_do(world->http->desk, make_hardship, (void *)private));
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(get(world, talloc_asprintf(world, "requests/%s.json", numbers[i])).body, unknown);
        assert_string_equal(
            get(world, talloc_asprintf(world, "requests/%s.json?api_key=%s", numbers[i], world->key)).body,
            unknown);
    }
    assert_int_equal(count(world, talloc_asprintf(world, "requests.json?api_key=%s", world->key)), 0);
    assert_int_equal(
        count(world, talloc_asprintf(world, "servicerequestupdates.json?api_key=%s", world->key)), 0);
}

struct step_to_take {
    const char *number, *kind, *words;
    enum case_state state;
};

static bool take_step(struct turn *turn, void *arg)
{
    const struct step_to_take *taking = arg;
    struct case_ *case_;
    struct step step = {
        .at = turn->now, .actor = "+8613934560001", .line = "", .kind = taking->kind, .words = taking->words
    };

    if (!store_case_by_number(turn->store, turn->mem, taking->number, &case_) || !case_)
        return false;
    step.case_id = case_->id;
    case_->state = taking->state;
    return store_take_step(turn->store, &step, case_);
}

static void take(struct open311 *world, const char *number, const char *kind, enum case_state state,
                 const char *words)
{
    struct step_to_take taking = { number, kind, words, state };

    assert_true(desk_do(world->http->desk, take_step, &taking));
}

static void updates_say_what_was_done(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了", "service_code=water&" NEAR);
    const char *path = talloc_asprintf(world, "servicerequestupdates.json?api_key=%s", world->key);
    const char *number_of_other, *number_of_third;
    struct reply reply;

    take(world, number, "accepted", CASE_IN_HAND, "");
    take(world, number, "progress", CASE_IN_HAND, "配件已到，明天更换，问13912345678");
    take(world, number, "closed", CASE_CLOSED, "");
    take(world, number, "reopened", CASE_IN_HAND, "");
    take(world, number, "explained", CASE_EXPLAINED, "按规定办理");
    number_of_other = file(world, "村里的路塌了", "service_code=road&" NEAR);
    take(world, number_of_other, "out of scope", CASE_OUT_OF_SCOPE, "请找公路局");
    number_of_third = file(world, "村里的路上有坑", "service_code=road&" NEAR);
    take(world, number_of_third, "merged", CASE_MERGED, "");
    assert_int_equal(count(world, "servicerequestupdates.json"), 0);
    reply = get(world, path);
    assert_int_equal(json_object_array_length(json_of(world, reply)), 6);
    assert_string_equal(value(world, reply, "/0/status"), "IN_PROGRESS");
    assert_string_equal(value(world, reply, "/0/service_request_id"), number);
    assert_string_equal(value(world, reply, "/0/description"), "配件已到，明天更换，问*****");
    assert_string_equal(value(world, reply, "/1/status"), "FIXED");
    assert_string_equal(value(world, reply, "/1/description"), "已办结。");
    assert_string_equal(value(world, reply, "/2/status"), "REOPEN");
    assert_string_equal(value(world, reply, "/3/status"), "NO_FURTHER_ACTION");
    assert_string_equal(value(world, reply, "/4/status"), "NOT_COUNCILS_RESPONSIBILITY");
    assert_string_equal(value(world, reply, "/4/service_request_id"), number_of_other);
    assert_string_equal(value(world, reply, "/5/status"), "DUPLICATE");
    assert_string_equal(value(world, reply, "/5/service_request_id"), number_of_third);
    assert_int_equal(count(world, talloc_asprintf(world, "%s&page_size=5&page=2", path)), 1);
    assert_int_equal(count(world, talloc_asprintf(world, "%s&start_date=2099-01-01T00:00:00Z", path)), 0);
    show(world, number);
    assert_int_equal(count(world, "servicerequestupdates.json"), 4);
    reply = get(world, "servicerequestupdates.xml");
    assert_string_equal(content(world, reply.body, "request_update/status"), "IN_PROGRESS");
    reply = get(world, talloc_asprintf(world, "requests/%s.json", number));
    assert_string_equal(value(world, reply, "/0/status"), "closed");
    assert_string_equal(value(world, reply, "/0/status_notes"), "按规定办理");
}

static void an_update_adds_its_words_to_the_case_once(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了", "service_code=water&" NEAR);
    const char *fields = talloc_asprintf(world, "service_request_id=%s&update_id=5&status=FIXED", number);
    struct reply reply = post_to(world, "servicerequestupdates.xml", "还是没有水", fields);
    const char *id = content(world, reply.body, "request_update/update_id");

    assert_int_equal(reply.status, 200);
    assert_true(id && *id);
    reply = post_to(world, "servicerequestupdates.xml", "还是没有水", fields);
    assert_string_equal(content(world, reply.body, "request_update/update_id"), id);
    assert_int_equal(post_to(world, "servicerequestupdates.xml", "别的话", fields).status, 409);
    assert_string_equal(find_case(world, number)->text, "村口水管坏了\n还是没有水");
    assert_int_equal(find_case(world, number)->state, CASE_NEW);
    assert_int_equal(post_to(world, "servicerequestupdates.xml", "水", "service_request_id=1").status, 404);
    assert_int_equal(post_to(world, "servicerequestupdates.xml", "水", "update_id=1").status, 400);
}

/* The gate of art. 30 hears what comes this way as well. */
static void an_update_that_accuses_an_official_restricts_the_case(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了", "service_code=water&" NEAR);

    show(world, number);
    assert_int_equal(get(world, talloc_asprintf(world, "requests/%s.xml", number)).status, 200);
    assert_int_equal(post_to(world, "servicerequestupdates.xml", "高村村支书收钱才给修",
                             talloc_asprintf(world, "service_request_id=%s", number))
                         .status,
                     200);
    assert_true(find_case(world, number)->is_guarded);
    assert_int_equal(get(world, talloc_asprintf(world, "requests/%s.xml", number)).status, 404);
    assert_int_equal(count(world, "servicerequestupdates.json"), 0);
}

static void another_programs_cases_are_not_its_own(void **state)
{
    struct open311 *world = *state;
    const char *number = file(world, "村口水管坏了", "service_code=water&" NEAR);

    world->key = http_token(world->http, world, "open311");
    assert_int_equal(count(world, talloc_asprintf(world, "requests.json?api_key=%s", world->key)), 0);
    assert_int_equal(post_to(world, "servicerequestupdates.xml", "水",
                             talloc_asprintf(world, "service_request_id=%s", number))
                         .status,
                     404);
    world->key = http_token(world->http, world, "cases");
    assert_int_equal(post_to(world, "requests.xml", "水管坏了", "service_code=water").status, 403);
}

static void xml_holds_any_text(void **state)
{
    static const char *const texts[][2] = {
        { "a<b>&amp;\"'c]]>", "a<b>&amp;\"'c]]>" },
        { "<!-- x --><?y?>", "<!-- x --><?y?>" },
        { "中文 😀 é", "中文 😀 é" },
        { "a\x01\x1f"
          "b\x7f",
          "ab" },
        { "x\xef\xbf\xbey", "xy" },
        { "&#0;&lt;", "&#0;&lt;" },
        { "<![CDATA[z]]>", "<![CDATA[z]]>" },
        { "\xe2\x80\xaeoverride", "override" },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json_object *list = json_object_new_array(), *one = json_object_new_object();

        json_object_object_add(one, "description", json_object_new_string(texts[i][0]));
        json_object_array_add(list, one);
        assert_string_equal(content(mem, document_xml(mem, "service_requests", list), "request/description"),
                            texts[i][1]);
        json_object_put(list);
    }
    talloc_free(mem);
}

/* What strangers send: each is taken or refused, and the next one is answered as well. */
static void odd_requests_are_taken_or_refused(void **state)
{
    struct open311 *world = *state;
    static const struct {
        const char *fields;
        int status;
    } forms[] = {
        { "lat=90&long=180", 200 },
        { "lat=-90&long=-180", 200 },
        { "lat=%2b35.98&long=0111.86", 200 },
        { "lat=0&long=0", 200 },
        { "lat=&long=", 200 },
        { "jurisdiction_id=elsewhere", 200 },
        { "attribute[]=a&attribute[]=b&description=twice", 200 },
        { "phone=%2b86139345670011111111&email=@", 200 },
        { "address_id=141027&address_string=%26lt%3b", 200 },
        { "lat=90.0000001&long=0", 400 },
        { "lat=1&long=-180.1", 400 },
        { "lat=&long=1", 400 },
        { "lat=nan&long=1", 400 },
        { "lat=1&long=inf", 400 },
        { "lat=1&long=0x10", 400 },
        { "lat=-&long=.", 400 },
        { "lat=1,5&long=1", 400 },
        { "lat=%EF%BC%91&long=1", 400 },
        { "address_string=%ff", 400 },         /* no UTF-8 */
        { "address_string=%b4%e5", 400 },      /* GBK */
        { "address_string=%c0%80", 400 },      /* an overlong form */
        { "address_string=%ed%a0%80", 400 },   /* half of a pair */
        { "address_string=%f4%90%80%80", 400 } /* beyond Unicode */
    };
    static const struct {
        const char *path;
        int status;
    } pages[] = {
        { "requests.xml?page=1000000&page_size=1000", 200 },
        { "requests.xml?page=1000001", 400 },
        { "requests.xml?page=99999999999999999999", 400 },
        { "requests.xml?page=-1", 400 },
        { "requests.xml?page_size=1001", 400 },
        { "requests.xml?page_size=0", 400 },
        { "requests.xml?page=1x", 400 },
        { "requests.xml?start_date=9999-12-31T23:59:59Z&end_date=0001-01-01T00:00:00Z", 200 },
        { "requests.xml?start_date=2026-13-01", 400 },
        { "requests.xml?service_request_id=,,,%20,", 200 },
        { "requests.xml?jurisdiction_id=%3Cx%3E", 200 },
        { "requests/..%2f..%2fetc.xml", 404 },
        { "requests/'%20OR%201=1.xml", 404 },
        { "services/water/more.xml", 404 },
        { "servicerequestupdates/1.xml", 404 },
    };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct reply reply = post_to(world, "requests.xml", talloc_asprintf(world, "村口第%zu根水管坏了", i),
                                     talloc_asprintf(world, "service_code=water&%s", forms[i].fields));

        if (reply.status != forms[i].status)
            fail_msg("%s: %d %s", forms[i].fields, reply.status, reply.body);
    }
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct reply reply = get(world, pages[i].path);

        if (reply.status != pages[i].status)
            fail_msg("%s: %d %s", pages[i].path, reply.status, reply.body);
        assert_non_null(content(world, reply.body, ""));
    }
}

/* A key in the form counts before one in the header, and a wrong one is never passed over. */
static void a_key_comes_in_the_form_or_in_the_header(void **state)
{
    struct open311 *world = *state;
    const char *right = talloc_asprintf(world, "Authorization: Bearer %s\r\n" FORM, world->key);
    const char *wrong = "Authorization: Bearer xy_none\r\n" FORM;
    const char *bare = "service_code=water&description=a",
               *keyed = talloc_asprintf(world, "api_key=%s&service_code=water&description=b", world->key);

    assert_int_equal(http_ask(world->http, world, "POST", BASE "requests.xml", right, bare).status, 200);
    assert_int_equal(http_ask(world->http, world, "POST", BASE "requests.xml", wrong, bare).status, 403);
    assert_int_equal(http_ask(world->http, world, "POST", BASE "requests.xml", wrong, keyed).status, 200);
    assert_int_equal(http_ask(world->http, world, "POST", BASE "requests.xml", right,
                              "api_key=xy_none&service_code=water&description=c")
                         .status,
                     403);
    assert_int_equal(http_ask(world->http, world, "GET", BASE "requests.xml", wrong, NULL).status, 403);
}

/* No entity is read: what a form says is words, in XML too. */
static void entities_of_a_form_are_words(void **state)
{
    struct open311 *world = *state;
    static const char words[] = "水管坏了<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>&a;&#65;";
    const char *number = file(world, words, "service_code=water&" NEAR);
    struct reply reply;

    assert_non_null(strstr(find_case(world, number)->text, "<!ENTITY a SYSTEM"));
    assert_non_null(strstr(find_case(world, number)->text, "&a;&#65;"));
    show(world, number);
    reply = get(world, talloc_asprintf(world, "requests/%s.xml", number));
    assert_int_equal(reply.status, 200);
    assert_null(strstr(reply.body, "<!DOCTYPE"));
    assert_non_null(strstr(content(world, reply.body, "request/description"), "&a;"));
}

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ /* they keep what is freed */
enum { LONG_ONES = 200, WORDS_MOST = 3900, LIST_KB = 8000, FILED_KB = 3000 };

static void file_long_ones(struct open311 *world, int first)
{
    for (int i = first; i < first + LONG_ONES; i++) {
        void *mem = talloc_new(world);
        struct open311 *own = talloc_memdup(mem, world, sizeof *world); /* of forms and answers */
        char *words = talloc_asprintf(mem, "村口第%d根水管坏了", i);

        while (strlen(words) < WORDS_MOST)
            words = talloc_asprintf_append(words, "，老人没有水喝，路灯也坏了%d", (int)strlen(words));
        assert_int_equal(post_to(own, "requests.xml", words, "service_code=water&" NEAR).status, 200);
        talloc_free(mem);
    }
}

/* Requests leave nothing behind, and a list is made entry by entry. */
static void requests_and_lists_take_little_memory(void **state)
{
    struct open311 *world = *state;
    const char *path = talloc_asprintf(world, "requests.json?api_key=%s", world->key);
    FILE *peak = fopen("/proc/self/clear_refs", "w");
    long before;

    file_long_ones(world, 0);
    before = measure_status(getpid(), "RssAnon", 0);
    file_long_ones(world, LONG_ONES);
    assert_true(measure_status(getpid(), "RssAnon", 0) - before < FILED_KB);
    assert_int_equal(get(world, "requests.json").status, 200);
    assert_true(peak && fputs("5", peak) >= 0 && fclose(peak) == 0); /* VmHWM begins anew */
    before = measure_status(getpid(), "VmHWM", 0);
    assert_int_equal(count(world, path), 2 * LONG_ONES);
    assert_true(measure_status(getpid(), "VmHWM", 0) - before < LIST_KB);
}
#endif

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(the_discovery_names_the_endpoint_and_its_formats),
        IN_WORLD(every_service_is_listed_with_a_name_without_blanks),
        IN_WORLD(a_filed_request_becomes_a_case_of_the_nearest_village),
        IN_WORLD(a_point_without_a_village_means_its_township_or_is_asked),
        IN_WORLD(a_form_is_never_a_command_and_nobody_is_joined_to_it),
        IN_WORLD(a_form_without_a_villagers_phone_is_taken_too),
        IN_WORLD(the_same_form_within_a_day_is_one_request),
        IN_WORLD(a_clients_own_id_stands_for_its_request),
        IN_WORLD(what_is_wrong_is_said_in_the_format_asked_for),
        IN_WORLD(the_public_sees_what_stands_on_the_board),
        IN_WORLD(a_place_without_a_point_has_neither_lat_nor_long),
        IN_WORLD(nobody_learns_of_restricted_or_private_cases),
        IN_WORLD(updates_say_what_was_done),
        IN_WORLD(an_update_adds_its_words_to_the_case_once),
        IN_WORLD(an_update_that_accuses_an_official_restricts_the_case),
        IN_WORLD(another_programs_cases_are_not_its_own),
        IN_WORLD(odd_requests_are_taken_or_refused),
        IN_WORLD(a_key_comes_in_the_form_or_in_the_header),
        IN_WORLD(entities_of_a_form_are_words),
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
        IN_WORLD(requests_and_lists_take_little_memory),
#endif
        cmocka_unit_test(an_address_that_is_not_allowed_is_refused_in_the_format_asked_for),
        cmocka_unit_test(xml_holds_any_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
