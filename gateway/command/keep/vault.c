#include "gateway/command/keep/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

enum { PIECE = 1 << 20 };

/* Copies all of one open file to the other. False: errno says why. */
static bool pour(int from, int to)
{
    ssize_t n;

    while ((n = sendfile(to, from, NULL, PIECE)) > 0)
        ;
    return n == 0;
}

/* Runs age from one open file to another. NULL, or what is wrong. */
static const char *run_age(void *mem, int from, int to, const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    int status = -1, code;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
    code = posix_spawnp(&pid, "age", &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0)
        return talloc_asprintf(mem, "age: %s", strerror(code));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0 ? NULL : talloc_asprintf(mem, "age failed");
}

static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    free(copy);
    return is_done;
}

/* Copies a file through age with these arguments; NULL arguments: as it is. NULL, or what is wrong. */
static const char *transfer(void *mem, const char *from, const char *to, const char *const *arguments)
{
    const char *part = talloc_asprintf(mem, "%s.part", to), *wrong = NULL;
    int in = open(from, O_RDONLY | O_CLOEXEC), out;

    if (in < 0)
        return talloc_asprintf(mem, "%s: %s", from, strerror(errno));
    unlink(part);
    out = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out >= 0 && arguments)
        wrong = run_age(mem, in, out, arguments);
    else if (out < 0 || !pour(in, out))
        wrong = talloc_asprintf(mem, "%s: %s", part, strerror(errno));
    if (!wrong && (fsync(out) != 0 || rename(part, to) != 0 || !sync_folder(to)))
        wrong = talloc_asprintf(mem, "%s: %s", to, strerror(errno));
    if (wrong)
        unlink(part);
    close(in);
    if (out >= 0)
        close(out);
    return wrong;
}

const char *vault_copy(void *mem, const char *from, const char *to, const char *recipient)
{
    const char *const arguments[] = { "age", "--encrypt", "--recipient", recipient, NULL };

    return transfer(mem, from, to, recipient ? arguments : NULL);
}

const char *vault_open(void *mem, const char *from, const char *to, const char *identity)
{
    const char *const arguments[] = { "age", "--decrypt", "--identity", identity, NULL };

    return transfer(mem, from, to, arguments);
}

/* age-keygen prints "# public key: age1..." and then the private key. */
bool vault_new_key(void *mem, const char **secret, const char **recipient)
{
    static const char public[] = "# public key: ", private[] = "AGE-SECRET-KEY-";
    FILE *out = popen("age-keygen 2>/dev/null", "re");
    char line[256];

    *secret = *recipient = NULL;
    while (out && fgets(line, sizeof line, out)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, public, strlen(public)) == 0)
            *recipient = talloc_strdup(mem, line + strlen(public));
        else if (strncmp(line, private, strlen(private)) == 0)
            *secret = talloc_strdup(mem, line);
    }
    return out && pclose(out) == 0 && *secret && *recipient;
}

bool vault_same_disk(const char *one, const char *other)
{
    struct stat first, second;

    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev;
}
