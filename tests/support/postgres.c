#include "tests/support/postgres.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "tests/support/support.h"

#define BINARIES "/usr/lib/postgresql/15/bin/"
#define PATIENCE 3000 /* times 20 ms */

bool postgres_is_there(void)
{
    if (access(BINARIES "initdb", X_OK) == 0 && (geteuid() != 0 || getpwnam("postgres")))
        return true;
    printf("# left out: PostgreSQL 15\n");
    fflush(stdout);
    return false;
}

/* The server refuses to run as root. */
static void become_another(void)
{
    struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;

    if (user && (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(127);
}

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        _exit(127);
    close(fd);
}

/* Mounts a file system of 4 MB that this process and its children alone see. False: we may not. */
static bool mount_small(const char *at)
{
    unsigned user = geteuid(), group = getegid();
    struct passwd *owner = user == 0 ? getpwnam("postgres") : NULL;
    const char *options = talloc_asprintf(NULL, "size=4m,mode=700,uid=%u", owner ? owner->pw_uid : user);

    if (user != 0 && unshare(CLONE_NEWUSER) == 0) {
        write_to("/proc/self/setgroups", "deny");
        write_to("/proc/self/uid_map", talloc_asprintf(NULL, "%u %u 1", user, user));
        write_to("/proc/self/gid_map", talloc_asprintf(NULL, "%u %u 1", group, group));
    }
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", at, "tmpfs", 0, options) == 0;
}

static bool can_mount(const char *at)
{
    pid_t pid = fork();
    int status = 1;

    if (pid == 0)
        _exit(!mount_small(at));
    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Its output goes to FOLDER/log. It ends with us. */
static pid_t spawn(const struct postgres *server, const char *const *arguments)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0) {
        const char *log = talloc_asprintf(NULL, "%s/log", server->folder);
        int fd = open(log, O_CREAT | O_APPEND | O_WRONLY, 0666);

        if (server->small && !mount_small(server->small))
            _exit(127);
        become_another();
        prctl(PR_SET_PDEATHSIG, SIGQUIT);
        if (fd < 0 || getppid() != parent || chdir(server->folder) != 0)
            _exit(127);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        execv(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

static void run(const struct postgres *server, const char *const *arguments)
{
    int status;
    pid_t pid = spawn(server, arguments);

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define RUN_IN(server, ...) run(server, (const char *const[]){ __VA_ARGS__, NULL })

static void configure(const char *folder, const char *text)
{
    const char *path = talloc_asprintf(folder, "%s/data/postgresql.auto.conf", folder);
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static PGconn *connect_to(const struct postgres *server)
{
    return PQconnectdb(strchr(server->url, ':') + 1);
}

static bool is_so(const struct postgres *server, const char *sql)
{
    PGconn *conn = connect_to(server);
    PGresult *result = PQstatus(conn) == CONNECTION_OK ? PQexec(conn, sql) : NULL;
    bool is_true = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';

    PQclear(result);
    PQfinish(conn);
    return is_true;
}

static void start(struct postgres *server)
{
    server->pid = spawn(server, (const char *const[]){ BINARIES "postgres", "-D", "data", NULL });
}

/* A server does not start while children of the one that was killed are still ending: it is tried again. */
static void wait_until(struct postgres *server, const char *sql)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (is_so(server, sql))
            return;
        if (waitpid(server->pid, NULL, WNOHANG) == server->pid)
            start(server);
        usleep(20000);
    }
    fail_msg("the server is not ready: see %s/log", server->folder);
}

void postgres_run(struct postgres *server)
{
    start(server);
    wait_until(server, "SELECT true");
}

static int parent_of(const char *process)
{
    char path[300], line[512] = "";
    FILE *file;
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", process);
    file = fopen(path, "r");
    if (file && fgets(line, sizeof line, file) && strrchr(line, ')'))
        sscanf(strrchr(line, ')'), ") %*c %d", &parent);
    if (file)
        fclose(file);
    return parent;
}

#define MOST_CHILDREN 100

/* The server first, which then cannot start others. Those that lost their parent could no longer be found. */
static void signal_all(struct postgres *server, int signal)
{
    pid_t children[MOST_CHILDREN];
    int n = 0;
    DIR *proc = opendir("/proc");
    struct dirent *entry;

    while ((entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == server->pid &&
            n < MOST_CHILDREN)
            children[n++] = atoi(entry->d_name);
    closedir(proc);
    kill(server->pid, signal);
    while (n > 0)
        kill(children[--n], signal);
}

void postgres_freeze(struct postgres *server)
{
    kill(server->pid, SIGSTOP);
    signal_all(server, SIGSTOP);
}

void postgres_thaw(struct postgres *server)
{
    signal_all(server, SIGCONT);
}

/* The lock file of a server that was killed names a process that is gone: the next start takes it. */
void postgres_kill(struct postgres *server)
{
    if (!server->pid)
        return;
    kill(server->pid, SIGSTOP);
    signal_all(server, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

static int end(struct postgres *server)
{
    postgres_kill(server);
    return 0;
}

static struct postgres *new_server(void *mem)
{
    struct postgres *server = talloc_zero(mem, struct postgres);
    struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;

    server->folder = temporary_directory(server);
    assert_true(!user || chown(server->folder, user->pw_uid, user->pw_gid) == 0);
    server->url = talloc_asprintf(
        server, "postgresql:host=%s port=5432 user=xiangyin dbname=postgres gssencmode=disable",
        server->folder);
    return server;
}

static void configure_socket(const struct postgres *server)
{
    configure(
        server->folder,
        talloc_asprintf(server, "listen_addresses = ''\nunix_socket_directories = '%s'\n", server->folder));
}

static struct postgres *set_up(struct postgres *server, const char *settings)
{
    RUN_IN(server, BINARIES "initdb", "-D", "data", "-U", "xiangyin", "-A", "trust", "-E", "UTF8",
           "--locale=C", "--no-sync", "--no-instructions");
    configure_socket(server);
    configure(server->folder, "fsync = off\nfull_page_writes = off\nshared_buffers = 16MB\n"
                              "max_connections = 40\nlog_min_messages = fatal\nwal_sender_timeout = 5s\n"
                              /* a killed server leaves nothing outside its folder */
                              "dynamic_shared_memory_type = mmap\n");
    configure(server->folder, settings);
    if (strstr(settings, "port = "))
        server->url = talloc_asprintf(server, "postgresql:host=%s port=%d user=xiangyin dbname=postgres",
                                      server->folder, atoi(strstr(settings, "port = ") + 7));
    postgres_run(server);
    talloc_set_destructor(server, end);
    return server;
}

struct postgres *postgres_start(void *mem, const char *settings)
{
    return set_up(new_server(mem), settings);
}

struct postgres *postgres_start_small(void *mem)
{
    struct postgres *server = new_server(mem);
    const char *small = talloc_asprintf(server, "%s/small", server->folder);

    assert_int_equal(mkdir(small, 0777), 0);
    if (!can_mount(small)) {
        printf("# left out: a small disk\n");
        fflush(stdout);
        talloc_free(server);
        return NULL;
    }
    server->small = small;
    return set_up(server, "");
}

static void stop(struct postgres *server)
{
    kill(server->pid, SIGINT);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

struct postgres *postgres_start_standby(void *mem, struct postgres *primary)
{
    struct postgres *standby = new_server(mem);

    stop(primary);
    RUN_IN(standby, "/bin/cp", "-R", talloc_asprintf(standby, "%s/data", primary->folder), "data");
    RUN_IN(standby, "/bin/touch", "data/standby.signal");
    configure_socket(standby);
    configure(standby->folder, talloc_asprintf(standby,
                                               "primary_conninfo = 'host=%s port=5432 user=xiangyin"
                                               " application_name=standby'\n",
                                               primary->folder));
    configure(primary->folder, "synchronous_standby_names = 'standby'\n");
    talloc_set_destructor(standby, end);
    postgres_run(primary);
    postgres_run(standby);
    wait_until(primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'");
    return standby;
}

void postgres_back_up(struct postgres *server)
{
    stop(server);
    RUN_IN(server, "/bin/cp", "-R", "data", "saved");
    postgres_run(server);
}

void postgres_restore(struct postgres *server)
{
    postgres_kill(server);
    RUN_IN(server, "/bin/rm", "-r", "data");
    RUN_IN(server, "/bin/cp", "-R", "saved", "data");
    postgres_run(server);
}

/* It must no longer wait for a standby of its own. */
void postgres_promote(struct postgres *server)
{
    RUN_IN(server, BINARIES "pg_ctl", "promote", "-D", "data", "-w", "-s");
    wait_until(server, "SELECT NOT pg_is_in_recovery()");
}

long postgres_number(const struct postgres *server, const char *sql)
{
    PGconn *conn = connect_to(server);
    PGresult *result = PQexec(conn, sql);
    long number = -1;

    if (PQntuples(result) == 1)
        number = atol(PQgetvalue(result, 0, 0));
    else
        print_message("%s: %s", sql, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
    assert_true(number >= 0);
    return number;
}
