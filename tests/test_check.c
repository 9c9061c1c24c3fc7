#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/support/program.h"
#include "tests/support/support.h"

/* What check says of how long words are kept when the configuration does not. */
#define KEPT                                                                                           \
    "all words are kept for ever; retention { texts = \"5 years\" } would remove those of old cases\n" \
    "phone numbers of reporters are kept until xiangyin erase, figures for ever\n"

#define CONFIGURATION                                                                                  \
    "county = \"浮山县\"\nsignature = \"【浮山亮晒评】\"\nstore { url = \"sqlite:x.db\" }\n" \
    "modem \"a\" { device = \"/dev/null\" per_minute = 5 }\n"

static const char units[] =
    "code,name,level,parent,duty\n141027,浮山县,county,,\n141027103,北王镇,township,141027,\n"
    "BM,便民服务中心,office,141027,livelihood\nJW,县纪委,department,141027,discipline\n";

static int make_folder(void **state)
{
    *state = (void *)temporary_directory(NULL);
    write_file(*state, *state, "xiangyin.conf", CONFIGURATION);
    return 0;
}

static int end_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

#define IN(state, ...) RUN(*(state), *(state), NULL, __VA_ARGS__)

static void import(void **state, const char *what, const char *text)
{
    write_file(*state, *state, "f.csv", text);
    assert_int_equal(IN(state, "import", what, "f.csv").status, 0);
}

static void assert_warned(void **state, const char *warnings)
{
    struct outcome outcome = IN(state, "check");

    assert_string_equal(outcome.err, warnings);
    assert_string_equal(outcome.out, "xiangyin.conf: good\n" KEPT);
    assert_int_equal(outcome.status, 0);
}

static void who_would_not_be_heard_by_anybody_is_warned_of(void **state)
{
    assert_warned(state, ""); /* no store yet */
    import(state, "units", units);
    assert_warned(state, "warning: nobody is registered, so nobody would hear of a case: import people\n");
    import(state, "people", "phone,name,roles,unit\n13800000001,甲,cadre,141027103\n");
    assert_warned(state,
                  "warning: units where nobody is registered, so that their cases go one level up (2): "
                  "便民服务中心、县纪委\n"
                  "warning: nobody hears of cases that accuse an official: register people in a unit "
                  "with the duty discipline, or a supervisor\n"
                  "warning: no leader is registered: nobody hears of what is late\n");
    import(state, "people",
           "phone,name,roles,unit\n13800000002,乙,cadre,BM\n13800000003,丙,leader,141027\n"
           "13800000004,丁,cadre,JW\n");
    assert_warned(state, "");
}

static void an_overseer_who_is_not_registered_is_warned_of(void **state)
{
    write_file(*state, *state, "xiangyin.conf", "overseer = \"+8613800000005\"\n" CONFIGURATION);
    import(state, "units", units);
    import(state, "people",
           "phone,name,roles,unit\n13800000001,甲,cadre,141027103\n13800000002,乙,cadre,BM\n"
           "13800000003,丙,leader,141027\n13800000004,丁,cadre,JW\n");
    assert_warned(
        state, "warning: the overseer is not registered, and hears of nothing: import people, with a role\n");
    import(state, "people", "phone,name,roles,unit\n13800000005,戊,leader,141027\n");
    assert_warned(state, "");
}

static void what_can_hardly_be_meant_is_warned_of(void **state)
{
    write_file(*state, *state, "xiangyin.conf",
               "county = “浮山县”\nsignature = \"浮山县委县政府亮晒评办公室\"\n"
               "store { url = \"sqlite:x.db\" }\nmodem \"a\" { device = \"/dev/nothing\" per_minute = 5 }\n");
    assert_warned(
        state,
        "xiangyin.conf: warning: county: “浮山县” holds a quotation mark; write \"...\" around it\n"
        "xiangyin.conf: warning: signature: 浮山县委县政府亮晒评办公室 is not in brackets like "
        "【浮山亮晒评】, which carriers ask for\n"
        "xiangyin.conf: warning: signature: 13 characters are so many that most texts take two messages (70 "
        "characters are one)\n"
        "warning: modem \"a\": /dev/nothing is not plugged in, or has another name now\n");
}

