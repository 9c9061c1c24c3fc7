#include "tests/support/logged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/log.h"
#include "tests/support/support.h"

struct logged logged_begin(void *mem)
{
    struct logged logged = { .path = talloc_asprintf(mem, "%s/log", temporary_directory(mem)) };

    logged.kept = dup(STDERR_FILENO);
    logged.file = open(logged.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(logged.file >= 0 && dup2(logged.file, STDERR_FILENO) == STDERR_FILENO);
    log_quiet(false);
    return logged;
}

void logged_end(const struct logged *logged)
{
    log_quiet(true);
    dup2(logged->kept, STDERR_FILENO);
    close(logged->kept);
    close(logged->file);
}

int logged_count(const struct logged *logged, const char *words)
{
    char line[1024];
    FILE *file = fopen(logged->path, "r");
    int n = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        n += strstr(line, words) != NULL;
    fclose(file);
    return n;
}
