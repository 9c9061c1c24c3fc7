/*
 * Who lives and works in the county, and the words of its villagers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/people.h"
#include "tests/county/county_private.h"

enum { STAFF_MOST = 96, FAMILIES = 6, LINE = 256 };

static const char *const surnames[] = { "韩", "冯", "曹", "彭", "邓", "萧", "蒋", "沈", "卢", "姚" };
/* A given name is one of each, so that no two names differ by less than two characters. */
static const char *const first[] = { "守", "明", "廉", "慎", "志", "继", "德", "允", "怀", "景" };
static const char *const second[] = { "正", "理", "波", "行", "敏", "昌", "厚", "恭", "瑾", "齐" };

/* In each office and department so many. */
static const struct {
    const char *unit, *title;
    int roles, n;
} offices[] = {
    { "141027", "副县长", ROLE_LEADER, 3 },
    { "141027", "督查室主任", ROLE_SUPERVISOR, 1 },
    { "141027-JW", "纪检监察员", ROLE_SUPERVISOR, 2 },
    { "141027-JW", "纪委科员", ROLE_CADRE, 1 },
    { "141027-BM", "便民中心科员", ROLE_CADRE, 3 },
    { "141027-XF", "信访接待员", ROLE_CADRE, 3 },
    { "141027-ZW", "在外中心科员", ROLE_CADRE, 1 },
    { "141027-SL", "水利局科员", ROLE_CADRE, 2 },
    { "141027-JT", "交通局科员", ROLE_CADRE, 2 },
    { "141027-RS", "人社局科员", ROLE_CADRE, 2 },
    { "141027-MZ", "民政局科员", ROLE_CADRE, 2 },
};

static struct unit *unit_of(struct store *store, void *mem, const char *code)
{
    struct unit *unit = NULL;

    assert_true(store_unit_by_code(store, mem, code, &unit));
    assert_non_null(unit);
    return unit;
}

static void hire(struct county *county, struct store *store, const char *code, const char *title, int roles)
{
    int i = county->n_staff++;
    struct who *who = &county->staff[i];
    struct unit *unit = unit_of(store, county, code);
    struct person person;

    assert_true(i < STAFF_MOST);
    *who = (struct who){ .phone = talloc_asprintf(county, "+86138000%05d", i + 1),
                         .name = talloc_asprintf(county, "%s%s%s", surnames[i % 10], first[i / 10 % 10],
                                                 second[(i + i / 10) % 10]),
                         .title = title,
                         .roles = roles,
                         .unit = unit->id,
                         .unit_code = unit->code,
                         .unit_name = unit->name,
                         .duty = unit->duty,
                         .asked = NONE,
                         .undoable = NONE };
    person = (struct person){ .phone = who->phone,
                              .name = who->name,
                              .title = title,
                              .roles = roles,
                              .unit = unit->id,
                              .language = i % 10 == 9 ? "en" : "zh",
                              .line = "" };
    assert_true(store_put_person(store, &person));
}

/* 高村村委会 is 高村 to who lives there. */
static const char *spoken(void *mem, const char *name)
{
    static const char *const endings[] = { "居民委员会", "委会" };

    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
            return talloc_strndup(mem, name, length - ending);
    }
    return name;
}

static void found_unit(struct county *county, struct store *store, char *line)
{
    char *field[5];
    struct unit unit = { 0 }, *parent;

    for (int i = 0; i < 5; i++)
        field[i] = strsep(&line, ",");
    unit.code = field[0];
    unit.name = field[1];
    assert_true(unit_level_parse(field[2], &unit.level));
    parent = *field[3] ? unit_of(store, county, field[3]) : NULL;
    unit.parent = parent ? parent->id : 0;
    unit.duty = field[4];
    assert_true(store_put_unit(store, &unit));
    if (unit.level == UNIT_VILLAGE)
        county->villages[county->n_villages++] =
            (struct village){ .id = unit.id,
                              .code = talloc_strdup(county, unit.code),
                              .name = spoken(county, talloc_strdup(county, unit.name)),
                              .township_code = parent->code,
                              .township = parent->name };
    if (unit.level == UNIT_TOWNSHIP) {
        for (int i = 0; i < 3; i++)
            hire(county, store, unit.code, "镇村干部", ROLE_CADRE);
        hire(county, store, unit.code, "镇长", ROLE_LEADER);
    }
}

