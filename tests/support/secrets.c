#include "tests/support/secrets.h"

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
#include <time.h>

#include "gateway/clock.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { SECRETS_MOST = 32 };

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef"

static const char lines[] =
    "county = \"浮山县\"\nsignature = \"【浮山亮晒评】\"\noperator = \"+8613900000009\"\n"
    "answers_per_hour = 0\nanswers_per_day = 0\nall_answers_per_day = 0\n"
    "modem village { device = \"/dev/null\" per_day = 0 }\n"
    "provider mas { hook_key = \"env:SECRETS_KEY\" in_from = from in_text = text in_id = id }\n";

static const char units[] = "code,name,level,parent,duty\n"
                            "141027,浮山县,county,,\n"
                            "141027100,天坛镇,township,141027,\n"
                            "141027100212,聚粮村委会,village,141027100,\n"
                            "141027100217,诸葛村委会,village,141027100,\n"
                            "fushan-petition,信访接待中心,office,141027,petition\n"
                            "fushan-discipline,县纪委监委,department,141027,discipline\n";

static const char people[] =
    "phone,name,title,roles,unit\n" HEAD ",李有田,村主任,cadre,141027100212\n" TOWNSHIP
    ",赵长河,镇长,cadre leader,141027100\n" RECEPTION ",钱守信,接访员,cadre,fushan-petition\n" DISCIPLINE
    ",孙清正,纪检干事,cadre,fushan-discipline\n" COUNTY ",周明远,县长,leader,141027\n" SUPERVISOR
    ",吴督察,督查室主任,supervisor,141027\n";

static void import(struct secrets *secrets, const char *what, const char *table)
{
    const char *folder = secrets->http->directory, *file = write_file(secrets, folder, what, table);
    struct outcome outcome = RUN(secrets, folder, NULL, "import", what, file, "-c", secrets->config);

    if (outcome.status != 0)
        fail_msg("%s: %s", what, outcome.err);
}

struct secrets *secrets_open(const char *extra)
{
    struct secrets *secrets = talloc_zero(NULL, struct secrets);
    const char *more = talloc_asprintf(secrets, "%s%s", lines, extra);

    setenv("SECRETS_KEY", KEY, 1);
    secrets->http = http_world_open("", more);
    secrets->config = write_file(
        secrets, secrets->http->directory, "x.conf",
        talloc_asprintf(secrets, "store { url = \"sqlite:x.db\" }\nhttp { listen = \"127.0.0.1:0\" }\n%s",
                        more));
    secrets->all = talloc_zero_array(secrets, struct secret, SECRETS_MOST);
    import(secrets, "units", units);
    import(secrets, "people", people);
    desk_refresh(secrets->http->desk);
    return secrets;
}

void secrets_close(struct secrets *secrets)
{
    http_world_close(secrets->http);
    talloc_free(secrets);
}

