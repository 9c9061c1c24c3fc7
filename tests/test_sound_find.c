/* The sound of a modem is found by its USB device, in a folder made like sysfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/voice/sound/sound_port.h"
#include "tests/support/support.h"

/* Two modems: one with a card on 1-1.2, one with ports on 1-1.3, and the machine's own card. */
static const char *make_sys(void *mem)
{
    const char *sys = temporary_directory(mem);
    const char *script =
        talloc_asprintf(mem,
                        "cd %s && mkdir -p class/tty class/sound devices/pci/card devices/usb1 &&"
                        "tty() { mkdir -p devices/usb1/$1/$1:1.$2/$3; echo 2c7c >devices/usb1/$1/idVendor;"
                        " echo 0$2 >devices/usb1/$1/$1:1.$2/bInterfaceNumber; mkdir -p class/tty/$3;"
                        " ln -s ../../../devices/usb1/$1/$1:1.$2/$3 class/tty/$3/device; } &&"
                        "tty 1-1.2 2 ttyUSB2; tty 1-1.2 3 ttyUSB3; tty 1-1.3 2 ttyUSB6; tty 1-1.3 4 ttyUSB8;"
                        "mkdir -p class/sound/card0 class/sound/card2 devices/usb1/1-1.2/1-1.2:1.5 &&"
                        "ln -s ../../../devices/pci/card class/sound/card0/device &&"
                        "ln -s ../../../devices/usb1/1-1.2/1-1.2:1.5 class/sound/card2/device",
                        sys);

    assert_int_equal(system(script), 0);
    return sys;
}

static void a_card_is_that_of_the_same_usb_device(void **state)
{
    void *mem = talloc_new(NULL);
    const char *sys = make_sys(mem);

    (void)state;
    assert_string_equal(sound_find_card(mem, sys, "/dev/ttyUSB2"), "alsa:hw:2,0");
    assert_null(sound_find_card(mem, sys, "/dev/ttyUSB6"));
    assert_null(sound_find_card(mem, sys, "/dev/ttyUSB9"));
    talloc_free(mem);
}

static void a_port_is_that_interface_of_the_same_usb_device(void **state)
{
    void *mem = talloc_new(NULL);
    const char *sys = make_sys(mem);

    (void)state;
    assert_string_equal(sound_find_port(mem, sys, "/dev/ttyUSB6", 4), "/dev/ttyUSB8");
    assert_null(sound_find_port(mem, sys, "/dev/ttyUSB2", 4));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_is_that_of_the_same_usb_device),
        cmocka_unit_test(a_port_is_that_interface_of_the_same_usb_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
