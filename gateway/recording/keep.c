#include "gateway/recording/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/hex.h"

enum { NAME_OCTETS = 8 };

const char *keep_folder(void *mem, const struct config *config)
{
    if (config->recordings)
        return config->recordings;
    return config->database ? talloc_asprintf(mem, "%s.recordings", config->database) : NULL;
}

const char *keep_path(void *mem, const struct config *config, const char *file)
{
    return talloc_asprintf(mem, "%s/%s", keep_folder(mem, config), file);
}

const char *keep_part_path(void *mem, const struct config *config, const char *file)
{
    return talloc_asprintf(mem, "%s/%s.part", keep_folder(mem, config), file);
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_synced;
}

/* Its own entry must last, too. */
static bool make_folder(void *mem, const char *folder)
{
    char *parent = talloc_strdup(mem, folder), *slash = strrchr(parent, '/');

    if (mkdir(folder, 0700) != 0)
        return errno == EEXIST;
    if (slash)
        slash[slash == parent] = '\0';
    return sync_folder(slash ? parent : ".");
}

const char *keep_is_ready(void *mem, const struct config *config, size_t octets)
{
    const char *folder = keep_folder(mem, config);
    uint64_t reserve = (uint64_t)config->recording_reserve_mb << 20;
    struct statvfs disk;

    if (!folder)
        return "the store is in memory, so recordings need voice { recordings = \"FOLDER\" }";
    if (!make_folder(mem, folder))
        return talloc_asprintf(mem, "%s: %s", folder, strerror(errno));
    if (statvfs(folder, &disk) != 0)
        return talloc_asprintf(mem, "%s: %s", folder, strerror(errno));
    if ((uint64_t)disk.f_bavail * disk.f_frsize < reserve + octets)
        return talloc_asprintf(mem, "%s: less than %d MB of disk space would be left", folder,
                               config->recording_reserve_mb);
    return NULL;
}

const char *keep_new_name(void *mem, int64_t at, const char *extension)
{
    unsigned char octets[NAME_OCTETS];
    time_t when = (time_t)at;
    struct tm tm;
    char text[32];

    if (gnutls_rnd(GNUTLS_RND_NONCE, octets, sizeof octets) < 0)
        return NULL;
    gmtime_r(&when, &tm);
    strftime(text, sizeof text, "%Y%m%dT%H%M%S", &tm);
    return talloc_asprintf(mem, "%s-%s.%s", text, hex_encode(mem, octets, sizeof octets), extension);
}

static bool write_all(int fd, const char *octets, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, octets, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        octets += n;
        length -= (size_t)n;
    }
    return true;
}

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_synced;
}

/* Writes a little-endian number at this offset of the file. */
static bool put_number(int fd, off_t at, uint32_t number)
{
    uint8_t octets[4] = { (uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                          (uint8_t)(number >> 24) };

    return pwrite(fd, octets, sizeof octets, at) == sizeof octets;
}

/* The header that gateway/voice/sound/tape.c writes: RIFF and its size, fmt, fact with the samples, data with
 * theirs. */
bool keep_tell_length(void *mem, const struct config *config, const char *file)
{
    enum { RIFF_SIZE = 4, SAMPLES = 46, DATA = 50, DATA_SIZE = 54, HEADER = 58 };
    int fd = open(keep_part_path(mem, config, file), O_RDWR | O_CLOEXEC);
    char header[HEADER];
    struct stat status;
    bool is_told = fd >= 0 && fstat(fd, &status) == 0;

    if (is_told && status.st_size > HEADER && pread(fd, header, HEADER, 0) == HEADER &&
        memcmp(header, "RIFF", 4) == 0 && memcmp(header + DATA, "data\0\0\0\0", 8) == 0) {
        uint32_t octets = (uint32_t)(status.st_size - HEADER);

        is_told = put_number(fd, RIFF_SIZE, HEADER - 8 + octets) && put_number(fd, SAMPLES, octets) &&
                  put_number(fd, DATA_SIZE, octets);
    }
    if (fd >= 0)
        close(fd);
    return is_told;
}

const char *keep_part(void *mem, const struct config *config, const char *file)
{
    const char *part = keep_part_path(mem, config, file), *path = keep_path(mem, config, file);

    if (sync_file(part) && rename(part, path) == 0 && sync_folder(keep_folder(mem, config)))
        return NULL;
    return talloc_asprintf(mem, "%s: %s", path, strerror(errno));
}

const char *keep_write(void *mem, const struct config *config, const char *file, const void *octets,
                       size_t length)
{
    const char *part = keep_part_path(mem, config, file), *wrong;
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && write_all(fd, octets, length);

    wrong = is_written ? NULL : talloc_asprintf(mem, "%s: %s", part, strerror(errno));
    if (fd >= 0 && close(fd) != 0 && !wrong)
        wrong = talloc_asprintf(mem, "%s: %s", part, strerror(errno));
    if (!wrong)
        wrong = keep_part(mem, config, file);
    if (wrong)
        keep_remove(config, file);
    return wrong;
}

void *keep_read(void *mem, const struct config *config, const char *file, size_t *length)
{
    const char *path = keep_path(mem, config, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    char *octets;
    ssize_t n = 0;

    *length = 0;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) != 0) {
        close(fd);
        return NULL;
    }
    octets = talloc_size(mem, (size_t)status.st_size + 1);
    while (*length < (size_t)status.st_size &&
           (n = read(fd, octets + *length, (size_t)status.st_size - *length)) > 0)
        *length += (size_t)n;
    close(fd);
    return n < 0 ? NULL : octets;
}

static bool remove_one(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT;
}

bool keep_remove(const struct config *config, const char *file)
{
    void *mem = talloc_new(NULL);
    bool is_gone = *file == '\0' || (remove_one(keep_path(mem, config, file)) &&
                                     remove_one(keep_part_path(mem, config, file)) &&
                                     (sync_folder(keep_folder(mem, config)) || errno == ENOENT));

    talloc_free(mem);
    return is_gone;
}
