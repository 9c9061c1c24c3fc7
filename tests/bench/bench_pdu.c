/*
 * How many full DELIVERs a core reads a second: half of them 160 septets, half 70 units of Chinese.
 */
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "modem/pdu/pdu.h"
#include "modem/pdu/pdu_network.h"

#define RUNS 5
#define TURNS 20000
#define A_TURN 50 /* what a modem's storage holds, read in one talloc context */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time); /* what a busy machine takes from us is not counted */
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static char *delivery(void *mem, const char *piece, size_t times)
{
    struct pdu_delivery delivery = { .from = "+8613800138000",
                                     .smsc = "+8613800100500",
                                     .at = 1714968000,
                                     .offset_minutes = 480,
                                     .message_class = -1 };
    char *text = talloc_strdup(mem, "");

    for (size_t i = 0; i < times; i++)
        text = talloc_strdup_append(text, piece);
    delivery.text = text;
    return pdu_encode_deliver(mem, &delivery, NULL);
}

/* Millions a second. */
static double measure(char **hex, size_t n)
{
    double begun = now();

    for (int turn = 0; turn < TURNS; turn++) {
        void *mem = talloc_new(NULL);

        for (size_t i = 0; i < A_TURN; i++)
            if (pdu_decode(mem, hex[i % n], true, false, NULL) == NULL)
                abort();
        talloc_free(mem);
    }
    return TURNS * A_TURN / (now() - begun) / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(char **hex, size_t n)
{
    double runs[RUNS];

    for (int i = 0; i < RUNS; i++)
        runs[i] = measure(hex, n);
    qsort(runs, RUNS, sizeof(runs[0]), by_size);
    return runs[RUNS / 2];
}

int main(void)
{
    void *mem = talloc_new(NULL);
    char *hex[] = { delivery(mem, "No water since Monday, please help us. 3", 4),
                    delivery(mem, "村口的桥面断了，老人", 7) };

    printf("pdu decode: %.2f M/s (GSM 7-bit %.2f, UCS-2 %.2f)\n", median(hex, 2), median(hex, 1),
           median(hex + 1, 1));
    talloc_free(mem);
    return 0;
}
