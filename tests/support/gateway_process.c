#include "tests/support/gateway_process.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/support.h"

void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

const char *gateway_program(void)
{
    const char *program = getenv("XIANGYIN");

    return program ? program : "build/xiangyin";
}

/* Of China; the operator is asked each week of December for the next one's free days, which no test waits
 * for. */
static int next_year(void)
{
    time_t there = time(NULL) + 8 * 3600;

    return gmtime(&there)->tm_year + 1901;
}

struct gateway_process *gateway_begin(const struct emulator_options *options, const char *extra)
{
    struct gateway_process *gateway = talloc_zero(NULL, struct gateway_process);
    struct emulator_options emulated = options ? *options : (struct emulator_options){ 0 };

    gateway->mem = gateway;
    gateway->folder = temporary_directory(gateway);
    gateway->config = talloc_asprintf(gateway, "%s/xiangyin.conf", gateway->folder);
    gateway->device = talloc_asprintf(gateway, "%s/modem", gateway->folder);
    gateway->log = talloc_asprintf(gateway, "%s/log", gateway->folder);
    gateway->url = talloc_asprintf(gateway, "%s/xiangyin.db", gateway->folder);
    gateway->sent = talloc_asprintf(gateway, "%s/sent", gateway->folder);
    FILE *config = fopen(gateway->config, "w");
    assert_non_null(config);
    fprintf(config,
            "timezone = \"Asia/Shanghai\"\nquiet_hours = \"off\"\nholidays = { \"%d-01-01\" }\n"
            "store { url = \"sqlite:xiangyin.db\" }\nmodem \"village\" {\n device = \"%s\"\n %s\n}\n",
            next_year(), gateway->device, extra);
    fclose(config);

    emulated.device = gateway->device;
    emulated.log = emulated.log ? emulated.log : gateway->sent;
    gateway->emulator = emulator_new(&emulated);
    if (!emulator_start(gateway->emulator))
        fail_msg("emulator: %s", emulator_error(gateway->emulator));
    gateway->client = emulator_connect(gateway, gateway->device, PATIENCE_MS);
    assert_non_null(gateway->client);
    return gateway;
}

static bool log_says(const struct gateway_process *gateway, long from, const char *words)
{
    char text[65536];
    FILE *log = fopen(gateway->log, "r");
    size_t n;

    if (!log)
        return false;
    fseek(log, from, SEEK_SET);
    n = fread(text, 1, sizeof text - 1, log);
    text[n] = '\0';
    fclose(log);
    return strstr(text, words) != NULL;
}

void gateway_spawn(struct gateway_process *gateway)
{
    gateway->pid = fork();
    if (gateway->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
        int log = open(gateway->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(log, STDERR_FILENO);
        dup2(log, STDOUT_FILENO);
        setenv("LC_MESSAGES", "C", 0); /* the log in English */
        execl(gateway_program(), "xiangyin", "run", "-c", gateway->config, (char *)NULL);
        _exit(127);
    }
}

void gateway_configure(struct gateway_process *gateway, const char *text)
{
    FILE *config = fopen(gateway->config, "a");

    assert_non_null(config);
    fputs(text, config);
    fclose(config);
}

void gateway_run(struct gateway_process *gateway)
{
    FILE *log = fopen(gateway->log, "a");
    long from = log && fseek(log, 0, SEEK_END) == 0 ? ftell(log) : 0;

    if (log)
        fclose(log);
    gateway_spawn(gateway);
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        if (log_says(gateway, from, "ready"))
            return;
        if (waitpid(gateway->pid, NULL, WNOHANG) == gateway->pid) {
            gateway->pid = 0;
            break;
        }
        sleep_ms(10);
    }
    show_log(gateway->log);
    fail_msg("the gateway did not get ready; see %s", gateway->log);
}

void gateway_kill(struct gateway_process *gateway)
{
    if (gateway->pid == 0)
        return;
    kill(gateway->pid, SIGKILL);
    waitpid(gateway->pid, NULL, 0);
    gateway->pid = 0;
}

int gateway_stop_within(struct gateway_process *gateway, int timeout_ms)
{
    int status;

    kill(gateway->pid, SIGTERM);
    for (int waited = 0; waited < timeout_ms; waited += 10) {
        if (waitpid(gateway->pid, &status, WNOHANG) == gateway->pid) {
            gateway->pid = 0;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        sleep_ms(10);
    }
    gateway_kill(gateway);
    return -1;
}

int gateway_stop(struct gateway_process *gateway)
{
    return gateway_stop_within(gateway, PATIENCE_MS);
}

void gateway_end(struct gateway_process *gateway)
{
    gateway_kill(gateway);
    emulator_free(gateway->emulator);
    talloc_free(gateway);
}

char *gateway_command(struct gateway_process *gateway, int *code, const char *arguments, ...)
{
    va_list list;
    char *text = talloc_strdup(gateway, ""), piece[4096];

    va_start(list, arguments);
    char *line = talloc_vasprintf(gateway, arguments, list);
    va_end(list);
    char *command =
        talloc_asprintf(gateway, "'%s' %s -c '%s' 2>&1", gateway_program(), line, gateway->config);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while (fgets(piece, sizeof piece, out))
        text = talloc_strdup_append(text, piece);
    int status = pclose(out);
    if (code)
        *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text;
}

long gateway_count(struct gateway_process *gateway, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    long count = -1;

    if (sqlite3_open_v2(gateway->url, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(database, 5000);
        if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK) {
            if (sqlite3_step(statement) == SQLITE_ROW)
                count = (long)sqlite3_column_int64(statement, 0);
            sqlite3_finalize(statement);
        }
    }
    sqlite3_close(database);
    return count;
}

bool gateway_wait(struct gateway_process *gateway, const char *sql, long wanted, int timeout_ms)
{
    for (int waited = 0; waited <= timeout_ms; waited += 20) {
        if (gateway_count(gateway, sql) >= wanted)
            return true;
        sleep_ms(20);
    }
    return false;
}

bool gateway_wait_stat(struct gateway_process *gateway, const char *name, long wanted, int timeout_ms)
{
    for (int waited = 0; waited <= timeout_ms; waited += 20) {
        if (emulator_stat(gateway->client, name) >= wanted)
            return true;
        sleep_ms(20);
    }
    return false;
}

void gateway_wait_down(struct gateway_process *gateway)
{
    assert_true(gateway_wait(
        gateway, "SELECT count(*) FROM settings WHERE name = 'line.village' AND value LIKE '%\"up\":false%'",
        1, PATIENCE_MS));
}

void gateway_tell(struct gateway_process *gateway, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *request = talloc_vasprintf(gateway, format, args);
    va_end(args);
    if (!emulator_request(gateway->client, request))
        fail_msg("%s: %s", request, emulator_client_error(gateway->client));
}
