/* Secrets: from the environment, from files and from credentials; and who else can open what is private. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/config/problem.h"
#include "gateway/config/value.h"

enum { SECRET_MOST = 4096 };

static const char *read_secret_file(void *mem, const char *name, char *secret)
{
    FILE *file = fopen(name, "rb");
    size_t n;

    if (!file)
        return talloc_asprintf(mem, problem_words("cannot be read from %s: %s"), name,
                               problem_words(strerror(errno)));
    n = fread(secret, 1, SECRET_MOST, file);
    if (ferror(file) || n == SECRET_MOST) {
        const char *why =
            ferror(file) ? problem_words(strerror(errno)) : problem_words("it is too long for a secret");

        fclose(file);
        return talloc_asprintf(mem, problem_words("cannot be read from %s: %s"), name, why);
    }
    fclose(file);
    secret[n] = '\0';
    secret[strcspn(secret, "\r\n")] = '\0';
    return *secret ? NULL : talloc_asprintf(mem, problem_words("cannot be read from %s: it is empty"), name);
}

/*
 * Where the service manager has put a credential for this process; outside of a service, where the unit takes
 * it from: the folder credentials beside the configuration, each file of which systemd names secret_FILE.
 */
static const char *credential_file(struct config *config, const char *name)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const char *own = folder ? talloc_asprintf(config, "%s/%s", folder, name) : NULL;

    if (!folder)
        return value_path(config, talloc_asprintf(config, "credentials/%s", name));
    return access(own, F_OK) == 0 ? own : talloc_asprintf(config, "%s/secret_%s", folder, name);
}

static const char *read_credential(struct config *config, const char *name, char *secret)
{
    if (!value_matches(name, "^[A-Za-z0-9_-][A-Za-z0-9_.-]*$"))
        return problem_words("must name a credential like credential:twilio");
    return read_secret_file(config, credential_file(config, name), secret);
}

/* What is wrong, or NULL and the secret, at most SECRET_MOST octets with its NUL. */
static const char *read_secret(struct config *config, const struct config_option *option, const char *text,
                               char *secret)
{
    const char *value = text;

    if (strncmp(text, "file:", 5) == 0)
        return read_secret_file(config, value_path(config, text + 5), secret);
    if (strncmp(text, "credential:", 11) == 0)
        return read_credential(config, text + 11, secret);
    if (strncmp(text, "env:", 4) == 0)
        value = getenv(text + 4);
    else if (!option->pattern || !value_matches(text, option->pattern))
        return problem_words("must be env:NAME, file:PATH or credential:NAME, not the secret itself");
    if (!value || !*value)
        return talloc_asprintf(config, problem_words("cannot be read: %s is not set in the environment"),
                               text + 4);
    if (strlen(value) >= SECRET_MOST)
        return problem_words("is too long");
    memcpy(secret, value, strlen(value) + 1);
    return NULL;
}

static const char *set_secret(struct config *config, void *field, const struct config_option *option,
                              const char *text)
{
    char secret[SECRET_MOST];
    const char *wrong = read_secret(config, option, text, secret);

    if (!wrong && option->pattern && !value_matches(secret, option->pattern))
        wrong = problem_words(option->pattern_words);
    if (!wrong)
        value_set_text(config, field, option, secret);
    explicit_bzero(secret, sizeof secret);
    return wrong;
}

const char *config_private_file(struct config *config, const struct config_option *option, const char *text)
{
    if (!option->type->is_private)
        return NULL;
    if (!option->type->is_secret)
        return value_path(config, text);
    return strncmp(text, "file:", 5) == 0 ? value_path(config, text + 5) : NULL;
}

const char *config_mode_problem(void *mem, const char *path)
{
    struct stat status;
    unsigned mode;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    mode = status.st_mode & 0777;
    if (mode & (S_IRWXO | S_IWGRP))
        return talloc_asprintf(mem, problem_words("can be %s (mode %04o); chmod %04o"),
                               problem_words(mode & S_IRWXO ? "opened by everybody" : "written by its group"),
                               mode, mode & (unsigned)~(S_IRWXO | S_IWGRP));
    return NULL;
}

const struct config_type config_secret = { "secret", .set = set_secret, .is_secret = true,
                                           .is_private = true };
