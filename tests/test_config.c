#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/config.h"
#include "gateway/config/table.h"
#include "tests/support/support.h"

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Every problem of a text that is called "f", one a line. */
static const char *problems_of(void *mem, const char *text)
{
    struct config_problem *problems;
    size_t n;
    char *all = talloc_strdup(mem, "");

    config_read_text(mem, "f", text, strlen(text), &problems, &n);
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s\n", problems[i].text);
    return all;
}

static const struct config *good(void *mem, const char *text)
{
    struct config_problem *problems;
    size_t n;
    const struct config *config = config_read_text(mem, "f", text, strlen(text), &problems, &n);

    for (size_t i = 0; i < n; i++)
        if (!problems[i].is_warning)
            fail_msg("%s", problems[i].text);
    assert_non_null(config);
    return config;
}

static int give_memory(void **state)
{
    *state = talloc_new(NULL);
    return 0;
}

static int take_memory(void **state)
{
    talloc_free(*state);
    return 0;
}

static void the_smallest_configuration_is_good(void **state)
{
    const struct config *config = good(*state, "timezone = \"Asia/Shanghai\"\n"
                                               "store { url = \"sqlite:xiangyin.db\" }\n"
                                               "modem \"village\" { device = \"/dev/ttyUSB2\" }\n"
                                               "http { listen = \"127.0.0.1:8080\" }\n");

    assert_string_equal(config->timezone, "Asia/Shanghai");
    assert_string_equal(config->store_url, "sqlite:xiangyin.db");
    assert_string_equal(config->database, "xiangyin.db");
    assert_string_equal(config->http_listen, "127.0.0.1:8080");
    assert_int_equal(config->n_modems, 1);
    assert_string_equal(config->modems[0].name, "village");
    assert_string_equal(config->modems[0].device, "/dev/ttyUSB2");
    assert_true(config->modems[0].sends);
    assert_true(config->modems[0].receives);
    assert_int_equal(config->modems[0].send_timeout, 60);
    assert_int_equal(config->quiet_from, 21 * 60);
    assert_int_equal(config->quiet_until, 8 * 60);
}

static void an_empty_configuration_has_every_preset(void **state)
{
    const struct config *config = good(*state, "");

    assert_string_equal(config->timezone, "Asia/Shanghai");
    assert_string_equal(config->language, "zh");
    assert_string_equal(config->signature, "");
    assert_string_equal(config->store_url, "sqlite:xiangyin.db");
    assert_null(config->http_listen);
    assert_null(config->operator_phone);
    assert_null(config->templates);
    assert_int_equal(config->n_modems, 0);
    assert_int_equal(config->part_timeout, 600);
}

static void every_option_reaches_its_field(void **state)
{
    const struct config *config = good(
        *state, "# comment\n// comment\n/* comment\n * more */\n"
                "timezone = UTC language = en county = '浮山县' signature = \"【浮山亮晒评】\"\n"
                "operator = \"138 0013 8000\" quiet_hours = \"22:30-07:15\" number_prefix = 3\n"
                "part_timeout=30#x\n join_minutes = 0 accept_days = 7 finish_days = 30\n"
                "store { url = \"sqlite::memory:\" }\n"
                "modem \"北\" { device = \"usb:12d1:1506\" send = no receive = yes baud = 9600 pin = 1234\n"
                "  storage = ME poll = 5 command_timeout = 2 send_timeout = 1 per_minute = 10 per_day = 500\n"
                "  prefixes = { \"+86139\", \"+1\" } prefixes += { \"+44\" } verify = on hard_reset = true\n"
                "  balance_ussd = \"*100#\" balance_hours = 12 missed_call = silence }\n"
                "modem south { device = /dev/ttyS0 prefixes = \"+7\" }");
    const struct modem_config *modem = &config->modems[0];

    assert_string_equal(config->county, "浮山县");
    assert_string_equal(config->signature, "【浮山亮晒评】");
    assert_string_equal(config->operator_phone, "+8613800138000");
    assert_string_equal(config->number_prefix, "3");
    assert_int_equal(config->quiet_from, 22 * 60 + 30);
    assert_int_equal(config->quiet_until, 7 * 60 + 15);
    assert_int_equal(config->part_timeout, 30);
    assert_int_equal(config->join_minutes, 0);
    assert_int_equal(config->accept_days, 7);
    assert_int_equal(config->finish_days, 30);
    assert_null(config->database);
    assert_string_equal(config->store_url, "sqlite::memory:");
    assert_string_equal(modem->name, "北");
    assert_false(modem->sends);
    assert_true(modem->receives);
    assert_int_equal(modem->baud, 9600);
    assert_string_equal(modem->pin, "1234");
    assert_string_equal(modem->storage, "ME");
    assert_int_equal(modem->poll_seconds, 5);
    assert_int_equal(modem->command_timeout, 2);
    assert_int_equal(modem->send_timeout, 1);
    assert_int_equal(modem->per_minute, 10);
    assert_int_equal(modem->per_day, 500);
    assert_int_equal(modem->n_prefixes, 3);
    assert_string_equal(modem->prefixes[2], "+44");
    assert_true(modem->verify);
    assert_true(modem->hard_reset);
    assert_string_equal(modem->balance_ussd, "*100#");
    assert_int_equal(modem->balance_hours, 12);
    assert_string_equal(modem->missed_call, "silence");
    assert_string_equal(config->modems[1].name, "south");
    assert_int_equal(config->modems[1].n_prefixes, 1);
}

