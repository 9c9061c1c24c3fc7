#include "tests/fault/power.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { SECTOR = 512, NAME_MOST = 512 };

/* A write of at most one sector, or a truncation, that no sync has followed. */
struct change {
    int64_t at;
    size_t length;
    uint8_t octets[SECTOR];
    bool is_truncation;
};

struct content {
    bool exists;
    uint8_t *octets;
    size_t length;
};

/* A file by its name. */
struct shadow {
    struct shadow *next;
    char name[NAME_MOST];
    struct content synced, now;
    struct content before; /* of a file of this name whose deletion is not synced */
    bool may_return;       /* before may */
    bool is_in_directory;  /* its entry is synced */
    bool syncs_directory;  /* with its next sync */
    struct change *changes;
    size_t n, room;
};

struct handle {
    sqlite3_file base;
    struct shadow *shadow; /* NULL: left alone */
    bool is_image;
    sqlite3_file real[]; /* of the VFS below, of its size */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *below;
    char images[NAME_MOST];
    void (*moment)(void *arg);
    void *arg;
    struct shadow *shadows;
    pthread_mutex_t lock;
} power = { .lock = PTHREAD_MUTEX_INITIALIZER };

static sqlite3_file *below(sqlite3_file *file)
{
    return ((struct handle *)file)->real;
}

static void come_to_a_moment(const struct shadow *shadow)
{
    if (shadow && power.moment)
        power.moment(power.arg);
}

/* ---- what the disk holds ---- */

static void resize(struct content *content, size_t length)
{
    content->octets = realloc(content->octets, length + 1);
    if (length > content->length)
        memset(content->octets + content->length, 0, length - content->length);
    content->length = length;
}

static void put(struct content *content, int64_t at, const void *octets, size_t length)
{
    if ((size_t)at + length > content->length)
        resize(content, (size_t)at + length);
    memcpy(content->octets + at, octets, length);
}

static void copy(struct content *to, const struct content *from)
{
    resize(to, from->length);
    if (from->length > 0)
        memcpy(to->octets, from->octets, from->length);
}

static struct shadow *find(const char *name)
{
    struct shadow *shadow = power.shadows;

    while (shadow && strcmp(shadow->name, name) != 0)
        shadow = shadow->next;
    if (shadow)
        return shadow;
    shadow = calloc(1, sizeof *shadow);
    snprintf(shadow->name, sizeof shadow->name, "%s", name);
    shadow->next = power.shadows;
    power.shadows = shadow;
    return shadow;
}

static struct change *add_change(struct shadow *shadow)
{
    if (shadow->n == shadow->room) {
        shadow->room = shadow->room ? 2 * shadow->room : 64;
        shadow->changes = realloc(shadow->changes, shadow->room * sizeof *shadow->changes);
    }
    return &shadow->changes[shadow->n++];
}

static void note_write(struct shadow *shadow, const uint8_t *octets, size_t length, int64_t at)
{
    put(&shadow->now, at, octets, length);
    while (length > 0) {
        size_t piece = SECTOR - (size_t)(at % SECTOR);
        struct change *change = add_change(shadow);

        piece = piece < length ? piece : length;
        *change = (struct change){ .at = at, .length = piece };
        memcpy(change->octets, octets, piece);
        octets += piece;
        at += (int64_t)piece;
        length -= piece;
    }
}

static void note_truncation(struct shadow *shadow, int64_t length)
{
    resize(&shadow->now, (size_t)length);
    *add_change(shadow) = (struct change){ .at = length, .is_truncation = true };
}

/* All files stand in one directory. */
static void note_directory_sync(void)
{
    for (struct shadow *shadow = power.shadows; shadow; shadow = shadow->next) {
        shadow->is_in_directory = shadow->now.exists;
        shadow->may_return = false;
    }
}

/* SQLite syncs the directory with the first sync of a journal that it made, and of no other file. */
static void note_sync(struct shadow *shadow)
{
    copy(&shadow->synced, &shadow->now);
    shadow->n = 0;
    if (shadow->syncs_directory)
        note_directory_sync();
    shadow->syncs_directory = false;
}

static void note_deletion(struct shadow *shadow, bool is_synced)
{
    if (shadow->is_in_directory)
        copy(&shadow->before, &shadow->synced);
    shadow->may_return = shadow->may_return || shadow->is_in_directory;
    shadow->is_in_directory = shadow->now.exists = false;
    resize(&shadow->synced, 0);
    resize(&shadow->now, 0);
    shadow->n = 0;
    if (is_synced)
        note_directory_sync();
}

/* One of the contents that the disk may have. */
static void imagine(const struct shadow *shadow, struct content *image, unsigned *seed)
{
    int calm = rand_r(seed) % 4; /* sometimes nearly all has reached the disk, sometimes nearly nothing */

    if (shadow->may_return && rand_r(seed) % 2) {
        copy(image, &shadow->before);
        image->exists = true;
        return;
    }
    copy(image, &shadow->synced);
    image->exists = shadow->is_in_directory || (shadow->now.exists && rand_r(seed) % 2);
    for (size_t i = 0; i < shadow->n; i++) {
        const struct change *change = &shadow->changes[i];
        int luck = rand_r(seed) % 100;

        if (luck >= (calm == 0 ? 98 : calm == 1 ? 2 : 50))
            continue;
        if (change->is_truncation)
            resize(image, (size_t)change->at);
        else
            put(image, change->at, change->octets,
                rand_r(seed) % 10 ? change->length : (size_t)rand_r(seed) % (change->length + 1));
    }
}

