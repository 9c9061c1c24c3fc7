/* Ports: opening pseudo-terminals and symlinks, keeping others out, and the names that survive renumbering.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <termios.h>
#include <unistd.h>

#include "modem/port.h"
#include "modem/port_holder.h"
#include "tests/support/support.h"

struct pair {
    void *mem;
    int master;
    char path[64];
};

static struct pair open_pair(void)
{
    struct pair pair = { .mem = talloc_new(NULL) };
    int slave;

    assert_int_equal(openpty(&pair.master, &slave, pair.path, NULL, NULL), 0);
    close(slave);
    return pair;
}

static void close_pair(struct pair *pair)
{
    close(pair->master);
    talloc_free(pair->mem);
}

static void a_pseudo_terminal_opens_raw_through_a_symlink(void **state)
{
    struct pair pair = open_pair();
    char *link = talloc_asprintf(pair.mem, "%s/modem", temporary_directory(pair.mem)), error[256] = "",
         octets[8];
    int fd;

    (void)state;
    assert_int_equal(symlink(pair.path, link), 0);
    fd = port_open(link, 9600, error, sizeof error);
    if (fd < 0)
        fail_msg("%s", error);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_int_equal(write(fd, "AT\r", 3), 3);
    assert_int_equal(read(pair.master, octets, sizeof octets), 3);
    assert_memory_equal(octets, "AT\r", 3);
    port_close(fd);
    close_pair(&pair);
}

static void a_port_speaks_at_each_speed_that_can_be_set(void **state)
{
    static const struct {
        int baud;
        speed_t speed;
    } speeds[] = { { 1200, B1200 },     { 2400, B2400 },     { 4800, B4800 },     { 9600, B9600 },
                   { 19200, B19200 },   { 38400, B38400 },   { 57600, B57600 },   { 115200, B115200 },
                   { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 }, { 0, B115200 } };
    struct pair pair = open_pair();
    char error[256] = "";

    (void)state;
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        int fd = port_open(pair.path, speeds[i].baud, error, sizeof error);
        struct termios set;

        if (fd < 0 || tcgetattr(fd, &set) != 0)
            fail_msg("%d: %s", speeds[i].baud, error);
        if (cfgetospeed(&set) != speeds[i].speed || cfgetispeed(&set) != speeds[i].speed)
            fail_msg("%d is set otherwise", speeds[i].baud);
        port_close(fd);
    }
    close_pair(&pair);
}

static void a_port_in_use_is_refused_and_its_holder_named(void **state)
{
    struct pair pair = open_pair();
    char error[256] = "";
    int first = port_open(pair.path, 0, error, sizeof error), second;

    (void)state;
    assert_true(first >= 0);
    second = port_open(pair.path, 0, error, sizeof error);
    assert_int_equal(second, -1);
    assert_non_null(strstr(error, pair.path));
    assert_non_null(strstr(error, "in use by"));
    port_close(first);
    second = port_open(pair.path, 0, error, sizeof error);
    assert_true(second >= 0);
    port_close(second);
    close_pair(&pair);
}

/* Other programs, such as pppd and minicom, say so in a file. */
static void a_port_that_another_program_has_reserved_is_left_alone(void **state)
{
    struct pair pair = open_pair();
    char *name = talloc_asprintf(pair.mem, "/var/lock/LCK..%s", strrchr(pair.path, '/') + 1), error[256] = "";
    const struct {
        const char *holder;
        bool is_refused;
    } files[] = {
        { talloc_asprintf(pair.mem, "%10ld\n", (long)getppid()), true },
        { talloc_asprintf(pair.mem, "%10ld\n", (long)getpid()), false },
        { "  99999999\n", false }, /* gone: there is no such process */
        { "nobody\n", false },
        { "", false },
        { "0\n", false },
        { "-1\n", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *file = fopen(name, "w");
        int fd;

        if (!file) {
            print_message("# left out: %s cannot be written\n", name);
            break;
        }
        fputs(files[i].holder, file);
        fclose(file);
        fd = port_open(pair.path, 0, error, sizeof error);
        port_close(fd);
        unlink(name);
        assert_int_equal(fd < 0, files[i].is_refused);
        if (files[i].is_refused)
            assert_non_null(strstr(error, name));
    }
    close_pair(&pair);
}

static struct port_info modem_port(const char *path, const char *serial, int interface)
{
    struct port_info port = { .vid = 0x2c7c, .pid = 0x0125, .interface = interface };

    snprintf(port.path, sizeof port.path, "%s", path);
    snprintf(port.serial, sizeof port.serial, "%s", serial);
    return port;
}

static int open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int n = 0;

    assert_non_null(directory);
    while (readdir(directory))
        n++;
    closedir(directory);
    return n;
}

