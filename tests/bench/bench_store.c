/*
 * What the store costs a message: an event, its sender, a case with its number and step, a notice, the
 * event's end. One line a figure, the median of five.
 */
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/case/lifecycle_guard.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/steps.h"
#include "tests/bench/measure.h"
#include "tests/support/support.h"

#define MESSAGES 4000

static double processor_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void give_up(const struct store *store)
{
    fprintf(stderr, "%s\n", store_error(store));
    exit(1);
}

/* What the desk does with a text that becomes a case, less the thinking. */
static bool take_message(struct store *store, int64_t i)
{
    void *mem = talloc_new(NULL);
    char key[65], phone[20], number[20];
    int64_t sequence;
    struct person *person;

    snprintf(key, sizeof key, "%08lx%08lx%048lx", (long)(i * 2654435761 % 4294967291), (long)i,
             (long)(i * 7919));
    snprintf(phone, sizeof phone, "+86138%08ld", (long)(i * 48271 % 99999989));
    struct event event = {
        .kind = EVENT_TEXT,
        .line = "village",
        .external_id = key,
        .from = phone,
        .at = 1700000000 + i,
        .received_at = 1700000001 + i,
        .text = "我们村停水三天了，老人孩子没水喝，请尽快派人来修，谢谢。",
        .raw = "0891683108200505F0240D91683118000000F0000862115151438323400A4F60597D4F60597D4F60597D"
    };
    bool is_done = store_add_event(store, &event) && store_person(store, mem, phone, &person) &&
                   store_see_person(store, phone, "village", event.received_at) &&
                   store_next(store, "case-26", &sequence);

    snprintf(number, sizeof number, "26%05ld3", (long)sequence);
    struct case_ case_ = { .number = number,
                           .reporter = phone,
                           .line = "village",
                           .confidence = 70,
                           .topic = "water",
                           .text = event.text,
                           .received_at = event.received_at,
                           .touched_at = event.received_at };
    is_done = is_done && store_open_case(store, &case_);
    struct step step = { .case_id = case_.id,
                         .at = event.at,
                         .actor = phone,
                         .line = "village",
                         .kind = "received",
                         .words = event.text,
                         .event_id = event.id };
    is_done = is_done && store_add_step(store, &step);
    struct notice notice = { .to = phone,
                             .text = "已收到您反映的问题，编号26004173，我们会尽快办理。",
                             .name = "received",
                             .line = "village",
                             .due_at = event.at,
                             .created_at = event.at,
                             .case_id = case_.id,
                             .step_id = step.id,
                             .event_id = event.id };
    is_done = is_done && store_add_notice(store, &notice);
    event.outcome = "case";
    event.case_id = case_.id;
    is_done = is_done && store_finish_event(store, &event);
    talloc_free(mem);
    return is_done;
}

/* Microseconds a message, so many in a transaction; and of its processor before the commit. */
static double measure(int in_transaction, int messages, double *inside_us)
{
    void *mem = talloc_new(NULL);
    const char *error = NULL;
    struct store *store =
        store_open(mem, talloc_asprintf(mem, "sqlite:%s/x.db", temporary_directory(mem)), &error);
    double start = measure_now(), inside = 0;

    if (!store || !lifecycle_guard_write(store)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    for (int64_t i = 0; i < messages;) {
        if (!store_begin(store, 1000))
            give_up(store);
        double begun = processor_now();
        for (int j = 0; j < in_transaction; j++)
            if (!take_message(store, i++))
                give_up(store);
        inside += processor_now() - begun;
        if (!store_commit(store))
            give_up(store);
    }
    double took = measure_now() - start;
    talloc_free(mem);
    *inside_us = inside * 1e6 / messages;
    return took * 1e6 / messages;
}

static void report(int in_transaction, int messages)
{
    double inside[RUNS], whole[RUNS];

    for (int i = 0; i < RUNS; i++)
        whole[i] = measure(in_transaction, messages, &inside[i]);
    double median = measure_median(whole, RUNS);
    printf("store, %d a transaction: %.0f us a message (%.0f us of CPU before the commit), %.0f/s\n",
           in_transaction, median, measure_median(inside, RUNS), 1e6 / median);
}

int main(void)
{
    report(1, MESSAGES / 4);
    report(10, MESSAGES);
    report(100, MESSAGES);
    return 0;
}
