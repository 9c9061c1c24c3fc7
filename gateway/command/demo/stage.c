#include "gateway/command/demo/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/command.h"
#include "templates/embedded.h"

enum {
    ARGUMENTS_MOST = 16,
    READY_MS = 15000,
    STOP_MS = 5000,
    STEP_MS = 20,
    PORT_FIRST = 9000,
    PORTS = 7000,
    PORT_TRIES = 50
};

#define FILES "gateway/demo/"
#define CONFIG "xiangyin.conf"

static void sleep_step(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = STEP_MS * 1000000L }, NULL);
}

static const char *path_in(const struct stage *stage, const char *name)
{
    return talloc_asprintf(stage, "%s/%s", stage->folder, name);
}

static bool write_file(const struct stage *stage, const char *name, const char *head, const char *data,
                       size_t size)
{
    FILE *out = fopen(path_in(stage, name), "we");

    if (!out)
        return false;
    bool is_written = fputs(head, out) >= 0 && fwrite(data, 1, size, out) == size;
    return fclose(out) == 0 && is_written;
}

/* A UDP port of this machine that nobody has, below those that the system gives out, and thus still free when
 * the gateway starts. */
static int free_port(void)
{
    bool is_free = false;
    int port = 0;

    for (int i = 0; i < PORT_TRIES && !is_free; i++) {
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        unsigned chosen = (unsigned)getpid();

        (void)!getrandom(&chosen, sizeof chosen, GRND_NONBLOCK);
        port = PORT_FIRST + (int)(chosen % PORTS);
        at.sin_port = htons((uint16_t)port);
        is_free = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
        close(fd);
    }
    return port;
}

/* Lines of configuration before the sample's. */
static const char *settings(const struct stage *stage, const struct stage_options *wish)
{
    return wish->has_calls ? talloc_asprintf(stage, "%svoice { listen = \"127.0.0.1:%d\" }\n", wish->settings,
                                             free_port())
                           : wish->settings;
}

/* Every file of the sample county that the program carries. */
static bool write_sample(const struct stage *stage, const struct stage_options *wish)
{
    for (const struct embedded_file *file = embedded_files; file->path; file++) {
        const char *name = file->path + strlen(FILES);
        if (strncmp(file->path, FILES, strlen(FILES)) == 0 &&
            !write_file(stage, name, strcmp(name, CONFIG) == 0 ? settings(stage, wish) : "", file->data,
                        file->size))
            return false;
    }
    return true;
}

/* The dialogue's own county instead of the sample's. */
static bool write_county(const struct stage *stage, const struct stage_options *wish)
{
    return write_file(stage, "units.csv", "code,name,level,parent,duty\n", wish->units,
                      strlen(wish->units)) &&
           write_file(stage, "aliases.csv", "alias,code\n", "", 0) &&
           write_file(stage, "people.csv", "phone,name,title,roles,unit,language\n", wish->people,
                      strlen(wish->people));
}

static bool write_files(const struct stage *stage, const struct stage_options *wish)
{
    return write_sample(stage, wish) && (!wish->units || write_county(stage, wish)) &&
           write_file(stage, "routes.csv", "place,topic,category,away,unit\n", wish->routes,
                      strlen(wish->routes));
}

/* Runs this program as a child; its output goes to a file of the stage, NULL: to our own output. */
static pid_t spawn(const struct stage *stage, const char *output, const char *const *arguments)
{
    const char *path = output ? path_in(stage, output) : NULL;

    fflush(NULL);
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* ends with us */
    if (path) {
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(none, STDIN_FILENO);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    execv("/proc/self/exe", (char *const *)arguments);
    _exit(127);
}

static bool file_says(const char *path, const char *word)
{
    char line[1024];
    bool is_said = false;
    FILE *file = fopen(path, "r");

    while (file && !is_said && fgets(line, sizeof line, file))
        is_said = strstr(line, word) != NULL;
    if (file)
        fclose(file);
    return is_said;
}

static bool wait_until(const struct stage *stage, pid_t pid, const char *output, const char *word)
{
    const char *path = path_in(stage, output);

    for (int waited = 0; waited < READY_MS && waitpid(pid, NULL, WNOHANG) == 0; waited += STEP_MS) {
        if (file_says(path, word))
            return true;
        sleep_step();
    }
    return false;
}

static void show_file(const char *path)
{
    char line[1024];
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof line, file))
        fputs(line, stderr);
    if (file)
        fclose(file);
}

