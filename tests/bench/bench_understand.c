/*
 * How long a core takes to understand a text of 67 characters (one SMS, less a signature), with what it means
 * as a reply: topic, class, danger and accusation by rules and models alone; with the places of a county,
 * with all villages of the country; and what the start costs.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/understand/intent.h"

enum { RUNS = 5, TEXTS = 20000, COUNTY_VILLAGES = 130, VILLAGES_OF_THE_COUNTRY = 620000 };

static const char *const texts[] = {
    "尊敬的领导您好：槐埝乡第三十七村从去年十月起自来水就断断续续，一百多户老人孩子每天到沟底挑水，水管漏了也"
    "没人修，请派人看看。",
    "我家住在第九十九村东头，老伴瘫痪在床十年，我也七十多岁了没有收入，今年低保突然停了，去乡里问了三次都说等"
    "通知，求你们帮帮我们家。",
    "村口石料廠白天黑夜放炮，灰塵落得莊稼全白了，娃娃咳嗽得睡不著覺，打了好幾次電話都說來看，到現在也沒有人來"
    "，大家實在受不了了。",
    "包工头欠我们十二个人的工钱两万六千块，说年底给，现在电话也打不通了，我的电话是13800000000，家里等钱给孩"
    "子交学费，请领导做主。",
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct understanding *understanding_of(size_t villages)
{
    void *mem = talloc_new(NULL);
    struct unit *units = talloc_zero_array(mem, struct unit, (unsigned)villages + 2);
    struct understanding_source source = { .units = units, .n_units = villages ? villages + 2 : 0 };
    struct understanding *understanding;
    const char *error;

    units[0] = (struct unit){ .id = 1, .name = "浮山县", .level = UNIT_COUNTY };
    units[1] = (struct unit){ .id = 2, .name = "槐埝乡", .level = UNIT_TOWNSHIP, .parent = 1 };
    for (size_t i = 0; i < villages; i++) {
        static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
        char *name = talloc_strdup(mem, "第");

        for (size_t n = i + 1; n > 0; n /= 10)
            name = talloc_strdup_append(name, digits[n % 10]);
        name = talloc_strdup_append(name, "村村民委员会");
        units[i + 2] =
            (struct unit){ .id = (int64_t)i + 3, .name = name, .level = UNIT_VILLAGE, .parent = 2 };
    }
    understanding = understanding_new(NULL, &source, &error);
    if (!understanding)
        abort();
    talloc_free(mem);
    return understanding;
}

static double measure(const struct understanding *understanding)
{
    double begun = now();

    for (int i = 0; i < TEXTS; i++) {
        void *mem = talloc_new(NULL);
        struct understood out;
        struct intent intent;

        understand(understanding, mem, texts[i % 4], &out);
        intent_read(understanding, mem, &out, SITUATION_NONE, &intent);
        talloc_free(mem);
    }
    return TEXTS / (now() - begun);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(const struct understanding *understanding)
{
    double runs[RUNS];

    for (int i = 0; i < RUNS; i++)
        runs[i] = measure(understanding);
    qsort(runs, RUNS, sizeof(runs[0]), by_size);
    return runs[RUNS / 2];
}

static size_t used(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static void report(const char *what, size_t villages)
{
    size_t before = used();
    double begun = now(), start, speed;
    struct understanding *understanding = understanding_of(villages);

    start = now() - begun;
    speed = median(understanding);
    printf("understand, %s: %.1f microseconds a text, %.0f texts/s (start %.0f ms, %.1f MB)\n", what,
           1e6 / speed, speed, start * 1e3, (double)(used() - before) / 1e6);
    talloc_free(understanding);
}

int main(void)
{
    report("rules and models, no place", 0);
    report("a county", COUNTY_VILLAGES);
    report("a country's villages", VILLAGES_OF_THE_COUNTRY);
    return 0;
}