const char *secrets_ask(const struct secrets *secrets, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    const char *text = "";

    assert_int_equal(sqlite3_open(secrets->http->config->database, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 10000);
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        text = talloc_strdup(secrets, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return text;
}

void secrets_text(struct secrets *secrets, const char *phone, const char *words)
{
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = talloc_asprintf(secrets, "text %d", ++secrets->texts),
                           .from = talloc_asprintf(secrets, "+86%s", phone),
                           .at = clock_now(),
                           .received_at = clock_now(),
                           .text = talloc_strdup(secrets, words) };

    if (!desk_submit(secrets->http->desk, &event, 1))
        fail_msg("not kept: %s", words);
}

__attribute__((format(printf, 3, 4))) static void say(struct secrets *secrets, const char *phone,
                                                      const char *format, ...)
{
    va_list arguments;
    char *words;

    va_start(arguments, format);
    words = talloc_vasprintf(secrets, format, arguments);
    va_end(arguments);
    secrets_text(secrets, phone, words);
}

/* The same, and what comes back is confirmed with the code. */
static void say_and_confirm(struct secrets *secrets, const char *phone, const char *words)
{
    const char *code;

    secrets_text(secrets, phone, words);
    code = strstr(
        secrets_ask(secrets, "SELECT text FROM notices WHERE name = 'confirm' ORDER BY id DESC LIMIT 1"),
        "请回");
    if (!code)
        fail_msg("no code for %s", words);
    secrets_text(secrets, phone, talloc_strndup(secrets, code + strlen("请回"), 6));
}

static const char *newest(const struct secrets *secrets)
{
    return secrets_ask(secrets, "SELECT number FROM cases ORDER BY id DESC LIMIT 1");
}

/* A new phone each. */
static const char *somebody(struct secrets *secrets)
{
    return talloc_asprintf(secrets, "139345670%02d", ++secrets->people);
}

/* Begins a secret, with a word that nothing else in the county holds. */
static struct secret *begin(struct secrets *secrets, const char *way, const char *phone)
{
    static const char *const words[] = { "魑魅", "魍魉", "饕餮", "貔貅", "麒麟", "鹧鸪", "蜈蚣",
                                         "蟾蜍", "鸳鸯", "蝙蝠", "蜻蜓", "蚂蚱", "鹌鹑", "骆驼",
                                         "琵琶", "葫芦", "玛瑙", "琥珀", "珊瑚", "翡翠", "牡蛎",
                                         "芍药", "鞑靼", "蓓蕾", "藿香", "薔薇" };
    struct secret *secret = &secrets->all[secrets->n];

    assert_true(secrets->n < sizeof words / sizeof *words);
    *secret = (struct secret){
        .way = way, .phone = phone, .marker = words[secrets->n++], .may = { DISCIPLINE, SUPERVISOR }
    };
    secret->since = atol(secrets_ask(secrets, "SELECT COALESCE(max(id), 0) FROM notices"));
    return secret;
}

static void end(const struct secrets *secrets, struct secret *secret, const char *number)
{
    const char *is_guarded = secrets_ask(
        secrets, talloc_asprintf(secrets, "SELECT is_guarded FROM cases WHERE number = '%s'", number));

    if (strcmp(is_guarded, "1") != 0)
        fail_msg("%s: %s is not restricted", secret->way, number);
    secret->number = number;
}

static void accuse_at_once(struct secrets *secrets, const char *way, const char *words)
{
    struct secret *secret = begin(secrets, way, somebody(secrets));

    say(secrets, secret->phone, "%s%s", words, secret->marker);
    end(secrets, secret, newest(secrets));
}

/* Of everybody above, one is accused as well. */
static void accuse_above(struct secrets *secrets, const char *way, const char *words, const char *may)
{
    struct secret *secret = begin(secrets, way, somebody(secrets));

    secret->may[0] = may;
    secret->may[1] = NULL;
    say(secrets, secret->phone, "%s%s", words, secret->marker);
    end(secrets, secret, newest(secrets));
}

/* A case that the accused has, up to this command with its code; NULL: only taken on. */
static const char *bring(struct secrets *secrets, const char *phone, const char *ending)
{
    const char *number;

    say(secrets, phone, "聚粮村自来水停了三天了，第%d次反映", secrets->people);
    number = newest(secrets);
    say(secrets, HEAD, "领 %s", number);
    say(secrets, HEAD, "进度 %s 正在修", number);
    if (ending)
        say_and_confirm(secrets, HEAD, talloc_asprintf(secrets, "%s %s 水管换好了", ending, number));
    return number;
}

/* Webhooks have begun to tell of the case: what they tell again later must not tell more. */
static void wait_for_webhooks(const struct secrets *secrets, const char *number)
{
    const char *begun =
        talloc_asprintf(secrets,
                        "SELECT count(*) FROM webhook_deliveries JOIN cases ON cases.id = case_id"
                        " WHERE number = '%s'",
                        number);

    for (int i = 0; i < 1000 && strcmp(secrets_ask(secrets, begun), "0") == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
    assert_string_not_equal(secrets_ask(secrets, begun), "0");
}

/* command: stands before the number; NULL: the text is words alone. */
static void accuse_later(struct secrets *secrets, const char *way, const char *ending, const char *command,
                         const char *words)
{
    const char *phone = somebody(secrets), *number = bring(secrets, phone, ending);
    struct secret *secret = begin(secrets, way, phone);

    secret->knew = HEAD;
    wait_for_webhooks(secrets, number);
    if (command)
        say(secrets, phone, "%s %s %s%s", command, number, words, secret->marker);
    else
        say(secrets, phone, "%s%s", words, secret->marker);
    end(secrets, secret, number);
}

static void say_it_is_my_own(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "a cadre's own appeal", RECEPTION);

    secret->may[2] = RECEPTION;
    say(secrets, RECEPTION, "聚粮村李有田收了我家两千块钱%s", secret->marker);
    say(secrets, RECEPTION, "是");
    end(secrets, secret, newest(secrets));
}

/* Whether it is their own appeal is never answered: the words stand in the event, which has no case yet. */
static void say_and_leave_it_open(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "a cadre's words that wait", RECEPTION);

    secret->may[2] = RECEPTION;
    say(secrets, RECEPTION, "聚粮村李有田占了我家的地%s", secret->marker);
    assert_string_equal(secrets_ask(secrets, "SELECT outcome FROM events ORDER BY id DESC LIMIT 1"),
                        "waiting");
}