static bool start(struct stage *stage, const char *output, const char *const *arguments, pid_t *pid)
{
    remove(path_in(stage, output)); /* left by an earlier run */
    *pid = spawn(stage, output, arguments);
    if (wait_until(stage, *pid, output, "ready"))
        return true;
    show_file(path_in(stage, output));
    return false;
}

static bool import(struct stage *stage, const struct stage_options *wish)
{
    return stage_command(stage, WORDS("import", "units", path_in(stage, "units.csv"), "--aliases",
                                      path_in(stage, "aliases.csv"))) == 0 &&
           stage_command(stage, WORDS("import", "people", path_in(stage, "people.csv"))) == 0 &&
           (*wish->routes == '\0' ||
            stage_command(stage, WORDS("import", "routes", path_in(stage, "routes.csv"))) == 0);
}

static bool set_clock(struct stage *stage, int64_t now)
{
    if (now == 0)
        return true;
    stage->clock = path_in(stage, "clock");
    return clock_set(stage->clock, now) && setenv("XIANGYIN_CLOCK", stage->clock, 1) == 0;
}

bool stage_start_gateway(struct stage *stage)
{
    return start(stage, "gateway.log", WORDS("xiangyin", "run", "-c", stage->config), &stage->gateway);
}

struct stage *stage_begin(void *mem, const struct stage_options *wish)
{
    struct stage *stage = talloc_zero(mem, struct stage);
    const char *parent = getenv("TMPDIR");
    char *folder = talloc_asprintf(stage, "%s/xiangyin-XXXXXX", parent && *parent ? parent : "/tmp");

    if (!mkdtemp(folder)) {
        command_failed("%s: %s", folder, strerror(errno));
        return NULL;
    }
    stage->folder = folder;
    stage->config = path_in(stage, CONFIG);
    stage->device = path_in(stage, "modem");
    stage->wire = path_in(stage, "wire.log");
    if (set_clock(stage, wish->now) && write_files(stage, wish) &&
        start(stage, "emulator.log", WORDS("xiangyin", "emulator", stage->device, "--log", stage->wire),
              &stage->emulator) &&
        import(stage, wish) && stage_start_gateway(stage))
        return stage;
    command_failed("the county could not be set up in %s", folder);
    stage_end(stage);
    return NULL;
}

int stage_command(struct stage *stage, const char *const *words)
{
    const char *arguments[ARGUMENTS_MOST] = { "xiangyin" };
    size_t n = 1;
    int status = 0;

    while (*words && n < ARGUMENTS_MOST - 3)
        arguments[n++] = *words++;
    arguments[n++] = "-c";
    arguments[n++] = stage->config;
    arguments[n] = NULL;
    pid_t pid = spawn(stage, NULL, arguments);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return EXIT_FAILURE;
    return WEXITSTATUS(status);
}

static void end_process(pid_t pid)
{
    if (pid <= 0 || waitpid(pid, NULL, WNOHANG) != 0)
        return;
    kill(pid, SIGTERM);
    for (int waited = 0; waited < STOP_MS; waited += STEP_MS) {
        if (waitpid(pid, NULL, WNOHANG) != 0)
            return;
        sleep_step();
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

bool stage_stop_gateway(struct stage *stage)
{
    end_process(stage->gateway);
    stage->gateway = 0;
    return true;
}

bool stage_gateway_died(struct stage *stage)
{
    if (stage->gateway <= 0 || waitpid(stage->gateway, NULL, WNOHANG) == 0)
        return false;
    stage->gateway = 0;
    show_file(path_in(stage, "gateway.log"));
    return true;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void stage_end(struct stage *stage)
{
    end_process(stage->gateway);
    end_process(stage->emulator);
    nftw(stage->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    talloc_free(stage);
}