static void who_holds_a_port_is_named_and_nobody_else(void **state)
{
    struct pair pair = open_pair();
    int before = open_files(), fd;
    char holder[100] = "x";

    (void)state;
    port_holder(pair.path, holder, sizeof holder);
    assert_string_equal(holder, "");
    fd = open(pair.path, O_RDWR | O_NOCTTY);
    port_holder(pair.path, holder, sizeof holder);
    assert_string_equal(holder, "this program itself");
    close(fd);
    port_holder("/dev/null-and-void", holder, sizeof holder);
    assert_string_equal(holder, "");
    assert_int_equal(open_files(), before);
    close_pair(&pair);
}

/* usb:VENDOR:PRODUCT:INTERFACE, or usb:SERIAL:INTERFACE where the serial looks like a vendor. */
static void a_serial_of_four_hex_digits_is_no_vendor(void **state)
{
    struct port_info port = modem_port("/dev/ttyUSB2", "12d1", 2);

    (void)state;
    assert_true(port_matches(&port, "usb:12d1:02"));
    assert_true(port_matches(&port, "usb:2c7c:0125:02"));
    assert_false(port_matches(&port, "usb:2c7c:0126:02"));
    assert_false(port_matches(&port, "usb:2c7d:0125:02"));
    assert_false(port_matches(&port, "usb:12d1:03"));
}

static void who_may_not_open_a_port_is_told_which_group_may(void **state)
{
    struct pair pair = open_pair();
    char error[256] = "";
    struct group *group = getgrnam("mail");
    uid_t user = geteuid();
    int fd;

    (void)state;
    if (user != 0 || !group) {
        print_message("not as root: what is forbidden to another user is left out\n");
        close_pair(&pair);
        return;
    }
    assert_int_equal(chown(pair.path, 0, group->gr_gid), 0);
    assert_int_equal(chmod(pair.path, 0660), 0);
    assert_int_equal(seteuid(65534), 0);
    fd = port_open(pair.path, 0, error, sizeof error);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(fd, -1);
    if (!strstr(error, "must belong to the group mail"))
        fail_msg("%s", error);
    close_pair(&pair);
}

