#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/command/keep/vault.h"
#include "gateway/command/setup/divisions.h"
#include "gateway/command/setup/setup_first.h"
#include "gateway/command/setup/setup_line.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "modem/number/number.h"
#include "store/people.h"

#define SERVICE_CONFIG "/etc/xiangyin/xiangyin.conf"
#define SERVICE_FOLDER "/var/lib/xiangyin"
#define DIVISIONS "/usr/share/xiangyin/divisions"
#define KEYS "county units line kind account secret replace from signature cadre page backup"

enum { WAIT_SECONDS = 600, FILE_MODE = 0640 };

struct setup {
    void *mem;
    const char *path, *divisions;
    struct answers *answers;
    struct county county;
    const char *units;        /* the county's own CSV; NULL: from the table */
    const char *phone, *name; /* of the first cadre */
    const char *backup;       /* --backup */
    const char *copies, *key; /* the folder somebody named for the copies, and what opens them; NULL */
};

/* ---- the county ---- */

static void tell_several(const struct county *list, size_t n)
{
    command_failed("there are several; say which, with its city:");
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "    %s %s\n", list[i].code, list[i].path);
}

/* Without the national table, the county's own CSV file names the units. */
static bool ask_units(struct setup *setup)
{
    setup->units = answers_ask(
        setup->answers, "units",
        "The national table is not installed. CSV file of the county's units (import --help)", NULL);
    setup->county.code = "";
    setup->county.name =
        setup->units ? answers_ask(setup->answers, "county", "Name of the county", NULL) : NULL;
    return setup->county.name && setup_is_plain(setup->county.name);
}

static bool ask_county(struct setup *setup)
{
    for (;;) {
        struct county *list;
        size_t n;

        if (!divisions_find(setup->mem, setup->divisions, "", &list, &n))
            return ask_units(setup);
        const char *answer =
            answers_ask(setup->answers, "county", "Which county (浮山县, 临汾市浮山县)", NULL);

        if (!answer)
            return false;
        divisions_find(setup->mem, setup->divisions, answer, &list, &n);
        if (n == 1) {
            setup->county = list[0];
            return true;
        }
        if (n > 1)
            tell_several(list, n);
        else
            command_failed("there is no county %s", answer);
        if (!answers_may_ask_again(setup->answers))
            return false;
    }
}

/* ---- the first cadre: PHONE NAME ---- */

static bool take_cadre(struct setup *setup, const char *answer)
{
    size_t length = strcspn(answer, " \t");
    struct number number = number_normalise(talloc_strndup(setup->mem, answer, length), "CN");

    if (number.kind != NUMBER_REAL)
        return false;
    setup->phone = talloc_strdup(setup->mem, number.e164);
    answer += length;
    answer += strspn(answer, " \t");
    setup->name = *answer ? talloc_strdup(setup->mem, answer) : words("cadre on duty");
    return setup_is_plain(setup->name);
}

static bool ask_cadre(struct setup *setup)
{
    for (;;) {
        const char *answer = answers_ask(setup->answers, "cadre", "The first cadre: phone and name", NULL);

        if (!answer)
            return false;
        if (take_cadre(setup, answer))
            return true;
        command_failed("%s does not begin with a phone number", answer);
        if (!answers_may_ask_again(setup->answers))
            return false;
    }
}

/* ---- the configuration ---- */

static bool is_for_service(const struct setup *setup)
{
    return strcmp(setup->path, SERVICE_CONFIG) == 0;
}

/* The section of the daily copies: on the store's disk, or encrypted to a new key in the folder of whoever
 * named another. NULL after printing why. */
static const char *compose_backup(struct setup *setup)
{
    const char *recipient;

    setup->copies = setup->backup ? setup->backup : answers_given(setup->answers, "backup");
    if (!setup->copies)
        return talloc_asprintf(setup->mem, "backup { folder = \"%s\" }\n",
                               is_for_service(setup) ? SERVICE_FOLDER "/copies" : "copies");
    if (!setup_is_plain(setup->copies)) {
        command_failed("%s is not an answer that can be used", setup->copies);
        return NULL;
    }
    if (!vault_new_key(setup->mem, &setup->key, &recipient)) {
        command_failed("no key can be made: is age installed?");
        return NULL;
    }
    return talloc_asprintf(setup->mem, "backup { folder = \"%s\" recipient = \"%s\" }\n", setup->copies,
                           recipient);
}

