/*
 * The emulated modem and programs that were not written for it: gammu and smstools as they are installed,
 * what ModemManager's generic plug-in asks at its start, and a client in text mode.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "modem/emulator/client.h"
#include "modem/emulator/emulator.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { PATIENCE_MS = 60000, STEP_MS = 50 };

#define PHONE "+8613903570001"

struct world {
    struct emulator *emulator;
    struct emulator_client *network;
    const char *folder;
    char *device;
};

static struct world *begin(void)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->folder = temporary_directory(world);
    world->device = talloc_asprintf(world, "%s/modem", world->folder);
    world->emulator = emulator_new(&(struct emulator_options){ .device = world->device, .slots = 10 });
    if (!emulator_start(world->emulator))
        fail_msg("%s", emulator_error(world->emulator));
    world->network = emulator_connect(world, world->device, PATIENCE_MS);
    assert_non_null(world->network);
    assert_true(emulator_watch(world->network, NULL));
    return world;
}

static void end(struct world *world)
{
    emulator_free(world->emulator);
    talloc_free(world);
}

static void check_delivered(struct world *world, const char *text)
{
    struct emulator_delivery delivery;

    assert_true(emulator_next(world->network, world, PATIENCE_MS, &delivery));
    assert_string_equal(delivery.text, text);
}

/* ---- gammu ---- */

/* What gammu printed; the test fails unless it ended well. */
static const char *gammu(struct world *world, const char *arguments)
{
    char *command =
        talloc_asprintf(world, "LC_ALL=C.UTF-8 timeout 60 gammu -c '%s/gammurc' %s 2>&1 </dev/null",
                        world->folder, arguments);
    char *out = talloc_zero_size(world, 1 << 16);
    FILE *pipe = popen(command, "r");
    size_t n;

    assert_non_null(pipe);
    n = fread(out, 1, (1 << 16) - 1, pipe);
    out[n] = '\0';
    if (pclose(pipe) != 0)
        fail_msg("gammu %s: %s", arguments, out);
    return out;
}

static void check_says(const char *out, const char *words)
{
    if (strstr(out, words) == NULL)
        fail_msg("no %s in: %s", words, out);
}

static void gammu_identifies_reads_sends_and_deletes(void **state)
{
    struct world *world = begin();
    const char *out;

    (void)state;
    write_file(world, world->folder, "gammurc",
               talloc_asprintf(world, "[gammu]\ndevice = %s\nconnection = at115200\n", world->device));
    out = gammu(world, "identify");
    check_says(out, "Xiangyin");
    check_says(out, "860000000000000");
    check_says(gammu(world, "getsmsc"), "+8613800357500");
    check_says(gammu(world, "networkinfo"), "CHINA MOBILE");
    check_says(gammu(world, "getdatetime"), "Phone time");
    check_says(gammu(world, "getmemory SM 1 2"), "Empty entry");
    assert_true(emulator_text(world->network, PHONE, "东陈村停水三天了"));
    assert_true(emulator_text(world->network, PHONE, "no water"));
    out = gammu(world, "getallsms");
    check_says(out, "东陈村停水三天了");
    check_says(out, "no water");
    check_says(out, PHONE);
    gammu(world, "sendsms TEXT 13903570001 -text 'hello'");
    check_delivered(world, "hello");
    gammu(world, "sendsms TEXT 13903570001 -unicode -text 来水了");
    check_delivered(world, "来水了");
    gammu(world, "savesms TEXT -folder 2 -sender 13903570002 -text kept");
    check_says(gammu(world, "getallsms"), "kept");
    gammu(world, "deleteallsms 1");
    assert_null(strstr(gammu(world, "getallsms"), "no water"));
    end(world);
}

/* ---- smstools ---- */