static void file_for_somebody(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "代", somebody(secrets));

    secret->may[2] = TOWNSHIP; /* who filed it knows what they wrote */
    say(secrets, TOWNSHIP, "代 %s 聚粮村李有田收了救灾款%s", secret->phone, secret->marker);
    end(secrets, secret, newest(secrets));
}

static void file_by_api(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "the API", somebody(secrets));
    const char *headers =
        talloc_asprintf(secrets, "Authorization: Bearer %s\r\nContent-Type: application/json\r\n",
                        http_token(secrets->http, secrets, "file"));
    const char *body =
        talloc_asprintf(secrets, "{\"id\":\"1\",\"from\":\"%s\",\"text\":\"聚粮村李有田收了低保款%s\"}",
                        secret->phone, secret->marker);
    struct reply reply = http_ask(secrets->http, secrets, "POST", "/api/v1/events", headers, body);

    if (reply.status != 202 && reply.status != 201 && reply.status != 200)
        fail_msg("the API answers %d: %s", reply.status, reply.body);
    end(secrets, secret, newest(secrets));
}

static void bring_by_provider(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "a provider", somebody(secrets));
    const char *body =
        talloc_asprintf(secrets, "{\"from\":\"+86%s\",\"id\":\"1\",\"text\":\"聚粮村李有田收了修路款%s\"}",
                        secret->phone, secret->marker);
    struct reply reply = http_ask(secrets->http, secrets, "POST", "/hook/mas/" KEY,
                                  "Content-Type: application/json\r\n", body);

    assert_int_equal(reply.status, 200);
    end(secrets, secret, newest(secrets));
}

static void import_a_form(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "a paper form", somebody(secrets));

    import(secrets, "cases",
           talloc_asprintf(
               secrets,
               "date,text,form,reporter,name,place\n2026-11-02,李有田收了危房款%s,7,%s,王某,聚粮村\n",
               secret->marker, secret->phone));
    end(secrets, secret, newest(secrets));
}

/* Who asks not to be named, and accuses nobody: only the number is secret, from everybody and for ever. */
static void hide(struct secrets *secrets)
{
    struct secret *secret = begin(secrets, "匿名", somebody(secrets));

    secret->marker = NULL;
    say(secrets, secret->phone, "匿名 聚粮村的垃圾没人收，电话%s", secret->phone);
    say(secrets, HEAD, "领 %s", newest(secrets));
    say(secrets, secret->phone, "补 %s 臭死了，打%s找我", newest(secrets), secret->phone);
    say(secrets, HEAD, "看 %s", newest(secrets));
    say_and_confirm(secrets, HEAD, talloc_asprintf(secrets, "办结 %s 清走了", newest(secrets)));
    say(secrets, secret->phone, "评 %s 2 我是%s", newest(secrets), secret->phone);
}

/* The lists of who is no longer registered stay, and name restricted cases. */
static void leave(struct secrets *secrets)
{
    struct outcome outcome;

    import(secrets, "people",
           "phone,name,title,roles,unit\n" FORMER ",郑离任,纪检干事,cadre,fushan-discipline\n");
    desk_refresh(secrets->http->desk);
    secrets_text(secrets, FORMER, "待领");
    if (strcmp(secrets_ask(secrets, "SELECT count(*) FROM notices WHERE recipient = '+86" FORMER
                                    "' AND text LIKE '%2600%'"),
               "0") == 0)
        fail_msg("nothing waits for %s", FORMER);
    outcome = RUN(secrets, secrets->http->directory, NULL, "people", "hand-over", FORMER, DISCIPLINE, "-c",
                  secrets->config);
    if (outcome.status != 0)
        fail_msg("%s", outcome.err);
    desk_refresh(secrets->http->desk);
}