static void what_is_no_port_is_refused_in_words(void **state)
{
    void *mem = talloc_new(NULL);
    char *file = talloc_asprintf(mem, "%s/file", temporary_directory(mem)), error[256] = "";

    (void)state;
    assert_int_equal(port_open(file, 0, error, sizeof error), -1);
    assert_non_null(strstr(error, "No such file"));
    close(open(file, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(port_open(file, 0, error, sizeof error), -1);
    assert_non_null(strstr(error, "not a serial port"));
    talloc_free(mem);
}

static void a_usb_name_fits_its_port_wherever_it_is_plugged_in(void **state)
{
    struct port_info port = modem_port("/dev/ttyUSB2", "A1B2C3D4", 2),
                     other = modem_port("/dev/ttyUSB7", "", 3);

    (void)state;
    assert_true(port_matches(&port, "usb:A1B2C3D4"));
    assert_true(port_matches(&port, "usb:a1b2c3d4:02"));
    assert_false(port_matches(&port, "usb:A1B2C3D4:03"));
    assert_false(port_matches(&port, "usb:A1B2C3D5"));
    assert_true(port_matches(&port, "usb:2c7c:0125"));
    assert_true(port_matches(&port, "usb:2C7C:0125:02"));
    assert_false(port_matches(&port, "usb:2c7c:0125:01"));
    assert_false(port_matches(&port, "usb:2c7c:0126"));
    assert_true(port_matches(&other, "usb:2c7c:0125:03"));
    assert_false(port_matches(&other, "usb:"));
    assert_false(port_matches(&other, "/dev/ttyUSB7"));
}

static void the_name_to_write_is_the_most_lasting_one(void **state)
{
    struct port_info ports[] = { modem_port("/dev/ttyUSB0", "A1B2C3D4", 0),
                                 modem_port("/dev/ttyUSB1", "A1B2C3D4", 2), modem_port("/dev/ttyUSB2", "", 1),
                                 modem_port("/dev/ttyUSB3", "0000000000", 0) };

    (void)state;
    for (size_t i = 0; i < 4; i++)
        port_name(ports, 4, i);
    assert_string_equal(ports[0].device, "usb:A1B2C3D4:00");
    assert_string_equal(ports[1].device, "usb:A1B2C3D4:02");
    assert_string_equal(ports[2].device, "usb:2c7c:0125:01");
    assert_string_equal(ports[3].device, "/dev/ttyUSB3");
}

/* One that tells no modem apart gives way to what the modem is; a colon or a blank would not be read back. */
static void only_a_serial_that_tells_a_modem_apart_names_it(void **state)
{
    static const struct {
        const char *serial;
        int interface;
        const char *name;
    } ports[] = {
        { "123456", 2, "usb:123456:02" },
        { "12345", 2, "usb:2c7c:0125:02" },
        { "000001", 2, "usb:000001:02" },
        { "000000", 2, "usb:2c7c:0125:02" },
        { "0123456789ABCDEF", 2, "usb:2c7c:0125:02" },
        { "0123456789ABCDE0", 2, "usb:0123456789ABCDE0:02" },
        { "A1:B2C3", 2, "usb:2c7c:0125:02" },
        { "A1 B2C3", 2, "usb:2c7c:0125:02" },
        { "A1\"B2C3", 2, "usb:2c7c:0125:02" },
        { "", 0, "usb:2c7c:0125:00" },
        { "A1B2C3D4", 0, "usb:A1B2C3D4:00" },
        { "A1B2C3D4", -1, "usb:A1B2C3D4" }, /* nobody knows its interface */
        { "", -1, "usb:2c7c:0125" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        struct port_info port = modem_port("/dev/ttyUSB7", ports[i].serial, ports[i].interface);

        port_name(&port, 1, 0);
        assert_string_equal(port.device, ports[i].name);
    }
}

static void a_path_means_itself_and_an_unknown_name_nothing(void **state)
{
    void *mem = talloc_new(NULL);
    char **paths;

    (void)state;
    assert_int_equal(port_find(mem, "/dev/ttyUSB2", &paths), 1);
    assert_string_equal(paths[0], "/dev/ttyUSB2");
    assert_int_equal(port_find(mem, "usb:no-such-modem-here", &paths), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pseudo_terminal_opens_raw_through_a_symlink),
        cmocka_unit_test(a_port_in_use_is_refused_and_its_holder_named),
        cmocka_unit_test(a_port_that_another_program_has_reserved_is_left_alone),
        cmocka_unit_test(who_holds_a_port_is_named_and_nobody_else),
        cmocka_unit_test(a_serial_of_four_hex_digits_is_no_vendor),
        cmocka_unit_test(who_may_not_open_a_port_is_told_which_group_may),
        cmocka_unit_test(what_is_no_port_is_refused_in_words),
        cmocka_unit_test(a_usb_name_fits_its_port_wherever_it_is_plugged_in),
        cmocka_unit_test(the_name_to_write_is_the_most_lasting_one),
        cmocka_unit_test(a_port_speaks_at_each_speed_that_can_be_set),
        cmocka_unit_test(only_a_serial_that_tells_a_modem_apart_names_it),
        cmocka_unit_test(a_path_means_itself_and_an_unknown_name_nothing),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
