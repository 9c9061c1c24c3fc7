#include "gateway/command/modem/modem_claims.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* A property of the device; "" when it has none. */
static const char *property(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

/* Whether device is prefix, the property's value, and then an end or one of the marks. */
static bool is_named(const char *device, const char *prefix, const char *name, const char *marks)
{
    const char *value = property(name), *rest;
    size_t length = strlen(prefix), of_value = strlen(value);

    if (of_value == 0 || strncmp(device, prefix, length) != 0 ||
        strncmp(device + length, value, of_value) != 0)
        return false;
    rest = device + length + of_value;
    return !*rest || strchr(marks, *rest);
}

/* usb:VID:PID, without and with :INTERFACE. */
static bool is_kind(void *mem, const char *device)
{
    const char *vendor = property("ID_VENDOR_ID"), *model = property("ID_MODEL_ID");
    const char *name = talloc_asprintf(mem, "usb:%s:%s", vendor, model);
    size_t length = strlen(name);

    return *vendor && *model && strncasecmp(device, name, length) == 0 &&
           (!device[length] || device[length] == ':');
}

bool modem_claims(void *mem, const char *device)
{
    return is_kind(mem, device) || is_named(device, "", "DEVNAME", "") ||
           is_named(device, "usb:", "ID_SERIAL_SHORT", ":") ||
           is_named(device, "/dev/xiangyin/", "ID_SERIAL_SHORT", "-") ||
           is_named(device, "/dev/xiangyin/at-", "ID_PATH", ":") ||
           is_named(device, "/dev/serial/by-id/usb-", "ID_SERIAL", "-") ||
           is_named(device, "/dev/serial/by-path/", "ID_PATH", ":-");
}
