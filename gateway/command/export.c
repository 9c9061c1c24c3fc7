#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/print/table.h"
#include "gateway/command/print/viewed.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/turn/redact.h"
#include "store/exports.h"
#include "store/steps.h"
#include "templates/escape.h"

struct exporting {
    FILE *out;
    const char *table; /* named in each row; NULL: the file's name says it */
    bool is_csv;
    int64_t n;
};

static json_object *cell_json(const struct export_cell *cell)
{
    if (!cell->text)
        return NULL;
    return cell->is_number ? json_object_new_int64(strtoll(cell->text, NULL, 10))
           : *cell->text   ? json_text(cell->text)
                           : json_object_new_string("");
}

static void print_json(const struct exporting *exporting, const struct export_cell *cells, size_t n)
{
    json_object *row = json_object_new_object();

    if (exporting->table)
        json_object_object_add(row, "table", json_object_new_string(exporting->table));
    for (size_t i = 0; i < n; i++)
        json_object_object_add(row, cells[i].name, cell_json(&cells[i]));
    json_print(exporting->out, row);
}

static void print_csv(const struct exporting *exporting, const struct export_cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            fputc(',', exporting->out);
        if (cells[i].text)
            escape(exporting->out, TEMPLATE_CSV, cells[i].text, strlen(cells[i].text));
    }
    fputs("\r\n", exporting->out);
}

static bool print_row(const struct export_cell *cells, size_t n, void *arg)
{
    struct exporting *exporting = arg;
    void *mem = talloc_new(NULL);
    struct export_cell *shown = talloc_memdup(mem, cells, n * sizeof *cells);

    for (size_t i = 0; i < n; i++)
        if (shown[i].text)
            shown[i].text = redact_for_handlers(mem, shown[i].is_of_hidden, shown[i].text);
    if (exporting->is_csv)
        print_csv(exporting, shown, n);
    else
        print_json(exporting, shown, n);
    talloc_free(mem);
    exporting->n++;
    return !ferror(exporting->out);
}

static void print_heading(FILE *out, const char *const *names, size_t n)
{
    fputs(CSV_MARK, out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%s", i ? "," : "", names[i]);
    fputs("\r\n", out);
}

/* One file of one table; false after saying why not. */
static bool write_table(void *mem, struct store *store, const char *folder, const char *table,
                        const struct export_query *wish, bool is_csv)
{
    struct exporting exporting = { .is_csv = is_csv };
    const char *path = talloc_asprintf(mem, "%s/%s.%s", folder, table, is_csv ? "csv" : "jsonl");
    size_t n;
    const char **names = store_export_columns(mem, table, wish, &n);
    bool is_read, is_written;

    if (n == 0)
        return true;
    exporting.out = fopen(path, "wx");
    if (!exporting.out)
        return command_failed("%s: %s", path, strerror(errno)), false;
    if (is_csv)
        print_heading(exporting.out, names, n);
    is_read = store_export(store, table, wish, print_row, &exporting);
    is_written = !ferror(exporting.out);
    is_written = fclose(exporting.out) == 0 && is_written;
    if (!is_read || !is_written)
        return command_failed("%s: %s", path, is_read ? strerror(errno) : store_error(store)), false;
    printf(words("%s: %lld rows\n"), path, (long long)exporting.n);
    return true;
}

static int write_all(void *mem, struct store *store, const char *folder, const struct export_query *wish,
                     bool is_csv)
{
    bool is_good = true;

    umask(077);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return command_failed("%s: %s", folder, strerror(errno));
    if (!store_export_begin(store))
        return command_failed("%s", store_error(store));
    for (size_t i = 0; export_tables[i] && is_good; i++)
        is_good = write_table(mem, store, folder, export_tables[i], wish, is_csv);
    store_export_end(store);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int print_person(struct store *store, const char *phone)
{
    const struct export_query wish = { .person = phone };
    int64_t n = 0;

    if (!store_export_begin(store))
        return command_failed("%s", store_error(store));
    for (size_t i = 0; export_tables[i]; i++) {
        struct exporting exporting = { .out = stdout, .table = export_tables[i] };

        if (!store_export(store, export_tables[i], &wish, print_row, &exporting)) {
            store_export_end(store);
            return command_failed("%s", store_error(store));
        }
        n += exporting.n;
    }
    store_export_end(store);
    return n > 0 ? EXIT_SUCCESS : command_failed("nothing is stored about %s", phone);
}

static int export_all(void *mem, const char *folder, const char *person, const struct export_query *wish,
                      bool is_csv)
{
    const struct config *config = command_config(mem);
    bool is_personal = person || wish->with_people || wish->with_guarded;
    struct viewing viewing = { .reporter = person ? argument_e164(mem, person) : NULL,
                               .guarded = person || wish->with_guarded,
                               .others = person || wish->with_people,
                               .at = clock_now(),
                               .words = viewed_words(mem, "export") };
    struct store *store;

    if (!config)
        return EXIT_WRONG_USE;
    store = command_store(mem, config, is_personal);
    if (!store)
        return EXIT_FAILURE;
    if (is_personal && !store_view_cases(store, &viewing))
        return command_failed("%s", store_error(store));
    return person ? print_person(store, argument_e164(mem, person))
                  : write_all(mem, store, folder, wish, is_csv);
}

static int run(int argc, char **argv)
{
    struct export_query wish = { 0 };
    const char *person = NULL, *format = NULL;
    const struct option_spec specs[] = { { "--people", &wish.with_people, NULL },
                                         { "--guarded", &wish.with_guarded, NULL },
                                         { "--no-complaints", &wish.with_no_complaints, NULL },
                                         { "--format", NULL, &format },
                                         { "--person", NULL, &person } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (format && strcmp(format, "jsonl") != 0 && strcmp(format, "csv") != 0)
        return command_wrong_use("--format %s is neither jsonl nor csv", format);
    if (person ? argc != 1 || format || wish.with_people || wish.with_guarded || wish.with_no_complaints
               : argc != 2)
        return command_wrong_use(person ? "--person takes nothing else" : "export takes one folder");
    mem = talloc_new(NULL);
    status = export_all(mem, person ? NULL : argv[1], person, &wish, format && strcmp(format, "csv") == 0);
    talloc_free(mem);
    return status;
}

const struct command command_export = {
    .name = "export",
    .summary = "writes everything that is kept to files, or all that is kept of one person",
    .usage =
        "usage: xiangyin export FOLDER [-c FILE] [--format jsonl|csv] [--people] [--guarded]\n"
        "                       [--no-complaints]\n"
        "       xiangyin export --person NUMBER [-c FILE]\n\n"
        "Writes one file a table into FOLDER, all as of one moment, while the "
        "gateway runs: JSON, one object a line, or CSV.\n"
        "Existing files are not replaced. Times are unix seconds. "
        "One-time codes and tokens are never written.\n\n"
        "By default people's names, numbers and words are left out, "
        "and so are cases that accuse an official:\n"
        "    --people     includes names, numbers and words\n"
        "    --guarded    includes cases that accuse an official, and the numbers of anonymous reporters\n"
        "    --no-complaints    includes cases that turned out to be no complaint (非诉求)\n"
        "Each case exported with --people or --guarded gets a step that says who exported it and when.\n\n"
        "    --person NUMBER    prints everything stored about one person, "
        "one JSON object a line, without other people's\n"
        "                       numbers: what a person is entitled to ask for\n",
    .run = run,
};
