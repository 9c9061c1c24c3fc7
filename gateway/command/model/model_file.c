#include "gateway/command/model/model_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/command/command.h"
#include "gateway/understand/signals.h"

const struct model *model_file_read(void *mem, const char *path)
{
    FILE *in = fopen(path, "re"), *out;
    char *octets = NULL, room[1 << 14];
    const struct model *model;
    const char *error;
    size_t size, n;

    if (!in)
        return command_failed("%s: %s", path, strerror(errno)), NULL;
    out = open_memstream(&octets, &size);
    while ((n = fread(room, 1, sizeof room, in)) > 0)
        fwrite(room, 1, n, out);
    fclose(in);
    fclose(out);
    model = model_open(mem, octets, size, SIGNALS, SIGNALS_KIND, &error);
    free(octets);
    if (!model)
        command_failed("%s: %s", path, error);
    return model;
}