/* A text and the problem it has, which is named alone. */
struct wrong {
    const char *text;
    const char *problems;
};

#define NO_MODEM "f: warning: no modem and no provider: nothing is received or sent\n"
#define NOBODY_SENDS "no line sends: outgoing texts wait for ever"
#define QUIET "per_day = 9"

static const struct wrong wrong_texts[] = {
    /* names */
    { "\nlanguge = zh", "f:2: unknown option languge; did you mean language?\n" },
    { "xyzzy = 1", "f:1: unknown option xyzzy\n" },
    { "http { liste = 1 }", "f:1: unknown option liste in http; did you mean listen?\n" },
    { "modm \"a\" {\n device = 1 }", "f:1: unknown section modm; did you mean modem?\n" },
    { "http { timezone = UTC }", "f:1: timezone belongs outside of sections, not in http\n" },
    { "http = 4", "f:1: http is a section: http { ... }\n" },
    { "http { other { a = 1 } }", "f:1: unknown section other in http\n" },
    /* values */
    { "timezone = \"Asia/Shanghi\"", "f:1: timezone \"Asia/Shanghi\" is not a time zone\n" },
    { "timezone = \"../../etc/passwd\"", "f:1: timezone \"../../etc/passwd\" is not a time zone\n" },
    { "timezone = \"/etc/localtime\"", "f:1: timezone \"/etc/localtime\" is not a time zone\n" },
    { "timezone = \"\"", "f:1: timezone \"\" is not a time zone\n" },
    { "language = fr", "f:1: language \"fr\" is not one of: zh en\n" },
    { "language = \"zh en\"", "f:1: language \"zh en\" is not one of: zh en\n" },
    { "operator = village", "f:1: operator \"village\" is not a phone number\n" },
    { "operator = \"12345\"", "f:1: operator \"12345\" is not a phone number\n" },
    { "quiet_hours = \"25:00-08:00\"",
      "f:1: quiet_hours \"25:00-08:00\" is neither a span like 21:00-08:00 nor off\n" },
    { "retention { texts = \"5 months\" }", "f:1: texts \"5 months\" is not a period of at "
                                            "least six months like 5 years, 18 months or 400 days\n" },
    { "retention { texts = \"forever\" }", "f:1: texts \"forever\" is not a period of at least "
                                           "six months like 5 years, 18 months or 400 days\n" },
    { "quiet_hours = \"21-8\"", "f:1: quiet_hours \"21-8\" is neither a span like 21:00-08:00 nor off\n" },
    { "part_timeout = 0", "f:1: part_timeout \"0\" must be from 1 to 604800\n" },
    { "part_timeout = -5", "f:1: part_timeout \"-5\" must be from 1 to 604800\n" },
    { "part_timeout = 9999999999", "f:1: part_timeout \"9999999999\" must be from 1 to 604800\n" },
    { "part_timeout = 99999999999999999999",
      "f:1: part_timeout \"99999999999999999999\" is not a whole number\n" },
    { "part_timeout = 1.5", "f:1: part_timeout \"1.5\" is not a whole number\n" },
    { "part_timeout = 010", "f:1: part_timeout \"010\" is not a whole number\n" },
    { "part_timeout = ten", "f:1: part_timeout \"ten\" is not a whole number\n" },
    { "part_timeout = \"\"", "f:1: part_timeout \"\" is not a whole number\n" },
    { "number_prefix = 12", "f:1: number_prefix \"12\" is not one digit\n" },
    { "county = \"a\\nb\"", "f:1: county \"a\nb\" contains a line break or a tab\n" },
    { "templates = /no/such", "f:1: templates \"/no/such\" cannot be read: No such file or directory\n" },
    { "templates = /etc/passwd", "f:1: templates \"/etc/passwd\" is not a folder\n" },
    { "store { url = \"mysql:x\" }", "f:1: url \"mysql:x\" must be sqlite: followed by a path\n" },
    { "store { url = \"sqlite:\" }", "f:1: url \"sqlite:\" must be sqlite: followed by a path\n" },
    { "store { url = \"sqlite:/tmp\" }", "f:1: url \"sqlite:/tmp\" is a folder\n" },
    { "store { url = \"sqlite:/no/such.db\" }",
      "f:1: url \"sqlite:/no/such.db\" is in a folder that does not exist: /no\n" },
    { "understand { endpoint = \"http://10.0.0.1:8081/v1\" }",
      "f:1: endpoint \"http://10.0.0.1:8081/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "understand { endpoint = \"https://127.0.0.1/v1\" }",
      "f:1: endpoint \"https://127.0.0.1/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "understand { endpoint = \"http://127.0.0.1@evil.example/v1\" }",
      "f:1: endpoint \"http://127.0.0.1@evil.example/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "understand { endpoint = \"http://127.0.0.1.evil.example/v1\" }",
      "f:1: endpoint \"http://127.0.0.1.evil.example/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "understand { endpoint = \"http://0.0.0.0:8081/v1\" }",
      "f:1: endpoint \"http://0.0.0.0:8081/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "understand { endpoint = \"http://example.org/v1\" }",
      "f:1: endpoint \"http://example.org/v1\" is not an address on this machine like "
      "http://127.0.0.1:8081/v1\n" },
    { "http { listen = \"8080\" }", "f:1: listen \"8080\" is not an address and port like 127.0.0.1:8080\n" },
    { "http { listen = \"256.0.0.1:80\" }",
      "f:1: listen \"256.0.0.1:80\" is not an address and port like 127.0.0.1:8080\n" },
    { "http { listen = \"127.0.0.1:70000\" }", "f:1: listen \"127.0.0.1:70000\" has a port above 65535\n" },
    { "http { listen = \"[::g]:80\" }",
      "f:1: listen \"[::g]:80\" is not an address and port like 127.0.0.1:8080\n" },
    { "modem m { device = ttyUSB0 " QUIET " }",
      "f:1: device \"ttyUSB0\" is neither a path like /dev/ttyUSB2 nor usb:SERIAL nor usb:VID:PID\n" },
    { "modem m { device = \"\" " QUIET " }",
      "f:1: device \"\" is neither a path like /dev/ttyUSB2 nor usb:SERIAL nor usb:VID:PID\n" },
    { "modem m { device = /d send = maybe " QUIET " }", "f:1: send \"maybe\" is neither yes nor no\n" },
    { "modem m { device = /d balance_ussd = \"100\" " QUIET " }",
      "f:1: balance_ussd \"100\" is not a code like *100#\n" },
    { "modem m { device = /d prefixes = { 86 } " QUIET " }",
      "f:1: prefixes \"86\" is not the beginning of a number like +86139\n" },
    { "modem m { device = /d pin = \"env:XIANGYIN_NO_SUCH\" " QUIET " }",
      "f:1: pin cannot be read: XIANGYIN_NO_SUCH is not set in the environment\n" },
    { "modem m { device = /d pin = \"file:/no/such\" " QUIET " }",
      "f:1: pin cannot be read from /no/such: No such file or directory\n" },
    { "modem m { device = /d pin = \"file:/dev/null\" " QUIET " }",
      "f:1: pin cannot be read from /dev/null: it is empty\n" },
    { "modem m { device = /d pin = \"file:/dev/zero\" " QUIET " }",
      "f:1: pin cannot be read from /dev/zero: it is too long for a secret\n" },
    { "modem m { device = /d pin = hunter2 " QUIET " }",
      "f:1: pin must be env:NAME, file:PATH or credential:NAME, not the secret itself\n" },
    { "county = { a, b }", "f:1: county takes one value, not a list\n" },
    /* doubles and what is missing */
    { "language = zh\nlanguage = zh", "f:2: language is repeated; first given on line 1\n" },
    { "http { listen = \"[::1]:0\"\nlisten = \"localhost:1\" }",
      "f:2: listen is repeated in http; first given on line 1\n" },
    { "http { }\nhttp { }", "f:2: http is repeated; first given on line 1\n" },
    { "modem m { device = /d " QUIET " }\nmodem m { device = /e " QUIET " }",
      "f:2: modem \"m\" is repeated; first given on line 1\n" },
    { "modem m { device = /d " QUIET
      " }\nprovider m { receive = no per_day = 9 url = \"https://a.example/\" }",
      "f:2: provider \"m\": modem \"m\" has this name (line 1)\n" },
    { "modem voice { device = /d " QUIET " }",
      "f:1: modem \"voice\": the gateway has a line of this name; choose another\n" },
    { "provider centre { receive = no per_day = 9 url = \"https://a.example/\" }",
      "f:1: provider \"centre\": the gateway has a line of this name; choose another\n" },
    { "modem \"api:clinic\" { device = /d " QUIET " }",
      "f:1: modem \"api:clinic\": the gateway has a line of this name; choose another\n" },
    { "modem m { device = /d " QUIET " }\nmodem n { device = /d " QUIET " }",
      "f:2: device \"/d\" is already used by modem \"m\" (line 1)\n" },
    { "modem m { " QUIET "\n }", "f:1: modem \"m\" has no device\n" },
    { "modem { device = /d " QUIET " }", "f:1: modem has no name: modem \"NAME\" { ... }\n" },
    { "modem \"\" { device = /d " QUIET " }",
      "f:1: the name of modem must have 1 to 64 octets on one line\n" },
    { "http \"x\" { }", "f:1: http takes no name: http { ... }\n" },
    { "county =\nlanguage = zh", "f:1: county has no value\n" },
    { "http { listen = }", "f:1: listen has no value\n" },
    { "county 浮山", "f:1: = is missing after county\n" },
    { "county", "f:1: = is missing after county\n" },
    { "holidays += { \"2027-01-01\" }\nholidays = { \"2027-01-02\" }",
      "f:2: holidays is repeated; first given on line 1\n" },
    { "county += x", "f:1: += only adds to a list; county takes one value\n" },
    { "http listen = \"127.0.0.1:1\" }", "f:1: { is missing after http\n" },
    { "modem m\n device = /d " QUIET "\n}", "f:1: { is missing after modem\n" },
    { "modem \"m\"\n device = /d " QUIET "\n}", "f:1: { is missing after modem\n" },
    { "http { certificate = /dev/null }", "f:1: http has a certificate and no key\n" },
    { "http { allow = { \"10.0.0.0/33\" } }",
      "f:1: allow \"10.0.0.0/33\" must have a prefix length from 0 to 32\n" },
    { "http { allow = { \"here\" } }",
      "f:1: allow \"here\" is not an address or network like 203.0.113.0/24\n" },
    { "provider p { }",
      "f:1: provider \"p\" would accept texts from anybody: it has neither hook_key nor secret\n" },
    { "provider p { hook_key = abc }",
      "f:1: hook_key must be env:NAME, file:PATH or credential:NAME, not the secret itself\n"
      "f:1: warning: the hook_key of provider \"p\" is readable in this file; use env:NAME, file:PATH or "
      "credential:NAME\n" },
    { "provider p { receive = no kind = a*b }", "f:1: * must be in quotes\n" },
    { "provider p { receive = no kind = }", "f:1: kind has no value\n" },
    { "provider p { receive = no signature_header = \"X-S\" }",
      "f:1: provider \"p\" has a signature_header and no secret to check it with\n" },
    { "provider p { receive = no per_day = 0 url = \"http://example.org/\" }",
      "f:1: url \"http://example.org/\" is neither an https:// URL nor an http:// URL of this machine\n" },
    { "provider p { kind = aliyun send = no secret = \"env:HOME\" }",
      "f:1: provider \"p\" does not sign its webhooks: set hook_key, or poll if it can be polled, or receive "
      "= no\n" },
    { "provider p { receive = no per_day = 0 kind = twilio account = a }",
      "f:1: provider \"p\" cannot send without secret; set it, or send = no\n"
      "f:1: provider \"p\" cannot send without from; set it, or send = no\n" },
    { "webhook w { url = \"https://a.example/\" }", "f:1: webhook \"w\" has no secret\n" },
    /* what is never closed */
    { "\nhttp {\n listen = \"[::1]:80\"\n", "f:2: http is never closed with }\n" },
    { "modem m { device = /d " QUIET "\nhttp { }",
      "f:2: http begins inside modem \"m\" (line 1); is a } missing before it?\n" },
    { "county = \"abc\nlanguage = zh", "f:1: the quote \" is not closed on this line\n" },
    { "county = 'abc", "f:1: the quote ' is not closed on this line\n" },
    { "county = abc\n/* x\ny", "f:2: this comment is never closed with */\n" },
    { "modem m { device = /d " QUIET " prefixes = { \"+1\"\n",
      "f:1: the list of prefixes is never closed with }\nf:1: modem \"m\" is never closed with }\n" },
    { "other {", "f:1: unknown section other\nf:1: other is never closed with }\n" },
    { "}", "f:1: unmatched }\n" },
    { "{ a }", "f:1: unexpected {\n" },
    { ", county = x", "f:1: unexpected ,\n" },
    { "modem m { device = /d " QUIET " prefixes = { \"+1\" \"+2\" } }",
      "f:1: in the list of prefixes, a comma is missing before +2\n" },
    { "modem m { device = /d " QUIET " prefixes = { , } }",
      "f:1: in the list of prefixes, a value is missing before ,\n" },
    /* characters */
    { "county = \"a\\qb\"", "f:1: \\ in quotes can only come before \", \\, n or t\n" },
    { "county = 'a\\nb'", "f:1: \\ in quotes can only come before ' or \\\n" },
    { "county = \"${HOME}\"", "f:1: ${...} is not expanded; for a secret, write env:NAME\n" },
    { "county = \"a\x01z\"", "f:1: control character in quotes\n" },
    { "county = a*b", "f:1: * must be in quotes\n" },
    { "\x02", "f:1: control character outside of quotes\n" },
    { "county = x\ncounty = \xff", "f:2: is not UTF-8\n" },
    { "county = http://x", "f:1: / must be in quotes\n" },
};

static void whatever_is_wrong_is_named_with_its_line(void **state)
{
    for (size_t i = 0; i < sizeof wrong_texts / sizeof *wrong_texts; i++) {
        const char *found = problems_of(*state, wrong_texts[i].text);

        if (strcmp(found, wrong_texts[i].problems) != 0)
            fail_msg("of <%s>\nis said     <%s>\ninstead of  <%s>", wrong_texts[i].text, found,
                     wrong_texts[i].problems);
    }
}

static void all_problems_are_named_in_one_run_in_order_of_line(void **state)
{
    assert_string_equal(
        problems_of(*state, "language = fr\n"
                            "modem \"a\" {\n"
                            "  baud = fast\n"
                            "}\n"
                            "store { url = \"x\" }\n"
                            "part_timeout = 0\n"
                            "http {\n"),
        "f:1: language \"fr\" is not one of: zh en\n"
        "f:2: modem \"a\" has no device\n"
        "f:2: warning: modem \"a\" has neither per_minute nor per_day: nothing limits what it sends\n"
        "f:3: baud \"fast\" is not a whole number\n"
        "f:5: url \"x\" must be sqlite: followed by a path\n"
        "f:6: part_timeout \"0\" must be from 1 to 604800\n"
        "f:7: http is never closed with }\n");
}

static void warnings_alone_leave_a_configuration(void **state)
{
    struct config_problem *problems;
    const char *text = "modem m { device = /dev/ttyS0 send = no receive = off pin = 0000 }";
    size_t n;

    assert_non_null(config_read_text(*state, "f", text, strlen(text), &problems, &n));
    assert_int_equal(n, 3);
    assert_true(problems[0].is_warning);
    assert_string_equal(problems[0].text, "f: warning: " NOBODY_SENDS);
    assert_string_equal(problems[1].text, "f:1: warning: the pin of modem \"m\" is readable in this file; "
                                          "use env:NAME, file:PATH or credential:NAME");
    assert_string_equal(problems[2].text, "f:1: warning: modem \"m\" neither sends nor receives");
}

static void without_a_line_that_sends_it_is_said(void **state)
{
    assert_string_equal(problems_of(*state, "modem m { device = /d send = no }"),
                        "f: warning: " NOBODY_SENDS "\n");
    assert_string_equal(problems_of(*state, "modem m { device = /d send = no }\n"
                                            "modem n { device = /e per_day = 5 }"),
                        "");
}

static void lines_that_prove_no_sender_are_warned_of_unless_another_does(void **state)
{
    static const char provider[] =
        "provider p { url = \"https://a.example/\" in_from = f in_text = t per_day = 9"
        " hook_key = \"env:XIANGYIN_TEST_KEY\" ";
    const char *plain = talloc_asprintf(*state, "%s}\n", provider),
               *proven = talloc_asprintf(*state, "%strust = senders }\n", provider);

    setenv("XIANGYIN_TEST_KEY", "0123456789012345678901234567890123456789012", 1);
    assert_non_null(strstr(problems_of(*state, plain), "no line proves the numbers of senders"));
    assert_string_equal(problems_of(*state, proven), "");
    assert_string_equal(
        problems_of(*state, talloc_asprintf(*state, "%smodem m { device = /d " QUIET " }", plain)), "");
    unsetenv("XIANGYIN_TEST_KEY");
}

static void a_limit_written_as_zero_is_a_decision_and_not_warned_of(void **state)
{
    assert_string_equal(problems_of(*state, "modem m { device = /d per_day = 0 }"), "");
}

static void a_configuration_without_a_modem_is_warned_of(void **state)
{
    assert_string_equal(problems_of(*state, ""), NO_MODEM);
}

static const char *credential_of(void *mem, const char *folder, const char *name)
{
    char *text = talloc_asprintf(mem, "modem a { device = /a pin = \"credential:%s\" }\n", name);
    struct config_problem *problems;
    size_t n;
    const struct config *config =
        config_read_text(mem, talloc_asprintf(mem, "%s/x.conf", folder), text, strlen(text), &problems, &n);

    return config ? config->modems[0].pin : problems[0].text;
}

static void a_credential_is_what_the_service_manager_passes_or_the_file_it_takes_it_from(void **state)
{
    const char *folder = temporary_directory(*state), *passed = temporary_directory(*state);
    char *own = talloc_asprintf(*state, "%s/credentials", folder);

    assert_int_equal(mkdir(own, 0700), 0);
    write_file(talloc_asprintf(*state, "%s/pin", own), "1111\n");
    write_file(talloc_asprintf(*state, "%s/secret_pin", passed), "2222\n");
    assert_string_equal(credential_of(*state, folder, "pin"), "1111");
    setenv("CREDENTIALS_DIRECTORY", passed, 1);
    assert_string_equal(credential_of(*state, folder, "pin"), "2222");
    write_file(talloc_asprintf(*state, "%s/pin", passed), "3333\n");
    assert_string_equal(credential_of(*state, folder, "pin"), "3333");
    assert_non_null(strstr(credential_of(*state, folder, "other"), "cannot be read"));
    assert_non_null(strstr(credential_of(*state, folder, "../pin"), "must name a credential"));
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void a_secret_comes_from_the_environment_or_a_file_and_is_never_shown(void **state)
{
    const char *folder = temporary_directory(*state);
    char *text = talloc_asprintf(*state, "modem a { device = /a pin = \"env:XIANGYIN_TEST_PIN\" }\n"
                                         "modem b { device = /b pin = \"file:pin\" }\n");
    char *path = talloc_asprintf(*state, "%s/x.conf", folder);
    struct config_problem *problems;
    const struct config *config;
    size_t n;

    setenv("XIANGYIN_TEST_PIN", "4321", 1);
    write_file(talloc_asprintf(*state, "%s/pin", folder), "8765\r\n");
    config = config_read_text(*state, path, text, strlen(text), &problems, &n);
    assert_non_null(config);
    assert_string_equal(config->modems[0].pin, "4321");
    assert_string_equal(config->modems[1].pin, "8765");

    setenv("XIANGYIN_TEST_PIN", "secret", 1);
    assert_null(config_read_text(*state, path, text, strlen(text), &problems, &n));
    for (size_t i = 0; i < n; i++)
        assert_null(strstr(problems[i].text, "secret"));
    unsetenv("XIANGYIN_TEST_PIN");
}

/* All problems of a text whose file lies in the folder. */
static const char *problems_in(const char *folder, const char *text)
{
    char *all = talloc_strdup(folder, ""), *path = talloc_asprintf(folder, "%s/x.conf", folder);
    struct config_problem *problems;
    size_t n;

    config_read_text((void *)folder, path, text, strlen(text), &problems, &n);
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s\n", problems[i].text);
    return all;
}

static void private_files_that_others_can_open_are_warned_of(void **state)
{
    static const struct {
        const char *file, *text;
    } files[] = {
        { "pin", "modem a { device = /a per_day = 9 pin = \"file:pin\" }" },
        { "key", "http { certificate = \"/etc/hostname\" key = \"key\" }" },
        { "x.db", "store { url = \"sqlite:x.db\" }" },
    };
    const char *folder = temporary_directory(*state);

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = talloc_asprintf(*state, "%s/%s", folder, files[i].file);

        write_file(path, "4321\n");
        assert_int_equal(chmod(path, 0644), 0);
        assert_non_null(
            strstr(problems_in(folder, files[i].text),
                   talloc_asprintf(*state, "%s can be opened by everybody (mode 0644); chmod 0640", path)));
        assert_int_equal(chmod(path, 0660), 0);
        assert_non_null(
            strstr(problems_in(folder, files[i].text), "can be written by its group (mode 0660)"));
        assert_int_equal(chmod(path, 0640), 0);
        assert_null(strstr(problems_in(folder, files[i].text), "(mode"));
    }
}

static void a_secret_that_signs_has_sixteen_octets(void **state)
{
    static const char *const signing[] = {
        "webhook w { url = \"https://a.example/\" secret = \"env:XIANGYIN_TEST_SECRET\" }",
        "provider w { kind = twilio send = no secret = \"env:XIANGYIN_TEST_SECRET\" }",
        "provider w { kind = vonage send = no secret = \"env:HOME\" hook_secret = "
        "\"env:XIANGYIN_TEST_SECRET\" }",
        "provider w { signature_header = X send = no hook_secret = \"env:XIANGYIN_TEST_SECRET\" }",
    };

    for (size_t i = 0; i < sizeof signing / sizeof *signing; i++) {
        setenv("XIANGYIN_TEST_SECRET", "fifteen octets.", 1);
        assert_non_null(
            strstr(problems_of(*state, signing[i]), " that signs must have at least 16 octets\n"));
        setenv("XIANGYIN_TEST_SECRET", "sixteen octets..", 1);
        assert_null(strstr(problems_of(*state, signing[i]), "octets"));
    }
    unsetenv("XIANGYIN_TEST_SECRET");
}

static void relative_paths_count_from_the_folder_of_the_file(void **state)
{
    const char *folder = temporary_directory(*state);
    char *path = talloc_asprintf(*state, "%s/x.conf", folder);
    struct config_problem *problems;
    const struct config *config;
    size_t n;

    write_file(path, "store { url = \"sqlite:data.db\" }\ntemplates = \".\"\nquiet_hours = off\n"
                     "modem m { device = modem }\nmodem n { device = \"usb:1\" }\n");
    config = config_read(*state, path, &problems, &n);
    assert_non_null(config);
    assert_string_equal(config->database, talloc_asprintf(*state, "%s/data.db", folder));
    assert_string_equal(config->store_url, talloc_asprintf(*state, "sqlite:%s/data.db", folder));
    assert_string_equal(config->templates, talloc_asprintf(*state, "%s/.", folder));
    assert_string_equal(config->modems[0].device, talloc_asprintf(*state, "%s/modem", folder));
    assert_string_equal(config->modems[1].device, "usb:1");
    assert_int_equal(config->quiet_from, config->quiet_until);
    assert_string_equal(config->path, path);
}

static void a_byte_order_mark_and_windows_line_ends_do_no_harm(void **state)
{
    const struct config *config = good(*state, "\xef\xbb\xbflanguage = en\r\nhttp {\r\n}\r\n");

    assert_string_equal(config->language, "en");
    assert_string_equal(config->http_listen, "127.0.0.1:8080");
}

static void zones_are_names_or_offsets(void **state)
{
    static const char *const zones[] = { "UTC", "Asia/Kolkata", "CST-8", "<+0545>-5:45",
                                         "America/Argentina/Ushuaia" };

    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        good(*state, talloc_asprintf(*state, "timezone = \"%s\"", zones[i]));
}

static void a_file_that_cannot_be_read_is_said_so(void **state)
{
    struct config_problem *problems;
    size_t n;

    assert_null(config_read(*state, "/no/such.conf", &problems, &n));
    assert_int_equal(n, 1);
    assert_string_equal(problems[0].text, "/no/such.conf: cannot be read: No such file or directory");
    assert_null(config_read(*state, "/", &problems, &n));
    assert_string_equal(problems[0].text, "/: cannot be read: Is a directory");
    assert_null(config_read(*state, "/dev/zero", &problems, &n));
    assert_string_equal(problems[0].text, "/dev/zero: is longer than 1 MiB");
}

static void every_option_has_a_preset_that_is_good(void **state)
{
    for (const struct config_section *section = config_sections; section->name; section++)
        for (const struct config_option *option = section->options; option->name; option++)
            if (option->preset) {
                struct config *config = talloc_zero(*state, struct config);
                void *values = section->has_title ? talloc_zero_size(config, section->size) : config;
                const char *wrong;

                config->path = "f";
                wrong = config_set(config, values, option, option->preset);

                if (wrong)
                    fail_msg("%s %s", option->name, wrong);
            }
}

static void the_manual_names_every_option(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    config_print_options(out);
    fclose(out);
    for (const struct config_section *section = config_sections; section->name; section++)
        for (const struct config_option *option = section->options; option->name; option++)
            assert_non_null(strstr(text, option->name));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_smallest_configuration_is_good, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(an_empty_configuration_has_every_preset, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(every_option_reaches_its_field, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(whatever_is_wrong_is_named_with_its_line, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(all_problems_are_named_in_one_run_in_order_of_line, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(warnings_alone_leave_a_configuration, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(without_a_line_that_sends_it_is_said, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(lines_that_prove_no_sender_are_warned_of_unless_another_does,
                                        give_memory, take_memory),
        cmocka_unit_test_setup_teardown(a_limit_written_as_zero_is_a_decision_and_not_warned_of, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(a_configuration_without_a_modem_is_warned_of, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(a_secret_comes_from_the_environment_or_a_file_and_is_never_shown,
                                        give_memory, take_memory),
        cmocka_unit_test_setup_teardown(private_files_that_others_can_open_are_warned_of, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(a_secret_that_signs_has_sixteen_octets, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(relative_paths_count_from_the_folder_of_the_file, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_and_windows_line_ends_do_no_harm, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(zones_are_names_or_offsets, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(
            a_credential_is_what_the_service_manager_passes_or_the_file_it_takes_it_from, give_memory,
            take_memory),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_said_so, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(every_option_has_a_preset_that_is_good, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(the_manual_names_every_option, give_memory, take_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