static const char *compose(struct setup *setup)
{
    const char *line = setup_line(setup->mem, setup->answers, setup->path);
    const char *signature = line ? answers_ask(setup->answers, "signature", "How texts begin",
                                               talloc_asprintf(setup->mem, "【%s】", setup->county.name))
                                 : NULL;
    const char *page =
        signature && ask_cadre(setup)
            ? answers_ask(setup->answers, "page", "The page and the API on this machine (yes, no)", "yes")
            : NULL;

    const char *backup = page ? compose_backup(setup) : NULL;

    if (!backup)
        return NULL;
    if (!setup_is_plain(signature) || (strcmp(page, "yes") != 0 && strcmp(page, "no") != 0)) {
        command_failed("%s is not an answer that can be used", setup_is_plain(signature) ? page : signature);
        return NULL;
    }
    return talloc_asprintf(
        setup->mem,
        "# By xiangyin setup. xiangyin check --options lists what else there is.\n"
        "county = \"%s\"\nsignature = \"%s\"\noperator = \"%s\"\n"
        "store { url = \"sqlite:%s\" }\n%s%s%s",
        setup->county.name, signature, setup->phone,
        is_for_service(setup) ? SERVICE_FOLDER "/xiangyin.db" : "xiangyin.db", line, backup,
        strcmp(page, "yes") == 0 ? "http { listen = \"127.0.0.1:8080\" }\npage { }\n" : "");
}

