/* Finds a modem's sound by the USB device that its AT port belongs to. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/voice/sound/sound_port.h"

/* The nearest folder above a device's folder in sysfs that has an idVendor: its USB device. NULL: none. */
static char *usb_device(void *mem, const char *folder)
{
    char real[PATH_MAX], *slash;

    if (!realpath(folder, real))
        return NULL;
    while (*real) {
        if (access(talloc_asprintf(mem, "%s/idVendor", real), F_OK) == 0)
            return talloc_strdup(mem, real);
        slash = strrchr(real, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    return NULL;
}

/* The USB device of a port such as /dev/ttyUSB2, or of a symbolic link to one. */
static char *device_of_port(void *mem, const char *sys, const char *port)
{
    char real[PATH_MAX];
    const char *name = realpath(port, real) ? strrchr(real, '/') : strrchr(port, '/');

    return name ? usb_device(mem, talloc_asprintf(mem, "%s/class/tty%s/device", sys, name)) : NULL;
}

static int interface_of(void *mem, const char *folder)
{
    char real[PATH_MAX], *slash;
    unsigned number;

    if (!realpath(folder, real))
        return -1;
    for (int up = 0; up < 3; up++) {
        FILE *file = fopen(talloc_asprintf(mem, "%s/bInterfaceNumber", real), "re");
        bool is_read = file && fscanf(file, "%2x", &number) == 1;

        if (file)
            fclose(file);
        if (is_read)
            return (int)number;
        slash = strrchr(real, '/');
        if (slash)
            *slash = '\0';
    }
    return -1;
}

/* The first entry of a class whose name begins with `begins` and that belongs to the device, at this
 * interface unless that is -1. NULL: none. */
static const char *find(void *mem, const char *class, const char *begins, const char *device, int interface)
{
    DIR *list = opendir(class);
    const char *found = NULL;
    struct dirent *entry;

    while (list && !found && (entry = readdir(list)) != NULL) {
        char *folder = talloc_asprintf(mem, "%s/%s/device", class, entry->d_name), *own;

        if (strncmp(entry->d_name, begins, strlen(begins)) != 0 || !(own = usb_device(mem, folder)) ||
            strcmp(own, device) != 0)
            continue;
        if (interface < 0 || interface_of(mem, folder) == interface)
            found = talloc_strdup(mem, entry->d_name);
    }
    if (list)
        closedir(list);
    return found;
}

const char *sound_find_card(void *mem, const char *sys, const char *port)
{
    const char *device = device_of_port(mem, sys, port);
    const char *card =
        device ? find(mem, talloc_asprintf(mem, "%s/class/sound", sys), "card", device, -1) : NULL;

    return card ? talloc_asprintf(mem, "alsa:hw:%s,0", card + strlen("card")) : NULL;
}

const char *sound_find_port(void *mem, const char *sys, const char *port, int interface)
{
    const char *device = device_of_port(mem, sys, port);
    const char *tty =
        device ? find(mem, talloc_asprintf(mem, "%s/class/tty", sys), "tty", device, interface) : NULL;

    return tty ? talloc_asprintf(mem, "/dev/%s", tty) : NULL;
}
