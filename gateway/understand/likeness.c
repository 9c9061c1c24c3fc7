#include "gateway/understand/likeness.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/understand/text/pairs.h"

/* A common pair weighs a quarter of a telling one. */
enum { HASH_BITS = 31, TELLING = 4, COMMON = 1 };

/* The commonest pairs of 7,383 complaints, two characters each. */
static const char common[] =
    "是我我们没有一个领导尊敬敬的您好我是现在地省公司政府工作什么部门不能问题严重人员今年请问小区国家是一"
    "居民可以个月一直已经单位了一书记要求都是本人他们管理的一时间们是希望就是规定一年情况生活有一一下但是"
    "还是不是的领你好职工百姓这个为什一名这样反映给我时候知道能不自己影响有关进行的人开始关部你们人民我的"
    "多次怎么解决们的办理我家关于作为处理电话因为有限个人年的收费去年几个不到村民还有是不都没老百农村两个"
    "至今的工很多有人我在也不每天多少投诉主任也没区的安全大的由于年了是否都不地方任何当时样的说是的是二十"
    "市的的老通过我想不给家里为了需要目前存在而且的时参加部分通知标准建议只有如果有没正常这些无法晚上多年"
    "这么谢谢请领反应村里村的们村";

static uint32_t common_pairs[PAIRS_MOST]; /* sorted */
static size_t n_common;
/* A bit for each value of a pair's last bits that a common pair has: most others are told apart by it. */
static uint64_t common_bits[64];

static void find_common(void)
{
    const uint8_t *at = (const uint8_t *)common;

    for (size_t left = strlen(common); left > 0;) {
        ucs4_t first, second;
        int length = u8_mbtouc(&first, at, left);

        length += u8_mbtouc(&second, at + length, left - (size_t)length);
        at += length, left -= (size_t)length;
        common_pairs[n_common] = pairs_hash(first, second, HASH_BITS);
        common_bits[common_pairs[n_common] / 64 % 64] |= UINT64_C(1) << common_pairs[n_common] % 64;
        n_common++;
    }
    qsort(common_pairs, n_common, sizeof *common_pairs, pairs_order);
}

static bool is_common(uint32_t pair)
{
    return common_bits[pair / 64 % 64] >> pair % 64 & 1 &&
           bsearch(&pair, common_pairs, n_common, sizeof pair, pairs_order) != NULL;
}

/* The text's pairs; what is common is known then. */
static size_t find_pairs(const char *text, uint32_t pairs[PAIRS_MOST])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_common);
    return pairs_find(text, HASH_BITS, pairs);
}

/* They are hashes: the smallest are a fair choice. */
size_t likeness_grams(const char *text, uint32_t grams[LIKENESS_GRAMS])
{
    uint32_t pairs[PAIRS_MOST];
    size_t n = find_pairs(text, pairs), kept = 0;

    for (size_t i = 0; i < n && kept < LIKENESS_GRAMS; i++)
        if (!is_common(pairs[i]))
            grams[kept++] = pairs[i];
    return kept;
}

struct likeness {
    uint32_t pairs[PAIRS_MOST]; /* sorted, each once */
    size_t n;
    int weight; /* of all its pairs */
};

static int weight_of(uint32_t pair)
{
    return is_common(pair) ? COMMON : TELLING;
}

static int weight_of_all(const uint32_t *pairs, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += weight_of(pairs[i]);
    return sum;
}

struct likeness *likeness_new(void *mem, const char *text)
{
    struct likeness *likeness = talloc(mem, struct likeness);

    likeness->n = find_pairs(text, likeness->pairs);
    likeness->weight = weight_of_all(likeness->pairs, likeness->n);
    return likeness;
}

int likeness_to(const struct likeness *likeness, const char *text)
{
    uint32_t pairs[PAIRS_MOST];
    size_t n = find_pairs(text, pairs);
    int weight = weight_of_all(pairs, n), shared = 0;

    for (size_t i = 0, k = 0; i < likeness->n && k < n;) {
        uint32_t here = likeness->pairs[i], there = pairs[k];

        if (here == there && weight_of(here) == TELLING)
            shared += TELLING;
        i += here <= there;
        k += there <= here;
    }
    return weight && likeness->weight ? (int)(100.0 * shared / sqrt((double)weight * likeness->weight)) : 0;
}
