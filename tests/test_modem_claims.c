/*
 * Which devices that udev describes belong to a modem of the configuration.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <cmocka.h>

#include "gateway/command/modem/modem_claims.h"
#include "gateway/config.h"
#include "tests/support/support.h"

static int describe_modem(void **state)
{
    *state = talloc_new(NULL);
    setenv("DEVNAME", "/dev/ttyUSB2", 1);
    setenv("ID_SERIAL", "QUECTEL_EC20_867584030012345", 1);
    setenv("ID_SERIAL_SHORT", "867584030012345", 1);
    setenv("ID_VENDOR_ID", "2c7c", 1);
    setenv("ID_MODEL_ID", "0125", 1);
    setenv("ID_PATH", "pci-0000:00:14.0-usb-0:1.2", 1);
    return 0;
}

static int forget_modem(void **state)
{
    static const char *const names[] = { "DEVNAME",      "ID_SERIAL",   "ID_SERIAL_SHORT",
                                         "ID_VENDOR_ID", "ID_MODEL_ID", "ID_PATH" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    talloc_free(*state);
    return 0;
}

static void every_way_to_name_a_modem_claims_it_and_no_other(void **state)
{
    static const struct {
        const char *device;
        bool is_claimed;
    } rows[] = {
        { "/dev/ttyUSB2", true },
        { "/dev/ttyUSB20", false },
        { "/dev/ttyUSB1", false },
        { "usb:867584030012345", true },
        { "usb:867584030012345:2", true },
        { "usb:8675840300123456", false },
        { "usb:2c7c:0125", true },
        { "usb:2C7C:0125:3", true },
        { "usb:2c7c:0126", false },
        { "/dev/xiangyin/867584030012345-if02", true },
        { "/dev/xiangyin/867584030012346-if02", false },
        { "/dev/xiangyin/at-pci-0000:00:14.0-usb-0:1.2:1.2", true },
        { "/dev/xiangyin/at-pci-0000:00:14.0-usb-0:1.21:1.2", false },
        { "/dev/serial/by-id/usb-QUECTEL_EC20_867584030012345-if02-port0", true },
        { "/dev/serial/by-id/usb-QUECTEL_EC20_867584030012346-if02-port0", false },
        { "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.2-port0", true },
        { "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.3:1.2-port0", false },
        { "usb:", false },
        { "", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (modem_claims(*state, rows[i].device) != rows[i].is_claimed)
            fail_msg("%s", rows[i].device);
}

static void a_device_without_properties_is_nobodys(void **state)
{
    void *mem = *state;

    forget_modem(&(void *){ NULL });
    assert_false(modem_claims(mem, "usb::"));
    assert_false(modem_claims(mem, "/dev/xiangyin/-if02"));
    assert_false(modem_claims(mem, "usb:"));
}

static void modems_are_claimed_although_the_file_has_an_error_elsewhere(void **state)
{
    const char *path = talloc_asprintf(*state, "%s/x.conf", temporary_directory(*state));
    FILE *file = fopen(path, "w");
    const char **devices;
    size_t n;

    fputs("store { url = \"sqlite:/nowhere/x.db\" }\nmodem \"a\" { device = \"usb:1234567\" pin = \"1\" }\n"
          "modem \"b\" { device = \"/dev/ttyUSB0\" }\n",
          file);
    fclose(file);
    devices = config_devices(*state, path, &n);
    assert_int_equal(n, 2);
    assert_string_equal(devices[0], "usb:1234567");
    assert_string_equal(devices[1], "/dev/ttyUSB0");
    config_devices(*state, "/nowhere/x.conf", &n);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_way_to_name_a_modem_claims_it_and_no_other, describe_modem,
                                        forget_modem),
        cmocka_unit_test_setup_teardown(a_device_without_properties_is_nobodys, describe_modem, forget_modem),
        cmocka_unit_test_setup_teardown(modems_are_claimed_although_the_file_has_an_error_elsewhere,
                                        describe_modem, forget_modem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
