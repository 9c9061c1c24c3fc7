/*
 * `xiangyin setup` from nothing to the first answered text, on an emulated modem.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/command/setup/divisions.h"
#include "gateway/command/setup/setup_line.h"
#include "gateway/config.h"
#include "tests/support/gateway_process.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

#define CADRE "+8613900000010"

static void put_file(const char *folder, const char *name, const char *text)
{
    char *path = talloc_asprintf(NULL, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    talloc_free(path);
}

static const char *read_file(void *mem, const char *folder, const char *name)
{
    char *text = talloc_zero_size(mem, 65536);
    FILE *file = fopen(talloc_asprintf(mem, "%s/%s", folder, name), "r");

    assert_non_null(file);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

static const char *national_table(void *mem)
{
    const char *folder = temporary_directory(mem);

    put_file(
        folder, "counties.tsv",
        "11\t北京市\n1101\t市辖区\n110105\t朝阳区\n14\t山西省\n1410\t临汾市\n141027\t浮山县\n141029\t乡宁县\n"
        "22\t吉林省\n2201\t长春市\n220104\t朝阳区\n");
    put_file(folder, "townships.tsv",
             "110105001\t建外街道\n141027100\t天坛镇\n141027101\t响水河镇\n141029100\t昌宁镇\n");
    assert_int_equal(mkdir(talloc_asprintf(mem, "%s/villages", folder), 0700), 0);
    put_file(folder, "villages/14.tsv",
             "141027100208\t十里垣村委会\n141027101201\t东陈村委会\n141029100201\t东街村委会\n");
    return folder;
}

/* ---- the national table ---- */

/* "CODE PATH" of each, separated by commas. */
static const char *found(void *mem, const char *folder, const char *text)
{
    struct county *list;
    size_t n;
    char *all = talloc_strdup(mem, "");

    assert_true(divisions_find(mem, folder, text, &list, &n));
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s%s %s", i ? ", " : "", list[i].code, list[i].path);
    return all;
}

static void a_county_is_found_by_what_people_call_it(void **state)
{
    static const char fushan[] = "141027 山西省临汾市浮山县";
    const char *folder = national_table(*state);

    assert_string_equal(found(*state, folder, "浮山县"), fushan);
    assert_string_equal(found(*state, folder, "浮山"), fushan);
    assert_string_equal(found(*state, folder, "141027"), fushan);
    assert_string_equal(found(*state, folder, "临汾市浮山县"), fushan);
    assert_string_equal(found(*state, folder, "山西省临汾市浮山县"), fushan);
    assert_string_equal(found(*state, folder, "朝阳区"),
                        "110105 北京市市辖区朝阳区, 220104 吉林省长春市朝阳区");
    assert_string_equal(found(*state, folder, "长春市朝阳区"), "220104 吉林省长春市朝阳区");
    assert_string_equal(found(*state, folder, "山县"), "");
    assert_string_equal(found(*state, folder, "临汾市"), "");
    assert_string_equal(found(*state, folder, "1410"), "");
    assert_string_equal(found(*state, folder, ""), "");
}

static void a_countys_units_are_its_own_alone(void **state)
{
    const struct county county = { "141027", "浮山县", "" };
    const char *folder = national_table(*state);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_int_equal(divisions_write(folder, &county, out), 2);
    fclose(out);
    assert_string_equal(text,
                        "code,name,level,parent,duty\n141027,\"浮山县\",county,,\n"
                        "141027100,\"天坛镇\",township,141027,\n141027101,\"响水河镇\",township,141027,\n"
                        "141027100208,\"十里垣村委会\",village,141027100,\n"
                        "141027101201,\"东陈村委会\",village,141027101,\n");
    free(text);
}

/* ---- a provider ---- */

