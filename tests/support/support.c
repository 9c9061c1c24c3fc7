#include "tests/support/support.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

const char *shared_path(void *mem, const char *name)
{
    const char *root = getenv("XIANGYIN_SHARED");
    char *path = talloc_asprintf(mem, "%s/%s", root ? root : "../shared", name);

    if (path && access(path, R_OK) == 0)
        return path;
    printf("# left out: %s\n", name);
    talloc_free(path);
    return NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_tree(char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

const char *temporary_directory(void *mem)
{
    const char *root = getenv("TMPDIR");
    char *path = talloc_asprintf(mem, "%s/xiangyin-XXXXXX", root ? root : "/tmp");

    if (!path || !mkdtemp(path)) {
        perror("temporary directory");
        abort();
    }
    talloc_set_destructor(path, remove_tree);
    return path;
}

void limit_file_size(rlim_t octets)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0) {
        limit.rlim_cur = octets;
        if (setrlimit(RLIMIT_FSIZE, &limit) == 0)
            return;
    }
    perror("limit of file sizes");
    abort();
}

void show_log(const char *path)
{
    char line[1024];
    FILE *log = fopen(path, "r");

    while (log && fgets(line, sizeof line, log))
        printf("# %s%s", line, strchr(line, '\n') ? "" : "\n");
    if (log)
        fclose(log);
    fflush(stdout);
}
