#include "tests/fault/preload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#define REAL "XIANGYIN_REAL"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { IS_SANITIZED = 1 }; /* its runtime wants to be the first library */
#else
enum { IS_SANITIZED = 0 };
#endif

const char *preload_find(const char *package, const char *const *paths)
{
    if (IS_SANITIZED) {
        print_message("# left out: nothing can be preloaded under a sanitizer\n");
        return NULL;
    }
    for (; *paths; paths++)
        if (access(*paths, R_OK) == 0)
            return *paths;
    print_message("# left out: %s is not installed\n", package);
    return NULL;
}

/* A script in the place of the program becomes the program: the process stays the same. */
void preload_use(struct gateway_process *gateway, const char *environment)
{
    const char *path = talloc_asprintf(gateway->mem, "%s/preloaded", gateway->folder);
    FILE *script;

    if (!getenv(REAL))
        setenv(REAL, gateway_program(), 1);
    if (!environment) {
        setenv("XIANGYIN", getenv(REAL), 1);
        return;
    }
    script = fopen(path, "w");
    assert_non_null(script);
    fprintf(script, "#!/bin/sh\nexec env %s '%s' \"$@\"\n", environment, getenv(REAL));
    fclose(script);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("XIANGYIN", path, 1);
}