static void a_providers_section_is_good_and_its_secret_stands_elsewhere(void **state)
{
    static const char *const kinds[] = { "twilio", "vonage", "africastalking" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *folder = temporary_directory(*state);
        const char *path = talloc_asprintf(*state, "%s/new.conf", folder), *section, *secret;
        struct config_problem *problems;
        struct stat status;
        size_t n;

        put_file(folder, "answers",
                 talloc_asprintf(*state,
                                 "line = provider\nkind = %s\naccount = AC1\nsecret = s3cret-0123456789-%zu\n"
                                 "from = +15005550006\n",
                                 kinds[i], i));
        section = setup_line(*state,
                             answers_open(*state, talloc_asprintf(*state, "%s/answers", folder),
                                          "line kind account secret from"),
                             path);
        assert_non_null(section);
        assert_null(strstr(section, "s3cret"));
        if (!config_read_text(*state, path, section, strlen(section), &problems, &n))
            fail_msg("%s", problems[0].text);
        secret = talloc_asprintf(*state, "credentials/%s", kinds[i]);
        assert_string_equal(read_file(*state, folder, secret),
                            talloc_asprintf(*state, "s3cret-0123456789-%zu", i));
        assert_int_equal(stat(talloc_asprintf(*state, "%s/%s", folder, secret), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
}

/* Setup is called again with another secret: what then stands in the file. more: further lines of answers. */
static const char *secret_after(void *mem, const char *folder, const char *secret, const char *more)
{
    const char *answers = talloc_asprintf(mem, "%s/answers", folder);

    put_file(folder, "answers",
             talloc_asprintf(mem,
                             "line = provider\nkind = twilio\naccount = AC1\nsecret = %s\n"
                             "from = +15005550006\n%s",
                             secret, more));
    assert_non_null(setup_line(mem, answers_open(mem, answers, "line kind account secret replace from"),
                               talloc_asprintf(mem, "%s/new.conf", folder)));
    return read_file(mem, folder, "credentials/twilio");
}

static void an_older_secret_is_replaced_only_where_the_answer_is_yes(void **state)
{
    const char *folder = temporary_directory(*state);

    assert_string_equal(secret_after(*state, folder, "first-0123456789ab", ""), "first-0123456789ab");
    assert_string_equal(secret_after(*state, folder, "firstly-0123456789ab", ""), "first-0123456789ab");
    assert_string_equal(secret_after(*state, folder, "second-0123456789ab", "replace = no\n"),
                        "first-0123456789ab");
    assert_string_equal(secret_after(*state, folder, "second-0123456789ab", "replace = yes\n"),
                        "second-0123456789ab");
}

/* ---- the whole ---- */

/* Starts setup on the emulated modem of gateway_begin, with the answers; the output goes to the file "said".
 */
static pid_t begin_setup(struct gateway_process *gateway, const char *answers, const char *divisions)
{
    const char *path = talloc_asprintf(gateway, "%s/new.conf", gateway->folder);
    pid_t pid;

    put_file(gateway->folder, "answers", answers);
    pid = fork();
    if (pid == 0) {
        char *said = talloc_asprintf(gateway, "%s/said", gateway->folder);

        prctl(PR_SET_PDEATHSIG, SIGKILL); /* or it goes on with a device that is another test's by then */
        setenv("LC_ALL", "C", 1);
        if (!freopen(said, "a", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
            _exit(126);
        execl(gateway_program(), "xiangyin", "setup", "-c", path, "--answers",
              talloc_asprintf(gateway, "%s/answers", gateway->folder), "--divisions", divisions, "--wait",
              "60", (char *)NULL);
        _exit(127);
    }
    return pid;
}

static int end_setup(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void answer_first_text(struct gateway_process *gateway, const char *words)
{
    struct emulator_delivery delivery;

    do /* in December, the operator may be asked for the next year's free days first */
        assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    while (strstr(delivery.text, "放假安排"));
    assert_non_null(strstr(delivery.text, "第一条短信"));
    assert_true(emulator_text(gateway->client, CADRE, words));
}

static void five_answers_lead_to_the_first_answered_text(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *table = national_table(gateway), *answers, *config, *said;
    pid_t pid;

    answers =
        talloc_asprintf(gateway, "# five\ncounty = 浮山\nline = %s\ncadre = 13900000010 甲例一\npage = no\n",
                        gateway->device);
    assert_true(emulator_watch(gateway->client, CADRE));
    pid = begin_setup(gateway, answers, table);
    answer_first_text(gateway, "收到");
    assert_int_equal(end_setup(pid), 0);
    config = read_file(gateway, gateway->folder, "new.conf");
    assert_non_null(
        strstr(config, "county = \"浮山县\"\nsignature = \"【浮山县】\"\noperator = \"" CADRE "\"\n"));
    assert_non_null(strstr(config, "per_day = 1000"));
    assert_null(strstr(config, "http"));
    assert_non_null(strstr(config, "\nbackup { folder = \"copies\" }\n"));
    said = read_file(gateway, gateway->folder, "said");
    assert_non_null(strstr(said, "answered: 收到"));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM units"), 6);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM people WHERE phone = '" CADRE
                                            "' AND roles = 9 /* cadre, operator */"),
                     1);

    /* again: nothing is overwritten, and the text goes out once more */
    pid = begin_setup(gateway, "county = 乡宁县\n", table);
    answer_first_text(gateway, "又收到");
    assert_int_equal(end_setup(pid), 0);
    assert_string_equal(read_file(gateway, gateway->folder, "new.conf"), config);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM units"), 6);
    gateway_end(gateway);
}

static void answers_that_do_not_do_leave_nothing_behind(void **state)
{
    static const struct {
        const char *answers, *said;
    } rows[] = {
        { "county = 朝阳区\n", "there are several" },
        { "county = 山县\n", "there is no county 山县" },
        { "", "no answer for: county" },
        { "country = 浮山县\n", "answers:1: expected KEY = ANSWER" },
        { "county = 浮山县\nline = /dev/null\n", "/dev/null is not a modem" },
        { "county = 浮山县\nline = provider\nkind = twilio\n", "no answer for: account" },
        { "county = 浮山县\nline = provider\nkind = pigeon\naccount = a\nsecret = b\nfrom = c\n",
          "pigeon is none of these" },
        { "county = 浮山县\nline = provider\nkind = twilio\naccount = a\nsecret = b\nfrom = c\n",
          "must have at least 16 octets" },
    };
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *table = national_table(gateway);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(end_setup(begin_setup(gateway, rows[i].answers, table)), 1);
        if (!strstr(read_file(gateway, gateway->folder, "said"), rows[i].said))
            fail_msg("%s", rows[i].said);
    }
    assert_int_not_equal(access(talloc_asprintf(gateway, "%s/new.conf", gateway->folder), F_OK), 0);
    assert_int_not_equal(access(talloc_asprintf(gateway, "%s/credentials/twilio", gateway->folder), F_OK), 0);
    gateway_end(gateway);
}

/* The county's own CSV lacks, so that setup ends after it has written the configuration, before anything
 * listens. */
static void the_page_is_on_and_copies_elsewhere_are_encrypted_to_a_key_shown_once(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *answers =
        talloc_asprintf(gateway,
                        "county = 浮山县\nunits = /none.csv\nline = %s\ncadre = 13900000010\n"
                        "page = yes\nbackup = /mnt/disk\n",
                        gateway->device);
    const char *config, *said;

    if (system("command -v age-keygen >/dev/null") != 0) {
        print_message("age is not installed: no key was made\n");
        gateway_end(gateway);
        return;
    }
    assert_int_equal(end_setup(begin_setup(gateway, answers, "/none")), 1);
    config = read_file(gateway, gateway->folder, "new.conf");
    said = read_file(gateway, gateway->folder, "said");
    assert_non_null(strstr(config, "\nhttp { listen = \"127.0.0.1:8080\" }\npage { }\n"));
    assert_non_null(strstr(config, "\nbackup { folder = \"/mnt/disk\" recipient = \"age1"));
    assert_non_null(strstr(said, "\nAGE-SECRET-KEY-1"));
    assert_null(strstr(config, "AGE-SECRET-KEY"));

    said = RUN(gateway, gateway->folder, NULL, "setup", "-c", "new.conf", "--backup", "/mnt/other").out;
    assert_non_null(strstr(said, "\nAGE-SECRET-KEY-1"));
    assert_non_null(strstr(said, "\nbackup { folder = \"/mnt/other\" recipient = \"age1"));
    assert_string_equal(read_file(gateway, gateway->folder, "new.conf"), config);
    gateway_end(gateway);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_county_is_found_by_what_people_call_it, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(a_countys_units_are_its_own_alone, give_memory, take_memory),
        cmocka_unit_test_setup_teardown(an_older_secret_is_replaced_only_where_the_answer_is_yes, give_memory,
                                        take_memory),
        cmocka_unit_test_setup_teardown(a_providers_section_is_good_and_its_secret_stands_elsewhere,
                                        give_memory, take_memory),
        cmocka_unit_test(five_answers_lead_to_the_first_answered_text),
        cmocka_unit_test(answers_that_do_not_do_leave_nothing_behind),
        cmocka_unit_test(the_page_is_on_and_copies_elsewhere_are_encrypted_to_a_key_shown_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
