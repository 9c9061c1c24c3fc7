#include "gateway/command/keep/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/command/keep/vault.h"
#include "gateway/command/words.h"

static const char prefix[] = "xiangyin-", plain[] = ".db", encrypted[] = ".db.age";

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

static int compare_newest(const void *a, const void *b)
{
    return strcmp(((const struct copy *)b)->name, ((const struct copy *)a)->name);
}

bool copies_list(void *mem, const char *folder, struct copy **copies, size_t *n)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    *copies = talloc_array(mem, struct copy, 1);
    *n = 0;
    if (!directory)
        return false;
    while ((entry = readdir(directory))) {
        bool is_encrypted = ends_with(entry->d_name, encrypted);
        struct stat status;

        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
            (!is_encrypted && !ends_with(entry->d_name, plain)) ||
            fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode))
            continue;
        *copies = talloc_realloc(mem, *copies, struct copy, *n + 1);
        (*copies)[(*n)++] = (struct copy){ talloc_strdup(mem, entry->d_name), status.st_mtime, is_encrypted };
    }
    closedir(directory);
    if (*n > 0)
        qsort(*copies, *n, sizeof **copies, compare_newest);
    return true;
}

const char *copies_name(void *mem, int64_t now)
{
    time_t seconds = (time_t)now;
    struct tm local;
    char text[32] = "";

    if (localtime_r(&seconds, &local))
        strftime(text, sizeof text, "%Y-%m-%d-%H%M%S", &local);
    return talloc_asprintf(mem, "%s%s%s", prefix, text, plain);
}

int copies_prune(void *mem, const char *folder, int keep)
{
    struct copy *copies;
    size_t n;
    int gone = 0;

    if (!copies_list(mem, folder, &copies, &n))
        return -1;
    for (size_t i = (size_t)keep; i < n; i++, gone++)
        if (unlink(talloc_asprintf(mem, "%s/%s", folder, copies[i].name)) != 0)
            return -1;
    return gone;
}

static const char *copy_one(void *mem, const char *from, const char *to, const char *recipient, int *n)
{
    const char *wrong;

    if (access(to, F_OK) == 0)
        return NULL;
    wrong = vault_copy(mem, from, to, recipient);
    *n += wrong == NULL;
    return wrong;
}

/* The recording's name without .age; NULL: not a finished copy of the configured kind, such as a .part. */
static const char *original_name(void *mem, const char *name, const char *recipient)
{
    bool is_encrypted = ends_with(name, ".age");

    if (is_encrypted != (recipient != NULL))
        return NULL;
    return talloc_strndup(mem, name, strlen(name) - (is_encrypted ? strlen(".age") : 0));
}

static const char *remove_orphans(void *mem, const char *from, const char *to, const char *recipient)
{
    DIR *directory = opendir(to);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        const char *original = *entry->d_name == '.' ? NULL : original_name(mem, entry->d_name, recipient);

        if (original && access(talloc_asprintf(mem, "%s/%s", from, original), F_OK) != 0 &&
            unlinkat(dirfd(directory), entry->d_name, 0) != 0) {
            closedir(directory);
            return talloc_asprintf(mem, "%s/%s: %s", to, entry->d_name, strerror(errno));
        }
    }
    if (directory)
        closedir(directory);
    return NULL;
}

static bool is_recording(const struct dirent *entry)
{
    return *entry->d_name != '.' && !ends_with(entry->d_name, ".part");
}

static bool has_recordings(const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    bool is_found = false;

    while (directory && !is_found && (entry = readdir(directory)))
        is_found = is_recording(entry);
    if (directory)
        closedir(directory);
    return is_found;
}

const char *copies_recordings(void *mem, const char *from, const char *to, const char *recipient, int *n)
{
    DIR *directory = from ? opendir(from) : NULL;
    const struct dirent *entry;
    const char *wrong = NULL;

    *n = 0;
    if (!directory)
        return from && errno != ENOENT ? talloc_asprintf(mem, "%s: %s", from, strerror(errno)) : NULL;
    if (mkdir(to, 0700) != 0 && errno != EEXIST)
        wrong = talloc_asprintf(mem, "%s: %s", to, strerror(errno));
    while (!wrong && (entry = readdir(directory)))
        if (is_recording(entry))
            wrong = copy_one(mem, talloc_asprintf(mem, "%s/%s", from, entry->d_name),
                             talloc_asprintf(mem, "%s/%s%s", to, entry->d_name, recipient ? ".age" : ""),
                             recipient, n);
    closedir(directory);
    if (!wrong && has_recordings(to) && !has_recordings(from))
        return talloc_asprintf(mem,
                               words("%s is empty, but %s is not: is its disk there? If all recordings were "
                                     "erased, remove the copies by hand"),
                               from, to);
    return wrong ? wrong : remove_orphans(mem, from, to, recipient);
}