static void people_the_villages(struct county *county)
{
    county->n_villagers = county->n_villages * FAMILIES;
    county->villagers = talloc_zero_array(county, struct who, (size_t)county->n_villagers);
    for (int i = 0; i < county->n_villagers; i++)
        county->villagers[i] = (struct who){ .phone = talloc_asprintf(county, "+86139%08d", 35000000 + i),
                                             .name = "",
                                             .title = "",
                                             .unit_code = "",
                                             .unit_name = "",
                                             .duty = "",
                                             .village = i / FAMILIES,
                                             .asked = NONE,
                                             .undoable = NONE,
                                             .is_english = i % 40 == 7 };
}

void county_settle(struct county *county)
{
    const char *error = "";
    struct store *store = store_open(county, county->config.store_url, &error);
    FILE *file = fopen("gateway/demo/units.csv", "r");
    char line[LINE];

    if (!store)
        fail_msg("%s", error);
    if (!file)
        fail_msg("gateway/demo/units.csv is not here");
    county->villages = talloc_zero_array(county, struct village, 512);
    county->staff = talloc_zero_array(county, struct who, STAFF_MOST);
    assert_true(store_begin(store, 1000));
    assert_non_null(fgets(line, sizeof line, file)); /* the heading */
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        found_unit(county, store, line);
    }
    fclose(file);
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        for (int n = 0; n < offices[i].n; n++)
            hire(county, store, offices[i].unit, offices[i].title, offices[i].roles);
    assert_true(store_commit(store));
    talloc_free(store);
    people_the_villages(county);
}

struct who *county_by_phone(struct county *county, const char *phone)
{
    int n = atoi(phone + strlen("+86138000"));

    if (strncmp(phone, "+86138000", 9) == 0)
        return n >= 1 && n <= county->n_staff ? &county->staff[n - 1] : NULL;
    n = strlen(phone) == 14 ? atoi(phone + strlen("+86139")) - 35000000 : -1;
    return n >= 0 && n < county->n_villagers ? &county->villagers[n] : NULL;
}

struct who *county_staff_of(struct county *county, int roles, const char *unit_code)
{
    struct who *found = NULL;
    unsigned n = 0;

    for (int i = 0; i < county->n_staff; i++) {
        struct who *who = &county->staff[i];
        if (who->roles & roles && (!unit_code || strcmp(who->unit_code, unit_code) == 0) &&
            county_draw(county, ++n) == 0)
            found = who;
    }
    return found;
}

/* What people write of: %1$s the village, %2$d and %3$d small numbers that make it another text. */
static const struct {
    enum case_category category;
    const char *topic, *words;
} complaints[] = {
    { CATEGORY_LIVELIHOOD, "water", "%1$s的自来水停了%2$d天了，%3$d户人家没水吃，请派人来看看" },
    { CATEGORY_LIVELIHOOD, "water", "我们%1$s水泵坏了，%3$d户要到%2$d里外挑水，什么时候能修好" },
    { CATEGORY_LIVELIHOOD, "road", "%1$s到镇上的路坑坑洼洼，有%2$d处坏了，%3$d户出门都难，请修一修" },
    { CATEGORY_LIVELIHOOD, "road", "%1$s村口的桥栏杆断了%2$d根，车不敢走，门牌%3$d号" },
    { CATEGORY_LIVELIHOOD, "power", "%1$s变压器老跳闸，%2$d天停了%3$d次电，请检修" },
    { CATEGORY_LIVELIHOOD, "env", "%1$s村口的垃圾堆了%2$d天没人清，苍蝇很多，%3$d户受影响" },
    { CATEGORY_LIVELIHOOD, "medical", "%1$s卫生室关门%2$d天了，%3$d户人家看病要跑远路" },
    { CATEGORY_LIVELIHOOD, "school", "%1$s小学的围墙裂了%2$d道缝，%3$d个娃娃天天从旁边过" },
    { CATEGORY_LIVELIHOOD, "farm", "%1$s的渠道淤了%2$d里，%3$d亩地浇不上，请帮忙疏通" },
    { CATEGORY_HARDSHIP, "welfare", "我是%1$s的，家里%2$d口人没有收入，想申请低保，怎么办，门牌%3$d号" },
    { CATEGORY_HARDSHIP, "care", "%1$s有个老人瘫痪在床%2$d年，一个人住，没人照顾，门牌%3$d号" },
    { CATEGORY_HARDSHIP, "medical", "我家在%1$s，老伴得了重病，住院%2$d次，看不起病了，求帮助，门牌%3$d号" },
    { CATEGORY_HARDSHIP, "school", "%1$s有%2$d个孩子没了爹娘，上学没钱，请救助，门牌%3$d号" },
    { CATEGORY_HARDSHIP, "housing", "我住%1$s，房子漏雨%2$d处，没法住了，我没钱修，门牌%3$d号" },
    { CATEGORY_PETITION, "land", "%1$s的邻居占了我家宅基地%2$d平米，说了也不退，门牌%3$d号" },
    { CATEGORY_PETITION, "land", "我家在%1$s，%2$d亩地被征，补偿标准不合理，我不服，门牌%3$d号" },
    { CATEGORY_PETITION, "order", "%1$s有人半夜放炮吵了%2$d天，我们为这打了架，请评理，门牌%3$d号" },
    { CATEGORY_PETITION, "jobs", "%1$s砖厂欠我%2$d个月工钱不给，老板不认账，门牌%3$d号" },
};