/* Writes a new file that the service's user can read: it gets the group of its folder. */
static bool write_new(const char *path, const char *text)
{
    char *folder = talloc_strdup(NULL, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    struct stat status;
    bool is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;

    if (!is_written)
        command_failed("%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0 && geteuid() == 0 && stat(dirname(folder), &status) == 0)
        (void)!fchown(fd, (uid_t)-1, status.st_gid);
    if (fd >= 0)
        close(fd);
    talloc_free(folder);
    return is_written;
}

/* Makes the store's folder, because the store is filled before systemd makes it at the service's start; and
 * that of the copies, which root alone can make on another disk. False after printing why. */
static bool make_folders(const struct setup *setup)
{
    const struct passwd *user = is_for_service(setup) ? getpwnam("xiangyin") : NULL;
    struct stat folder;

    if (user && mkdir(SERVICE_FOLDER, 0750) == 0)
        (void)!chown(SERVICE_FOLDER, user->pw_uid, user->pw_gid);
    if (!user || !setup->copies)
        return true;
    if ((mkdir(setup->copies, 0700) != 0 && errno != EEXIST) || stat(setup->copies, &folder) != 0 ||
        (folder.st_uid != user->pw_uid && chown(setup->copies, user->pw_uid, user->pw_gid) != 0)) {
        command_failed("%s could not be made for the copies: %s", setup->copies, strerror(errno));
        return false;
    }
    return true;
}

/* Before the configuration names its public half: nothing else opens what is encrypted to it. */
static void show_key(const struct setup *setup)
{
    if (!setup->key)
        return;
    printf(words("Copies go to %s encrypted. Only this key opens them. Print it and keep it away from this "
                 "machine; it is shown this once:\n%s\n"),
           setup->copies, setup->key);
    fflush(stdout);
}

/* Checks the whole configuration before anything is written. False after printing every error. */
static bool is_good(struct setup *setup, const char *text)
{
    struct config_problem *problems;
    size_t n;
    const struct config *config =
        config_read_text(setup->mem, setup->path, text, strlen(text), &problems, &n);

    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%s\n", problems[i].text);
    return config != NULL;
}

/* For a configuration that is there already: makes the key and prints what to put into it. Returns an exit
 * code.
 */
static int show_backup(struct setup *setup)
{
    const char *section = compose_backup(setup);

    if (!section || !make_folders(setup))
        return EXIT_FAILURE;
    show_key(setup);
    printf(words("Put this in the place of the section backup of %s, then reload:\n%s"), setup->path,
           section);
    return EXIT_SUCCESS;
}

/* Writes the configuration unless the file exists. False after printing why. */
static bool configure(struct setup *setup)
{
    const char *text;

    if (access(setup->path, F_OK) == 0) {
        printf(words("%s is there already and stays as it is.\n"), setup->path);
        return true;
    }
    if (!ask_county(setup))
        return false;
    text = compose(setup);
    if (!text)
        return false;
    if (!make_folders(setup) || !is_good(setup, text))
        return false;
    show_key(setup);
    if (!write_new(setup->path, text))
        return false;
    printf(words("Wrote %s.\n"), setup->path);
    return true;
}

/* ---- units and people ---- */

/* Opens a temporary file for an import. */
static FILE *open_temporary(void *mem, const char **path)
{
    char *name = talloc_strdup(mem, "/tmp/xiangyin-setup-XXXXXX");
    int fd = mkstemp(name);

    *path = name;
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool end_import(struct store *store, bool is_imported)
{
    if (is_imported && store_commit(store))
        return true;
    if (is_imported)
        command_failed("%s", store_error(store));
    store_rollback(store);
    return false;
}

static bool import_county(struct setup *setup, struct store *store)
{
    struct import_units import = { .paths = &setup->units, .n_paths = 1 };
    const char *path;
    FILE *file;
    bool is_done;

    if (setup->units) {
        is_done = end_import(store, import_units(setup->mem, store, &import));
    } else {
        file = open_temporary(setup->mem, &path);
        if (!file)
            return command_failed("%s cannot be written: %s", path, strerror(errno)), false;
        if (divisions_write(setup->divisions, &setup->county, file) == 0)
            command_failed(
                "villages are not known: install xiangyin-divisions, or import them as CSV (import --help)");
        fprintf(file, "%s-BM,便民服务中心,office,%s,livelihood\n", setup->county.code, setup->county.code);
        fclose(file);
        import.paths = &path;
        is_done = end_import(store, import_units(setup->mem, store, &import));
        unlink(path);
    }
    if (is_done)
        printf(words("%zu units, %zu aliases\n"), import.n_units, import.n_aliases);
    return is_done;
}

/* The first unit with the duty livelihood, else the county, else any; NULL: there are no units. */
static const struct unit *cadres_unit(const struct unit *units, size_t n)
{
    const struct unit *found = NULL;

    for (size_t i = 0; i < n; i++) {
        if (units[i].duty && strcmp(units[i].duty, "livelihood") == 0)
            return &units[i];
        if (!found && units[i].level == UNIT_COUNTY)
            found = &units[i];
    }
    return found ? found : n > 0 ? &units[0] : NULL;
}

static bool put_cadre(struct setup *setup, struct store *store, const struct unit *unit)
{
    struct import_people import = { 0 };
    FILE *file = open_temporary(setup->mem, &import.path);
    bool is_done;

    if (!file)
        return command_failed("%s cannot be written: %s", import.path, strerror(errno)), false;
    fprintf(file, "phone,name,title,roles,unit\n%s,\"%s\",,cadre operator,%s\n", setup->phone, setup->name,
            unit->code);
    fclose(file);
    is_done = end_import(store, import_people(setup->mem, store, &import));
    unlink(import.path);
    return is_done;
}

/* Adds units only to an empty store, and the cadre only if the phone is new. */
static bool fill_store(struct setup *setup, const struct config *config)
{
    struct store *store = command_store(setup->mem, config, true);
    struct unit *units;
    struct person *person = NULL;
    size_t n;

    if (!store)
        return false;
    if (!store_units(store, setup->mem, &units, &n))
        return command_failed("%s", store_error(store)), false;
    if (n == 0 && setup->county.name && !import_county(setup, store))
        return false;
    if (!store_units(store, setup->mem, &units, &n) ||
        !store_person(store, setup->mem, setup->phone, &person))
        return command_failed("%s", store_error(store)), false;
    const struct unit *unit = cadres_unit(units, n);
    if (!unit)
        return command_failed("the store has no units: import them first (import --help)"), false;
    if ((!person || !person->roles) && !put_cadre(setup, store, unit))
        return false;
    talloc_free(store);
    command_knock(config);
    return true;
}

/* Asked before any question: who may not write the configuration shall not answer in vain. */
static bool may_write(const struct setup *setup)
{
    const char *folder = dirname(talloc_strdup(setup->mem, setup->path));

    if (access(folder, W_OK | X_OK) == 0)
        return true;
    if (errno == EACCES)
        command_failed("%s is written by root: try it with sudo", setup->path);
    else
        command_failed("%s cannot be written: %s", setup->path, strerror(errno));
    return false;
}

static int set_up(struct setup *setup, int wait_seconds)
{
    const struct config *config;

    if (setup->backup && access(setup->path, F_OK) == 0)
        return show_backup(setup);
    if (!configure(setup))
        return EXIT_FAILURE;
    config = command_config_at(setup->mem, setup->path);
    if (!config)
        return EXIT_WRONG_USE;
    if (!setup->phone && config->operator_phone) {
        setup->phone = config->operator_phone;
        setup->name = words("cadre on duty");
    }
    if ((!setup->phone && !ask_cadre(setup)) || !fill_store(setup, config))
        return EXIT_FAILURE;
    return setup_first(setup->mem, config, setup->phone, wait_seconds);
}

/* "600"; -1 when it is not a number of seconds. */
static int parse_wait(const char *text)
{
    return text && (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 6) ? -1
           : text                                                                             ? atoi(text)
                                                                                              : WAIT_SECONDS;
}

static int run(int argc, char **argv)
{
    struct setup setup = { .divisions = DIVISIONS };
    const char *answers = NULL, *wait = NULL;
    const struct option_spec specs[] = { { "--answers", NULL, &answers },
                                         { "--divisions", NULL, &setup.divisions },
                                         { "--backup", NULL, &setup.backup },
                                         { "--wait", NULL, &wait } };
    int status = EXIT_FAILURE;

    if (!command_options(&argc, argv, specs, 4))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    if (parse_wait(wait) < 0)
        return command_wrong_use("--wait: invalid number of seconds '%s'", wait);
    setup.mem = talloc_new(NULL);
    setup.path = command_config_path() ? command_config_path() : SERVICE_CONFIG;
    setup.answers = answers_open(setup.mem, answers, KEYS);
    if (setup.answers && may_write(&setup))
        status = set_up(&setup, parse_wait(wait));
    talloc_free(setup.mem);
    return status;
}

const struct command command_setup = {
    .name = "setup",
    .summary = "sets the gateway up: five questions, then the first text",
    .usage =
        "usage: xiangyin setup [-c FILE] [--answers FILE] [--wait SECONDS] [--divisions FOLDER]\n"
        "                      [--backup FOLDER]\n\n"
        "Asks for county, line, signature, first cadre and page; writes a checked configuration "
        "(/etc/xiangyin/xiangyin.conf);\n"
        "imports the county's places from the national table; starts the gateway; texts the cadre and "
        "waits for the answer.\n"
        "Can be called again: what is there already is never overwritten. Exits with 0 once the cadre "
        "has answered.\n\n"
        "    --answers FILE      asks nothing: lines KEY = ANSWER\n"
        "        county     浮山县, 临汾市浮山县 or 141027\n"
        "        units      CSV file of the county's units, where the national table is not installed\n"
        "        line       modem (the first that answers), /dev/ttyUSB2, usb:SERIAL, or provider, and "
        "then:\n"
        "        kind, account, secret, from; replace = yes: instead of an older secret\n"
        "        signature  【浮山县】\n"
        "        cadre      13900000010 王小明\n"
        "        page       yes or no\n"
        "        backup     as --backup\n"
        "    --backup FOLDER     daily copies go to this folder, on another disk, encrypted to a new key: it "
        "is\n"
        "                        printed, and kept nowhere. Without it they stay beside the store, plain.\n"
        "                        Where the configuration is there already, only prints what to put into "
        "it\n"
        "    --wait SECONDS      how long to wait for the answer (600)\n"
        "    --divisions FOLDER  the national table (" DIVISIONS ")\n",
    .run = run,
};
