/*
 * A new program takes over the store of the first package: nothing of it is lost, nor a text that comes
 * meanwhile. XIANGYIN_FAULT=1: a million cases instead of some thousands, in minutes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "store/search/search.h"
#include "store/upkeep/backup.h"
#include "tests/bench/measure.h"
#include "tests/support/gateway_process.h"
#include "tests/support/old_store.h"

enum {
    CASES = 3000,
    CASES_LONG = 1000000,
    TEXTS = 10,
    LONG_MS = 30 * 60000 /* on a busy machine */
};

static bool is_ready(const struct gateway_process *gateway)
{
    char *text = talloc_zero_size(NULL, 1 << 20);
    FILE *file = fopen(gateway->log, "r");
    bool is_found = file && fread(text, 1, (1 << 20) - 1, file) > 0 && strstr(text, " ready: ");

    if (file)
        fclose(file);
    talloc_free(text);
    return is_found;
}

/* Seconds from its start until it serves. */
static double silence(struct gateway_process *gateway)
{
    double began = measure_now();

    for (long waited = 0; waited < LONG_MS && !is_ready(gateway); waited += 20)
        sleep_ms(20);
    if (!is_ready(gateway))
        fail_msg("the gateway does not serve the store");
    return measure_now() - began;
}

static double copy_store(struct gateway_process *gateway, const char *path)
{
    double began = measure_now();
    struct backup_count count;
    const char *error = "";

    if (!backup_take(gateway->mem, path, talloc_asprintf(gateway->mem, "%s/before.db", gateway->folder),
                     &count, &error))
        fail_msg("%s", error);
    return measure_now() - began;
}

/* How many cases a word of theirs finds. */
static int found(struct gateway_process *gateway, const char *words)
{
    const char *error = "";
    char *url = talloc_asprintf(gateway->mem, "sqlite:%s", gateway->url);
    struct store *store = store_open_reader(gateway->mem, url, &error);
    int64_t *ids;
    size_t n = 0;

    if (!store ||
        !store_search(store, store, &(struct search){ .words = words, .with_guarded = true }, &ids, &n))
        fail_msg("%s", store ? store_error(store) : error);
    talloc_free(store);
    return (int)n;
}

static void an_older_store_is_taken_over_whole_and_so_are_texts_that_come_meanwhile(void **state)
{
    int cases = getenv("XIANGYIN_FAULT") ? CASES_LONG : CASES;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *path = gateway->url, *error = "";

    (void)state;
    if (!old_store_make(gateway->mem, path, OLDEST_PACKAGED, cases, &error))
        fail_msg("%s", error);
    double copied = copy_store(gateway, path);

    gateway_tell(gateway, "{\"cmd\":\"flood\",\"n\":%d,\"from\":\"+86139035\",\"text\":\"第{n}户没有水\"}",
                 TEXTS);
    gateway_spawn(gateway);
    gateway_tell(gateway, "{\"cmd\":\"flood\",\"n\":%d,\"from\":\"+86139036\",\"text\":\"第{n}户没有电\"}",
                 TEXTS);
    print_message("# %d cases: copied in %.0f s; silent for %.0f s\n", cases, copied, silence(gateway));
    assert_true(gateway_wait(
        gateway, talloc_asprintf(gateway->mem, "SELECT count(*) FROM events WHERE id > %d", cases), 2 * TEXTS,
        LONG_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE text LIKE '第%户没有_'"),
                     2 * TEXTS);
    assert_int_equal(
        gateway_count(gateway,
                      talloc_asprintf(gateway->mem, "SELECT count(*) FROM cases WHERE id <= %d", cases)),
        cases);
    assert_int_equal(found(gateway, "水就通了"), cases);
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_store_is_taken_over_whole_and_so_are_texts_that_come_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
