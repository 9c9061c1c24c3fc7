#include "gateway/understand/likeness.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

/* Only the first PAIRS_MOST pairs of a text count. A common pair weighs a quarter of a telling one. */
enum { PAIRS_MOST = 256, TELLING = 4, COMMON = 1 };

/* The commonest pairs of 7,383 complaints, two characters each. */
static const char common[] =
    "是我我们没有一个领导尊敬敬的您好我是现在地省公司政府工作什么部门不能问题严重人员今年请问小区国家是一"
    "居民可以个月一直已经单位了一书记要求都是本人他们管理的一时间们是希望就是规定一年情况生活有一一下但是"
    "还是不是的领你好职工百姓这个为什一名这样反映给我时候知道能不自己影响有关进行的人开始关部你们人民我的"
    "多次怎么解决们的办理我家关于作为处理电话因为有限个人年的收费去年几个不到村民还有是不都没老百农村两个"
    "至今的工很多有人我在也不每天多少投诉主任也没区的安全大的由于年了是否都不地方任何当时样的说是的是二十"
    "市的的老通过我想不给家里为了需要目前存在而且的时参加部分通知标准建议只有如果有没正常这些无法晚上多年"
    "这么谢谢请领反应村里村的们村";

/* Digits and marks do not tell what a text is about. */
static bool is_letter(ucs4_t c)
{
    return (c >= 0x3400 && c < 0xa000) || (c >= 0x20000 && c < 0x32000) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static uint32_t hash_of(ucs4_t left, ucs4_t right)
{
    return (uint32_t)(((uint64_t)left << 21 | right) * 0x9e3779b97f4a7c15 >> 33);
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static size_t find_pairs(const char *text, uint32_t pairs[PAIRS_MOST])
{
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strlen(text), n = 0, unique = 0;
    ucs4_t last = 0, c;

    while (left > 0 && n < PAIRS_MOST) {
        int length = u8_mbtouc(&c, at, left);

        at += length, left -= (size_t)length;
        if (is_letter(c) && last)
            pairs[n++] = hash_of(last, c);
        last = is_letter(c) ? c : 0;
    }
    if (n > 0)
        qsort(pairs, n, sizeof *pairs, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || pairs[i] != pairs[i - 1])
            pairs[unique++] = pairs[i];
    return unique;
}

struct common_pairs {
    uint32_t pairs[PAIRS_MOST]; /* sorted */
    size_t n;
};

static void find_common(struct common_pairs *found)
{
    const uint8_t *at = (const uint8_t *)common;

    found->n = 0;
    for (size_t left = strlen(common); left > 0;) {
        ucs4_t first, second;
        int length = u8_mbtouc(&first, at, left);

        length += u8_mbtouc(&second, at + length, left - (size_t)length);
        at += length, left -= (size_t)length;
        found->pairs[found->n++] = hash_of(first, second);
    }
    qsort(found->pairs, found->n, sizeof *found->pairs, by_number);
}

static bool is_common(const struct common_pairs *table, uint32_t pair)
{
    return bsearch(&pair, table->pairs, table->n, sizeof pair, by_number) != NULL;
}

/* They are hashes: the smallest are a fair choice. */
size_t likeness_grams(const char *text, uint32_t grams[LIKENESS_GRAMS])
{
    uint32_t pairs[PAIRS_MOST];
    size_t n = find_pairs(text, pairs), kept = 0;
    struct common_pairs table;

    find_common(&table);
    for (size_t i = 0; i < n && kept < LIKENESS_GRAMS; i++)
        if (!is_common(&table, pairs[i]))
            grams[kept++] = pairs[i];
    return kept;
}

struct likeness {
    struct common_pairs common;
    uint32_t pairs[PAIRS_MOST]; /* sorted, each once */
    size_t n;
    int weight; /* of all its pairs */
};

static int weight_of(const struct common_pairs *table, uint32_t pair)
{
    return is_common(table, pair) ? COMMON : TELLING;
}

static int weight_of_all(const struct common_pairs *table, const uint32_t *pairs, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += weight_of(table, pairs[i]);
    return sum;
}

struct likeness *likeness_new(void *mem, const char *text)
{
    struct likeness *likeness = talloc(mem, struct likeness);

    find_common(&likeness->common);
    likeness->n = find_pairs(text, likeness->pairs);
    likeness->weight = weight_of_all(&likeness->common, likeness->pairs, likeness->n);
    return likeness;
}

int likeness_to(const struct likeness *likeness, const char *text)
{
    const struct common_pairs *table = &likeness->common;
    uint32_t pairs[PAIRS_MOST];
    size_t n = find_pairs(text, pairs);
    int weight = weight_of_all(table, pairs, n), shared = 0;

    for (size_t i = 0, k = 0; i < likeness->n && k < n;) {
        uint32_t here = likeness->pairs[i], there = pairs[k];

        if (here == there && weight_of(table, here) == TELLING)
            shared += TELLING;
        i += here <= there;
        k += there <= here;
    }
    return weight && likeness->weight ? (int)(100.0 * shared / sqrt((double)weight * likeness->weight)) : 0;
}