void secrets_say(struct secrets *secrets)
{
    /* nobody's secret: its number stands in the examples of commands */
    secrets_text(secrets, somebody(secrets), "诸葛村的路灯坏了");
    accuse_at_once(secrets, "intake", "聚粮村李有田收了我两千块钱");
    accuse_at_once(secrets, "intake, no name", "聚粮村村委会把扶贫款私分了");
    accuse_at_once(secrets, "intake, misspelt", "聚粮村李友田贪污低保款");
    accuse_at_once(secrets, "匿名 and words", "匿名 聚粮村李有田打我");
    accuse_at_once(secrets, "intake, danger", "聚粮村着火了，李有田收了钱不管");
    for (int i = 0; i < 2; i++) /* so alike that they would be proposed for merging */
        accuse_at_once(secrets, "one of two alike",
                       "聚粮村自来水停了三天，李有田收了修水管的钱不给修，全村老人孩子没水喝，牲口也渴"
                       "得直叫，家家户户要到五里外的沟里去挑水，挑回来的水又黄又浑，烧开了也不敢喝");
    accuse_later(secrets, "a text that joins", NULL, NULL, "李有田收了修水管的钱");
    accuse_later(secrets, "补", NULL, "补", "李有田收了修水管的钱");
    accuse_later(secrets, "查", NULL, "查", "李有田收了修水管的钱");
    accuse_later(secrets, "匿名 and a number", NULL, "匿名", "李有田收了修水管的钱");
    accuse_later(secrets, "撤", NULL, "撤", "李有田威胁我不许再告");
    accuse_later(secrets, "a rating's words", "办结", NULL, "不满意，李有田收了我的钱");
    accuse_later(secrets, "评", "办结", "评", "4 李有田收了我的钱");
    accuse_later(secrets, "重办", "办结", "重办", "李有田收了我的钱");
    accuse_later(secrets, "复查", "解释", "复查", "李有田收了我的钱");
    accuse_above(secrets, "the supervisor accused", "县督查室主任收了开发商的钱", DISCIPLINE);
    accuse_above(secrets, "the discipline office accused", "县纪委监委的人收了钱", SUPERVISOR);
    accuse_above(secrets, "all above accused", "县纪委监委的人和督查室吴督察收了钱", COUNTY);
    say_it_is_my_own(secrets);
    file_for_somebody(secrets);
    file_by_api(secrets);
    bring_by_provider(secrets);
    import_a_form(secrets);
    say(secrets, DISCIPLINE, "领 %s", secrets->all[0].number);
    /* what they text beside, which belongs to no case, and is answered */
    for (size_t i = 0; i < secrets->n; i++) {
        secrets_text(secrets, secrets->all[i].phone, "谢谢");
        secrets_text(secrets, secrets->all[i].phone, "帮助");
    }
    leave(secrets);
    say_and_leave_it_open(secrets);
    hide(secrets);
}

static bool may_know(const struct secret *secret, const char *phone)
{
    if (!phone)
        return false;
    for (size_t i = 0; i < 3 && secret->marker; i++)
        if (secret->may[i] && strcmp(secret->may[i], phone) == 0)
            return true;
    return strcmp(secret->phone, phone) == 0;
}

void secrets_search(const struct secrets *secrets, const char *where, const char *phone, const char *text)
{
    for (size_t i = 0; i < secrets->n; i++) {
        const struct secret *secret = &secrets->all[i];
        const char *parts[] = { secret->phone, secret->marker, secret->number };

        if (may_know(secret, phone))
            continue;
        if (phone && secret->knew && strcmp(phone, secret->knew) == 0)
            parts[2] = NULL;
        for (size_t j = 0; j < 3; j++) {
            const char *found = parts[j] && strcmp(parts[j], RECEPTION) != 0 ? strstr(text, parts[j]) : NULL;

            if (found)
                fail_msg("%s, to %s: %s of what came by \"%s\" stands in: %.*s", where,
                         phone ? phone : "anybody", parts[j], secret->way, 300,
                         found - text > 100 ? found - 100 : text);
        }
    }
}
