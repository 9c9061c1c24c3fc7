#include "modem/port_holder.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool links_to(const char *directory, const char *name, const char *path)
{
    char link[PATH_MAX], target[PATH_MAX];
    ssize_t n;

    snprintf(link, sizeof link, "%s/%s", directory, name);
    n = readlink(link, target, sizeof target - 1);
    if (n < 0)
        return false;
    target[n] = '\0';
    return strcmp(target, path) == 0;
}

static bool has_open(const char *pid, const char *path)
{
    char name[64];
    struct dirent *entry;
    bool found = false;
    DIR *directory;

    snprintf(name, sizeof name, "/proc/%.20s/fd", pid);
    directory = opendir(name);
    if (!directory)
        return false;
    while (!found && (entry = readdir(directory)))
        found = links_to(name, entry->d_name, path);
    closedir(directory);
    return found;
}

static void describe(long pid, char *holder, size_t size)
{
    char name[64], program[32] = "";
    FILE *file;

    snprintf(name, sizeof name, "/proc/%ld/comm", pid);
    file = fopen(name, "re");
    if (file) {
        if (fgets(program, sizeof program, file))
            program[strcspn(program, "\n")] = '\0';
        fclose(file);
    }
    snprintf(holder, size, "%s (process %ld)", *program ? program : "a program", pid);
}

void port_holder(const char *path, char *holder, size_t size)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;

    *holder = '\0';
    while (proc && *holder == '\0' && (entry = readdir(proc))) {
        if (!isdigit((unsigned char)*entry->d_name) || atol(entry->d_name) == (long)getpid())
            continue;
        if (has_open(entry->d_name, path))
            describe(atol(entry->d_name), holder, size);
    }
    if (proc)
        closedir(proc);
    if (*holder == '\0' && has_open("self", path))
        snprintf(holder, size, "this program itself");
}

bool port_is_reserved(const char *path, char *error, size_t size)
{
    const char *slash = strrchr(path, '/');
    char name[160], holder[80];
    long pid = 0;
    FILE *file;

    snprintf(name, sizeof name, "/var/lock/LCK..%.100s", slash ? slash + 1 : path);
    file = fopen(name, "re");
    if (!file)
        return false;
    if (fscanf(file, "%20ld", &pid) != 1)
        pid = 0;
    fclose(file);
    if (pid <= 0 || pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
        return false;
    describe(pid, holder, sizeof holder);
    snprintf(error, size, "%s: in use by %s, says %s", path, holder, name);
    return true;
}