/* What cannot wait, and what is written in English. */
static const struct words {
    enum case_category category;
    const char *topic, *words;
} urgent_words = { CATEGORY_LIVELIHOOD, "power",
                   "%1$s电线掉在路上，%2$d户门口有触电危险，快来人，门牌%3$d号" },
  english_words[] = {
      { CATEGORY_LIVELIHOOD, "water",
        "No water in %1$s for %2$d days, %3$d households have nothing to drink" },
      { CATEGORY_LIVELIHOOD, "road", "The road in %1$s has %2$d deep holes, please repair it, house %3$d" },
  };

struct who *county_acting(const struct county *county, const struct appeal *appeal, struct who *who)
{
    if (appeal->is_guarded || (who->stand_in && who->stand_in == appeal->stepped_back))
        return who;
    return who->stand_in && county->now >= who->away_from && county->now < who->away_until ? who->stand_in
                                                                                           : who;
}

/* The first word, when it is a command. */
const char *county_in_english(struct county *county, const struct who *by, const char *text)
{
    static const char *const words[][2] = { { "补 ", "ADD" },      { "查 ", "STATUS" },
                                            { "评 ", "RATE" },     { "重办 ", "REOPEN" },
                                            { "复查 ", "APPEAL" }, { "撤 ", "WITHDRAW" },
                                            { "匿名 ", "ANON" } };
    static const char *const wholes[][2] = { { "退订", "STOP" }, { "恢复", "START" }, { "新", "NEW" } };

    for (size_t i = 0; by->is_english && i < sizeof words / sizeof *words; i++)
        if (strncmp(text, words[i][0], strlen(words[i][0])) == 0)
            return talloc_asprintf(county->mem, "%s %s", words[i][1], text + strlen(words[i][0]));
    for (size_t i = 0; by->is_english && i < sizeof wholes / sizeof *wholes; i++)
        if (strcmp(text, wholes[i][0]) == 0)
            return wholes[i][1];
    return text;
}

const char *county_topic_word(const char *topic)
{
    static const char *const words[][2] = {
        { "water", "供水" },   { "road", "道路" },    { "power", "供电" }, { "env", "环境" },
        { "medical", "医疗" }, { "school", "教育" },  { "farm", "农业" },  { "welfare", "低保" },
        { "care", "养老" },    { "housing", "住房" }, { "land", "土地" },  { "order", "治安" },
        { "jobs", "就业" },    { "cadre", "干部" }
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], topic) == 0)
            return words[i][1];
    return "其他";
}

/* The name makes it guarded; a unit's name concerns all who work there. */
const char *county_accusation(struct county *county, const struct appeal *appeal)
{
    const struct village *village = &county->villages[appeal->village];
    int n = appeal->reporter->written;

    if (strcmp(appeal->accused_name, appeal->accused->name) == 0)
        return talloc_asprintf(county, "%s%s的%s把%d户的低保给了自己亲戚，门牌%d号", village->township,
                               village->name, appeal->accused_name, n % 7 + 2, n);
    return talloc_asprintf(county, "%s%s来办事，%s的干部收了我%d百块钱才肯办，门牌%d号", village->township,
                           village->name, appeal->accused_name, n % 7 + 2, n);
}

void county_write_appeal(struct county *county, struct appeal *appeal)
{
    const struct village *village = &county->villages[appeal->village];
    unsigned which = county_draw(county, sizeof complaints / sizeof *complaints);
    struct words chosen = { complaints[which].category, complaints[which].topic, complaints[which].words };
    const char *place = talloc_asprintf(county, "%s%s", village->township, village->name);
    int n = ++appeal->reporter->written;

    if (appeal->accused) {
        appeal->category = CATEGORY_PETITION;
        appeal->topic = "cadre";
        appeal->text = county_accusation(county, appeal);
        return;
    }
    if (appeal->is_urgent)
        chosen = urgent_words;
    else if (appeal->reporter->is_english && appeal->filer == appeal->reporter)
        chosen = english_words[which % 2];
    appeal->category = chosen.category;
    appeal->topic = chosen.topic;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above */
    appeal->text = talloc_asprintf(county, chosen.words, place, n % 9 + 2, n + 1);
#pragma GCC diagnostic pop
}
