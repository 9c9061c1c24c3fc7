#include "modem/port.h"

#include <ctype.h>
#include <dirent.h>
#include <libserialport.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <unistd.h>

static void copy(char *to, size_t size, const char *from)
{
    size_t n = from ? strlen(from) : 0;

    if (n >= size)
        n = size - 1;
    if (n > 0)
        memcpy(to, from, n);
    to[n] = '\0';
}

/* bInterfaceNumber stands in the port's device folder or one above: ttyACM and ttyUSB differ. */
static int read_interface(const char *name)
{
    char path[PATH_MAX + 32], device[PATH_MAX];
    int number = -1;

    snprintf(path, sizeof path, "/sys/class/tty/%.60s/device", name);
    if (!realpath(path, device))
        return -1;
    for (int up = 0; up < 3 && number < 0; up++) {
        FILE *file;
        char *slash;

        snprintf(path, sizeof path, "%s/bInterfaceNumber", device);
        file = fopen(path, "re");
        if (file) {
            unsigned value;

            if (fscanf(file, "%2x", &value) == 1)
                number = (int)value;
            fclose(file);
        }
        slash = strrchr(device, '/');
        if (slash)
            *slash = '\0';
    }
    return number;
}

static void read_driver(const char *name, char *driver, size_t size)
{
    char path[128], target[PATH_MAX];
    ssize_t n;

    snprintf(path, sizeof path, "/sys/class/tty/%.60s/device/driver", name);
    n = readlink(path, target, sizeof target - 1);
    if (n < 0)
        return;
    target[n] = '\0';
    copy(driver, size, strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
}

static void read_port(struct sp_port *port, struct port_info *info)
{
    const char *name, *slash;

    *info = (struct port_info){ .vid = -1, .pid = -1, .interface = -1 };
    copy(info->path, sizeof info->path, sp_get_port_name(port));
    slash = strrchr(info->path, '/');
    name = slash ? slash + 1 : info->path;
    read_driver(name, info->driver, sizeof info->driver);
    if (sp_get_port_transport(port) != SP_TRANSPORT_USB)
        return;
    sp_get_port_usb_vid_pid(port, &info->vid, &info->pid);
    copy(info->manufacturer, sizeof info->manufacturer, sp_get_port_usb_manufacturer(port));
    copy(info->product, sizeof info->product, sp_get_port_usb_product(port));
    copy(info->serial, sizeof info->serial, sp_get_port_usb_serial(port));
    info->interface = read_interface(name);
}

static size_t count(struct sp_port **list)
{
    size_t n = 0;

    while (list[n])
        n++;
    return n;
}

static int by_device_then_interface(const void *a, const void *b)
{
    const struct port_info *left = a, *right = b;
    int order = strcmp(left->serial, right->serial);

    if (order == 0)
        order = left->interface - right->interface;
    return order ? order : strcmp(left->path, right->path);
}

bool port_list(void *mem, struct port_info **ports, size_t *n)
{
    struct sp_port **list;

    *ports = NULL;
    *n = 0;
    if (sp_list_ports(&list) != SP_OK)
        return false;
    *ports = talloc_zero_array(mem, struct port_info, (unsigned)count(list) + 1);
    for (size_t i = 0; *ports && list[i]; i++)
        read_port(list[i], &(*ports)[(*n)++]);
    sp_free_port_list(list);
    if (!*ports)
        return false;
    qsort(*ports, *n, sizeof **ports, by_device_then_interface);
    for (size_t i = 0; i < *n; i++)
        port_name(*ports, *n, i);
    return true;
}

/* Whether the serial number tells this modem apart: cheap ones all have the same number, or none. */
static bool has_good_serial(const struct port_info *ports, size_t n, size_t i)
{
    if (strlen(ports[i].serial) < 6 || strpbrk(ports[i].serial, ": \"") ||
        strspn(ports[i].serial, "0") == strlen(ports[i].serial) ||
        strcmp(ports[i].serial, "0123456789ABCDEF") == 0)
        return false;
    for (size_t j = 0; j < n; j++)
        if (j != i && strcmp(ports[j].serial, ports[i].serial) == 0 &&
            ports[j].interface == ports[i].interface)
            return false;
    return true;
}

static bool is_only_one_of_its_kind(const struct port_info *ports, size_t n, size_t i)
{
    for (size_t j = 0; j < n; j++)
        if (j != i && ports[j].vid == ports[i].vid && ports[j].pid == ports[i].pid &&
            ports[j].interface == ports[i].interface)
            return false;
    return true;
}

/* Names a modem by the socket it is plugged into: for two of one kind without serial numbers. */
static bool name_by_socket(struct port_info *port)
{
    static const char folder[] = "/dev/serial/by-path";
    DIR *directory = opendir(folder);
    struct dirent *entry;
    bool found = false;

    while (directory && !found && (entry = readdir(directory))) {
        char link[PATH_MAX], real[PATH_MAX];

        snprintf(link, sizeof link, "%s/%s", folder, entry->d_name);
        found = realpath(link, real) && strcmp(real, port->path) == 0 && strlen(link) < sizeof port->device;
        if (found)
            memcpy(port->device, link, strlen(link) + 1);
    }
    if (directory)
        closedir(directory);
    return found;
}

void port_name(struct port_info *ports, size_t n, size_t i)
{
    struct port_info *port = &ports[i];
    char interface[8] = "";

    if (port->interface >= 0)
        snprintf(interface, sizeof interface, ":%02x", (unsigned)port->interface & 0xff);
    if (port->vid >= 0 && has_good_serial(ports, n, i))
        snprintf(port->device, sizeof port->device, "usb:%s%s", port->serial, interface);
    else if (port->vid >= 0 && is_only_one_of_its_kind(ports, n, i))
        snprintf(port->device, sizeof port->device, "usb:%04x:%04x%s", (unsigned)port->vid & 0xffff,
                 (unsigned)port->pid & 0xffff, interface);
    else if (!name_by_socket(port))
        copy(port->device, sizeof port->device, port->path);
}

/* Copies the next part of a name, up to a colon; false at the end. */
static bool next_part(const char **s, char *part, size_t size)
{
    size_t n = strcspn(*s, ":");

    if (**s == '\0' || n >= size)
        return false;
    memcpy(part, *s, n);
    part[n] = '\0';
    *s += n + ((*s)[n] == ':');
    return true;
}

static bool is_four_hex(const char *s)
{
    return strlen(s) == 4 && strspn(s, "0123456789abcdefABCDEF") == 4;
}

static bool matches_interface(const struct port_info *port, const char *rest)
{
    return *rest == '\0' || strtol(rest, NULL, 16) == port->interface;
}

bool port_matches(const struct port_info *port, const char *device)
{
    char first[64], second[64];
    const char *rest = device + 4, *after_first;

    if (strncmp(device, "usb:", 4) != 0 || !next_part(&rest, first, sizeof first))
        return false;
    after_first = rest;
    if (is_four_hex(first) && next_part(&rest, second, sizeof second) && is_four_hex(second))
        return port->vid == strtol(first, NULL, 16) && port->pid == strtol(second, NULL, 16) &&
               matches_interface(port, rest);
    return strcasecmp(port->serial, first) == 0 && matches_interface(port, after_first);
}

size_t port_find(void *mem, const char *device, char ***paths)
{
    struct port_info *ports;
    size_t n, found = 0;

    *paths = talloc_zero_array(mem, char *, 64);
    if (strncmp(device, "usb:", 4) != 0) {
        (*paths)[found++] = talloc_strdup(*paths, device);
        return found;
    }
    if (!port_list(*paths, &ports, &n))
        return 0;
    for (size_t i = 0; i < n && found < 64; i++)
        if (port_matches(&ports[i], device))
            (*paths)[found++] = talloc_strdup(*paths, ports[i].path);
    return found;
}