void power_cut(const char *folder, unsigned *seed)
{
    pthread_mutex_lock(&power.lock);
    for (const struct shadow *shadow = power.shadows; shadow; shadow = shadow->next) {
        const char *slash = strrchr(shadow->name, '/');
        struct content image = { 0 };
        char path[2 * NAME_MOST];
        FILE *file;

        snprintf(path, sizeof path, "%s/%s", folder, slash ? slash + 1 : shadow->name);
        remove(path);
        imagine(shadow, &image, seed);
        if (image.exists && (file = fopen(path, "w"))) {
            fwrite(image.octets, 1, image.length, file);
            fclose(file);
        }
        free(image.octets);
    }
    pthread_mutex_unlock(&power.lock);
}

/* ---- the methods of a file ---- */

static int file_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file));
}

static int file_read(sqlite3_file *file, void *octets, int length, sqlite3_int64 at)
{
    return below(file)->pMethods->xRead(below(file), octets, length, at);
}

static int file_write(sqlite3_file *file, const void *octets, int length, sqlite3_int64 at)
{
    struct shadow *shadow = ((struct handle *)file)->shadow;
    int code = below(file)->pMethods->xWrite(below(file), octets, length, at);

    if (shadow) {
        pthread_mutex_lock(&power.lock);
        note_write(shadow, octets, (size_t)length, at);
        pthread_mutex_unlock(&power.lock);
    }
    come_to_a_moment(shadow);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 length)
{
    struct shadow *shadow = ((struct handle *)file)->shadow;
    int code = below(file)->pMethods->xTruncate(below(file), length);

    if (shadow) {
        pthread_mutex_lock(&power.lock);
        note_truncation(shadow, length);
        pthread_mutex_unlock(&power.lock);
    }
    come_to_a_moment(shadow);
    return code;
}

/* Nothing is really synced: only the shadow knows the difference. */
static int file_sync(sqlite3_file *file, int flags)
{
    struct shadow *shadow = ((struct handle *)file)->shadow;

    (void)flags;
    come_to_a_moment(shadow);
    if (shadow) {
        pthread_mutex_lock(&power.lock);
        note_sync(shadow);
        pthread_mutex_unlock(&power.lock);
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return below(file)->pMethods->xFileSize(below(file), size);
}

static int file_lock(sqlite3_file *file, int kind)
{
    return below(file)->pMethods->xLock(below(file), kind);
}

static int file_unlock(sqlite3_file *file, int kind)
{
    return below(file)->pMethods->xUnlock(below(file), kind);
}

static int file_check_lock(sqlite3_file *file, int *is_reserved)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), is_reserved);
}

static int file_control(sqlite3_file *file, int what, void *arg)
{
    return below(file)->pMethods->xFileControl(below(file), what, arg);
}

static int file_sector_size(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int file_shm_unmap(sqlite3_file *file, int is_deleting)
{
    return below(file)->pMethods->xShmUnmap(below(file), is_deleting);
}

/* Version 2: without the methods that map the database into memory. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the methods of the VFS ---- */

static bool is_watched(const char *name, int flags)
{
    return name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) &&
           strncmp(name, power.images, strlen(power.images)) != 0;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given)
{
    struct handle *handle = (struct handle *)file;
    int code;

    (void)vfs;
    handle->base.pMethods = NULL;
    handle->shadow = NULL;
    code = power.below->xOpen(power.below, name, handle->real, flags, given);
    if (code != SQLITE_OK)
        return code;
    handle->base.pMethods = &methods;
    if (!is_watched(name, flags))
        return code;
    pthread_mutex_lock(&power.lock);
    handle->shadow = find(name);
    handle->shadow->syncs_directory |=
        !handle->shadow->now.exists && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL));
    handle->shadow->now.exists = true;
    pthread_mutex_unlock(&power.lock);
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int is_synced)
{
    int code = power.below->xDelete(power.below, name, 0);

    (void)vfs;
    if (code == SQLITE_OK && is_watched(name, SQLITE_OPEN_WAL)) {
        struct shadow *shadow;

        pthread_mutex_lock(&power.lock);
        shadow = find(name);
        note_deletion(shadow, is_synced);
        pthread_mutex_unlock(&power.lock);
        come_to_a_moment(shadow);
    }
    return code;
}

void power_watch(const char *images, void (*moment)(void *arg), void *arg)
{
    power.below = sqlite3_vfs_find(NULL);
    power.vfs = *power.below;
    power.vfs.zName = "power";
    power.vfs.szOsFile = (int)sizeof(struct handle) + power.below->szOsFile;
    power.vfs.xOpen = vfs_open;
    power.vfs.xDelete = vfs_delete;
    snprintf(power.images, sizeof power.images, "%s", images);
    power.moment = moment;
    power.arg = arg;
    sqlite3_vfs_register(&power.vfs, 1);
}

void power_end(void)
{
    struct shadow *shadow;

    sqlite3_vfs_unregister(&power.vfs);
    sqlite3_vfs_register(power.below, 1);
    while ((shadow = power.shadows)) {
        power.shadows = shadow->next;
        free(shadow->synced.octets);
        free(shadow->now.octets);
        free(shadow->before.octets);
        free(shadow->changes);
        free(shadow);
    }
}