static const char *make_folder(struct world *world, const char *name)
{
    char *path = talloc_asprintf(world, "%s/%s", world->folder, name);

    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static pid_t spawn_smsd(struct world *world)
{
    const char *config = talloc_asprintf(world, "%s/smsd.conf", world->folder);
    pid_t pid = fork();

    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        dup2(nowhere, 0);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        setpgid(0, 0);
        execlp("smsd", "smsd", "-c", config, "-t", (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

/* Whether a file of the folder holds the words; waits for it. */
static bool comes_to_hold(struct world *world, const char *folder, const char *words)
{
    char *command = talloc_asprintf(world, "grep -rqF '%s' '%s'", words, folder);

    for (int ms = 0; ms < PATIENCE_MS; ms += STEP_MS) {
        if (system(command) == 0)
            return true;
        poll(NULL, 0, STEP_MS);
    }
    return false;
}

static void smstools_sends_receives_and_takes_the_report(void **state)
{
    struct world *world = begin();
    const char *outgoing = make_folder(world, "outgoing"), *incoming = make_folder(world, "incoming");
    const char *folder = world->folder;
    pid_t pid;

    (void)state;
    make_folder(world, "checked");
    make_folder(world, "failed");
    make_folder(world, "sent");
    write_file(
        world, folder, "smsd.conf",
        talloc_asprintf(world,
                        "devices = M\noutgoing = %s/outgoing\nchecked = %s/checked\nincoming = %s/incoming\n"
                        "failed = %s/failed\nsent = %s/sent\nlogfile = %s/smsd.log\ninfofile = %s/running\n"
                        "pidfile = %s/pid\ndelaytime = 1\n\n"
                        "[M]\ndevice = %s\nincoming = yes\nreport = yes\nbaudrate = 115200\n",
                        folder, folder, folder, folder, folder, folder, folder, folder, world->device));
    write_file(world, outgoing, "text", "To: 8613903570001\n\nhello from smstools\n");
    assert_true(emulator_text(world->network, PHONE, "no water for three days"));
    pid = spawn_smsd(world);
    check_delivered(world, "hello from smstools");
    assert_true(comes_to_hold(world, incoming, "no water for three days"));
    assert_true(comes_to_hold(world, incoming, "SMS STATUS REPORT"));
    kill(-pid, SIGTERM);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    end(world);
}

/* ---- by hand ---- */

struct line {
    int fd;
    char heard[1 << 14];
};

static void open_line(struct line *line, const char *device)
{
    line->fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(line->fd >= 0);
}

/* Says something and hears until a final result or a prompt; the test fails when none comes. */
static const char *ask(struct line *line, const char *said)
{
    size_t n = 0;

    assert_int_equal(write(line->fd, said, strlen(said)), strlen(said));
    for (;;) {
        struct pollfd readable = { .fd = line->fd, .events = POLLIN };
        ssize_t got;

        if (poll(&readable, 1, PATIENCE_MS) <= 0)
            fail_msg("%s: no answer, only %s", said, line->heard);
        got = read(line->fd, line->heard + n, sizeof line->heard - 1 - n);
        if (got > 0)
            n += (size_t)got;
        line->heard[n] = '\0';
        if (strstr(line->heard, "\r\nOK\r\n") || strstr(line->heard, "ERROR") ||
            strstr(line->heard, "\r\n> "))
            return line->heard;
    }
}

/* What the generic plug-in of ModemManager 1.20 asks from the first AT to a modem that is enabled. */
static void what_modemmanager_asks_at_its_start_is_answered(void **state)
{
    static const struct {
        const char *command, *answer;
    } asked[] = {
        { "AT", "OK" },
        { "ATZ", "OK" },
        { "ATE0", "OK" },
        { "ATV1", "OK" },
        { "AT+CMEE=1", "OK" },
        { "ATX4", "OK" },
        { "AT&C1", "OK" },
        { "AT+GCAP", "+GCAP: +CGSM" },
        { "ATI", "Manufacturer: Xiangyin" },
        { "ATI1", "OK" },
        { "AT+CGMI", "Xiangyin" },
        { "AT+CGMM", "Emulator" },
        { "AT+CGMR", "1.0" },
        { "AT+CGSN", "860000000000000" },
        { "AT+CPIN?", "+CPIN: READY" },
        { "AT+CLCK=?", "+CLCK: (\"SC\")" },
        { "AT+CLCK=\"SC\",2", "+CLCK: 0" },
        { "AT+CFUN?", "+CFUN: 1" },
        { "AT+CFUN=1", "OK" },
        { "AT+IFC=?", "+IFC:" },
        { "AT+WS46=?", "+WS46:" },
        { "AT+CSCS=?", "\"UCS2\"" },
        { "AT+CSCS=\"UCS2\"", "OK" },
        { "AT+CSCS?", "+CSCS: \"UCS2\"" },
        { "AT+CIMI", "460000000000000" },
        { "AT+CRSM=176,12258,0,0,10", "+CRSM: 106,130" },
        { "AT+CNUM", "OK" },
        { "AT+CREG=2", "OK" },
        { "AT+CREG?", "+CREG: 2,1,\"1A2B\",\"00C3\",7" },
        { "AT+CGREG=2", "OK" },
        { "AT+CGREG?", "+CGREG: 2,1,\"1A2B\",\"00C3\",7" },
        { "AT+CEREG=2", "OK" },
        { "AT+COPS=3,2;+COPS?", "+COPS: 0,2,\"46000\",7" },
        { "AT+COPS=3,0;+COPS?", "+COPS: 0,0,\"CHINA MOBILE\",7" },
        { "AT+CSQ", "+CSQ: 23,99" },
        { "AT+CIND=?", "\"signal\"" },
        { "AT+CIND?", "+CIND: 4" },
        { "AT+CMER=3,0,0,1", "OK" },
        { "AT+CGATT?", "+CGATT: 1" },
        { "AT+CGDCONT=?", "+CGDCONT:" },
        { "AT+CGDCONT?", "OK" },
        { "AT+CGACT?", "OK" },
        { "AT+CNMI=?", "+CNMI:" },
        { "AT+CMGF=?", "+CMGF: (0,1)" },
        { "AT+CMGF=0", "OK" },
        { "AT+CSMS?", "+CSMS:" },
        { "AT+CPMS=?", "+CPMS: (\"SM\")" },
        { "AT+CPMS?", "+CPMS: \"SM\"" },
        { "AT+CPMS=\"SM\",\"SM\",\"SM\"", "+CPMS:" },
        { "AT+CNMI=2,1,2,1,0", "OK" },
        { "AT+CMGL=4", "OK" },
        { "AT+CUSD=1", "OK" },
        { "AT+CLIP=1", "OK" },
        { "AT+CCWA=1", "OK" },
        { "AT+CRC=1", "OK" },
        { "AT+CCLK?", "+CCLK: \"" },
        { "AT+CTZU=1", "OK" },
        { "AT+CPAS", "+CPAS: 0" },
        { "AT*CNTI=0", "ERROR" }, /* of Option's modems only */
    };
    struct world *world = begin();
    struct line line = { 0 };

    (void)state;
    open_line(&line, world->device);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *heard = ask(&line, talloc_asprintf(world, "%s\r", asked[i].command));

        if (strstr(heard, asked[i].answer) == NULL)
            fail_msg("%s: no %s in %s", asked[i].command, asked[i].answer, heard);
    }
    close(line.fd);
    end(world);
}

static void a_client_in_text_mode_reads_and_sends(void **state)
{
    struct world *world = begin();
    struct line line = { 0 };
    const char *heard;

    (void)state;
    assert_true(emulator_text(world->network, PHONE, "no water"));
    open_line(&line, world->device);
    ask(&line, "ATE0\r");
    ask(&line, "AT+CMGF=1\r");
    heard = ask(&line, "AT+CMGL=\"ALL\"\r");
    check_says(heard, "+CMGL: 1,\"REC UNREAD\",\"" PHONE "\",,\"");
    check_says(heard, "\r\nno water\r\n");
    check_says(ask(&line, "AT+CMGR=1\r"), "+CMGR: \"REC READ\",\"" PHONE "\",,\"");
    check_says(ask(&line, "AT+CMGS=\"" PHONE "\"\r"), "\r\n> ");
    check_says(ask(&line, "it is back\x1a"), "+CMGS: 0");
    check_delivered(world, "it is back");
    check_says(ask(&line, "AT+CMGW=\"" PHONE "\"\r"), "\r\n> ");
    check_says(ask(&line, "for later\x1a"), "+CMGW: 2");
    check_says(ask(&line, "AT+CMSS=2\r"), "+CMSS: 1");
    check_delivered(world, "for later");
    close(line.fd);
    end(world);
}

/* 27.005 3.1: numbers, and texts that are not in GSM 7-bit, as hex of UCS-2. */
static void a_client_in_ucs2_reads_and_sends_chinese(void **state)
{
    struct world *world = begin();
    struct line line = { 0 };
    const char *heard;

    (void)state;
    assert_true(emulator_text(world->network, PHONE, "停水"));
    open_line(&line, world->device);
    ask(&line, "ATE0\r");
    ask(&line, "AT+CMGF=1;+CSCS=\"UCS2\"\r");
    heard = ask(&line, "AT+CMGR=1\r");
    check_says(heard, "\"002B0038003600310033003900300033003500370030003000300031\"");
    check_says(heard, "\r\n505C6C34\r\n");
    ask(&line, "AT+CSMP=49,167,0,8\r");
    ask(&line, "AT+CMGS=\"002B0038003600310033003900300033003500370030003000300031\"\r");
    check_says(ask(&line, "67656C344E86\x1a"), "+CMGS: 0");
    check_delivered(world, "来水了");
    close(line.fd);
    end(world);
}

static bool is_installed(const char *program)
{
    char command[64];

    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    if (system(command) == 0)
        return true;
    printf("# left out: %s is not installed\n", program);
    return false;
}

int main(void)
{
    struct CMUnitTest tests[5] = {
        cmocka_unit_test(what_modemmanager_asks_at_its_start_is_answered),
        cmocka_unit_test(a_client_in_text_mode_reads_and_sends),
        cmocka_unit_test(a_client_in_ucs2_reads_and_sends_chinese),
    };
    size_t n = 3;

    if (is_installed("gammu"))
        tests[n++] = (struct CMUnitTest)cmocka_unit_test(gammu_identifies_reads_sends_and_deletes);
    if (is_installed("smsd"))
        tests[n++] = (struct CMUnitTest)cmocka_unit_test(smstools_sends_receives_and_takes_the_report);
    return _cmocka_run_group_tests("emulator clients", tests, n, NULL, NULL);
}