static void set_voice(void **state, const char *voice)
{
    write_file(*state, *state, "xiangyin.conf",
               talloc_asprintf(*state, "%svoice { %s }\n", CONFIGURATION, voice));
}

/* What run would refuse, check refuses, and it says what callers would not hear. */
static void a_voice_line_that_would_not_start_or_not_speak_is_named(void **state)
{
    static const struct {
        const char *voice, *words;
    } refused[] = {
        { "listen = \"127.0.0.1:5060\" peers = \"0.0.0.0/0\"", "voice: peers: 0.0.0.0/0 is neither" },
        { "listen = \"127.0.0.1:5060\" peers = \"fd00::1\"", "voice: peers: fd00::1 is neither" },
        { "listen = \"localhost:5060\" peers = \"10.0.0.1\"",
          "voice: listen = \"localhost:5060\" needs an IPv4 address" },
        { "listen = \"0.0.0.0:5060\"", "peers must name who may call" },
        { "listen = \"127.0.0.1:5060\" prompts = \"nowhere\"", "prompts \"nowhere\" cannot be read" },
    };
    const char *folder = *state;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        set_voice(state, refused[i].voice);
        struct outcome outcome = IN(state, "check");

        assert_int_equal(outcome.status, 2);
        if (!strstr(outcome.err, refused[i].words))
            fail_msg("%s: %s", refused[i].voice, outcome.err);
    }
    assert_int_equal(mkdir(talloc_asprintf(*state, "%s/own", folder), 0700), 0);
    assert_int_equal(mkdir(talloc_asprintf(*state, "%s/own/voice", folder), 0700), 0);
    assert_int_equal(mkdir(talloc_asprintf(*state, "%s/own/voice/zh", folder), 0700), 0);
    write_file(*state, talloc_asprintf(*state, "%s/own/voice/zh", folder), "greeting.txt", "您好。\n");
    write_file(*state, *state, "xiangyin.conf",
               "templates = \"own\"\n" CONFIGURATION
               "voice { listen = \"127.0.0.1:5060\" synthesizer = \"no-such-program\" }\n");
    assert_warned(state,
                  "warning: voice: prompts without sound: 1; no-such-program, which would render them, "
                  "is not installed\n");
}

/* Root may read the key, the owner of the store's folder may not. */
static void what_the_gateways_own_user_cannot_use_is_warned_of(void **state)
{
    enum { NOBODY = 65534 };
    const char *said;

    write_file(*state, *state, "cert.pem", "");
    write_file(*state, *state, "key.pem", "");
    write_file(*state, *state, "xiangyin.conf",
               CONFIGURATION
               "http { listen = \"127.0.0.1:0\" certificate = \"cert.pem\" key = \"key.pem\" }\n");
    chmod(talloc_asprintf(*state, "%s/key.pem", (char *)*state), 0600);
    chmod(talloc_asprintf(*state, "%s/cert.pem", (char *)*state), 0644);
    if (chown(*state, NOBODY, NOBODY) != 0) {
        print_message("not root: nobody else was asked\n");
        return;
    }
    said = IN(state, "check", "-c", "xiangyin.conf").err;
    assert_non_null(strstr(said, "key.pem cannot be used by the gateway's own user: Permission denied"));
    assert_null(strstr(said, "cert.pem cannot"));
    assert_int_equal(chown(talloc_asprintf(*state, "%s/key.pem", (char *)*state), NOBODY, NOBODY), 0);
    assert_null(strstr(IN(state, "check", "-c", "xiangyin.conf").err, "own user"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_would_not_be_heard_by_anybody_is_warned_of, make_folder,
                                        end_folder),
        cmocka_unit_test_setup_teardown(an_overseer_who_is_not_registered_is_warned_of, make_folder,
                                        end_folder),
        cmocka_unit_test_setup_teardown(what_can_hardly_be_meant_is_warned_of, make_folder, end_folder),
        cmocka_unit_test_setup_teardown(a_voice_line_that_would_not_start_or_not_speak_is_named, make_folder,
                                        end_folder),
        cmocka_unit_test_setup_teardown(what_the_gateways_own_user_cannot_use_is_warned_of, make_folder,
                                        end_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
