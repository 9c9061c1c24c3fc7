/* Linked into the library of the program when reach is measured: gcc calls the function below at the start of
   each block of code. Each process of a test marks in the file REACH, shared by all of them, the places it
   was called from, so that also what ends by kill -9 has told where it was. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MOST_CODE = 1 << 25
}; /* octets of the library's code; the file has a hole where nothing was reached */

static unsigned char *seen;
static uintptr_t begin;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    uintptr_t place = (uintptr_t)__builtin_return_address(0) - begin;

    if (seen && place < MOST_CODE)
        seen[place] = 1;
}

__attribute__((constructor)) static void open_marks(void)
{
    const char *path = getenv("REACH");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    Dl_info library;
    void *map;

    if (fd < 0 || ftruncate(fd, MOST_CODE) != 0 || !dladdr((void *)open_marks, &library))
        return;
    begin = (uintptr_t)library.dli_fbase;
    map = mmap(NULL, MOST_CODE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    seen = map == MAP_FAILED ? NULL : map;
    close(fd);
}
