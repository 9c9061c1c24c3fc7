/*
 * The desk alone, whole: understanding, case, notice rendered, committed (fsync) before each submitter goes
 * on.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/desk/desk.h"
#include "store/journal/journal.h"
#include "store/journal/seal.h"
#include "tests/bench/measure.h"
#include "tests/support/support.h"

struct submitter {
    struct desk *desk;
    int from, n;
    pthread_t thread;
    double slowest;
};

static void *submit(void *arg)
{
    struct submitter *submitter = arg;

    for (int i = 0; i < submitter->n; i++) {
        char from[32], id[32];
        int which = submitter->from + i;

        snprintf(from, sizeof from, "+86139%08d", which);
        snprintf(id, sizeof id, "bench-%d", which);
        struct event event = { .kind = EVENT_TEXT,
                               .line = "bench",
                               .external_id = id,
                               .from = from,
                               .at = time(NULL),
                               .received_at = time(NULL),
                               .text = "响水河镇东陈村的自来水停了三天了，老人没有水喝，请派人来看看" };
        double start = measure_now();
        if (!desk_submit(submitter->desk, &event, 1))
            printf("an event was refused\n");
        if (measure_now() - start > submitter->slowest)
            submitter->slowest = measure_now() - start;
    }
    return NULL;
}

/* A county that tells a centre of what it does. */
static bool start_journal(void *mem, const struct config *config, const char **error)
{
    struct store *store = store_open(mem, config->store_url, error);
    char public_key[SEAL_KEY_SIZE], private_key[SEAL_KEY_SIZE];

    seal_new_key(public_key, private_key);
    if (!store || !store_set_recovery_key(store, public_key) || !store_journal_start(store, SEAL_RESTRICTED))
        return false;
    talloc_free(store);
    return true;
}

static double run(int submitters, int events, bool has_journal, double *slowest)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *folder = temporary_directory(mem);
    struct config config = { .timezone = "Asia/Shanghai",
                             .store_url = talloc_asprintf(mem, "sqlite:%s/desk.db", folder),
                             .signature = "【浮山亮晒评】",
                             .language = "zh",
                             .county = "浮山县",
                             .number_prefix = "",
                             .part_timeout = 600,
                             .join_minutes = 10,
                             .accept_days = 15,
                             .finish_days = 60 };
    struct words *words = words_open(mem, NULL, &error);
    bool is_ready = !has_journal || start_journal(mem, &config, &error);
    struct desk *desk = words && is_ready ? desk_start(mem, &config, words, &error) : NULL;
    struct submitter all[64] = { 0 };

    if (!desk) {
        printf("desk: %s\n", error);
        talloc_free(mem);
        return 0;
    }
    double start = measure_now();
    for (int i = 0; i < submitters; i++) {
        all[i] =
            (struct submitter){ .desk = desk, .from = i * (events / submitters), .n = events / submitters };
        pthread_create(&all[i].thread, NULL, submit, &all[i]);
    }
    for (int i = 0; i < submitters; i++) {
        pthread_join(all[i].thread, NULL);
        *slowest = all[i].slowest > *slowest ? all[i].slowest : *slowest;
    }
    double rate = submitters * (events / submitters) / (measure_now() - start);
    desk_stop(desk);
    talloc_free(mem);
    return rate;
}

int main(void)
{
    static const struct {
        int submitters, events;
    } sizes[] = { { 1, 2000 }, { 8, 8000 }, { 64, 16000 } };

    setenv("TZ", "Asia/Shanghai", 1); /* as the gateway does; without, each date looks at /etc/localtime */
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        double rates[2][RUNS], slowest[2] = { 0 };

        for (int i = 0; i < RUNS; i++)
            for (int j = 0; j < 2; j++)
                rates[j][i] = run(sizes[s].submitters, sizes[s].events, j, &slowest[j]);
        for (int j = 0; j < 2; j++)
            printf("desk, %d submitter%s%s: %.0f events/s (slowest answer %.1f ms)\n", sizes[s].submitters,
                   sizes[s].submitters == 1 ? "" : "s", j ? ", with a journal" : "",
                   measure_median(rates[j], RUNS), slowest[j] * 1000);
    }
    return 0;
}
