#include "gateway/understand/intent_votes.h"

enum {
    NEAR = 3,     /* symbols between a not and the word that it turns */
    TURNED = 6,   /* what a good word behind a not adds to rate3 */
    UNDONE = 5,   /* what a done word behind a not adds to rate4 */
    IS_DONE = 5,  /* 修了没, 办了没有: asks whether it was done */
    SAME_MOST = 4 /* digits of a number pressed too often: 4444 */
};

/* Whether a not stands shortly before the mark, in the same clause. */
static bool is_negated(const struct intent_reading *reading, size_t index)
{
    const struct intent_mark *marks = reading->marks;

    for (size_t i = index; i-- > 0;) {
        if (marks[i].clause != marks[index].clause || marks[index].from - marks[i].to > NEAR)
            return false;
        if (marks[i].weights[VOTE_NOT])
            return true;
        if (marks[i].weights[VOTE_GOOD] || marks[i].weights[VOTE_BUT])
            return false;
    }
    return false;
}

static bool is_followed_by(const struct intent_reading *reading, size_t index, enum vote vote)
{
    const struct intent_mark *mark = &reading->marks[index];

    return index + 1 < reading->n_marks && mark[1].from == mark->to && mark[1].weights[vote];
}

/* Whether 了没, 没有, 了吗 and the like end the clause behind the mark. */
static bool asks_whether(const struct intent_reading *reading, size_t at)
{
    static const uint32_t asking[] = { 0x6CA1 /* 没 */, 0x5417 /* 吗 */, 0x4E48 /* 么 */, 0x5427 /* 吧 */ };
    const uint32_t *symbols = reading->symbols;

    while (symbols[at] == 0x4E86 || symbols[at] == 0x597D || symbols[at] == 0x5B8C) /* 了 好 完 */
        at++;
    for (size_t i = 0; i < 3; i++)
        if (symbols[at] == asking[i]) {
            at += 1 + (symbols[at + 1] == 0x6709 /* 有 */);
            while (symbols[at] == 0x5440 || symbols[at] == 0x554A || symbols[at] == 0x54E9) /* 呀 啊 哩 */
                at++;
            return at >= reading->n || is_separator(symbols[at]);
        }
    return false;
}

/* 不高兴, 没拉走: a word of praise directly behind a not is blame; one that tells of work, that it was not
 * done. */
static void turn_praise(const struct intent_reading *reading, size_t index, struct intent_votes *votes)
{
    enum { PRAISE = 5 };
    const struct intent_mark *mark = &reading->marks[index];
    int weight = 0 + mark->weights[VOTE_RATE1];

    if (weight == 0 || index == 0 || mark[-1].to != mark->from || !mark[-1].weights[VOTE_NOT])
        return;
    votes->of[VOTE_RATE1] -= weight;
    votes->of[weight >= PRAISE ? VOTE_RATE3 : VOTE_RATE4] += weight;
}

static void count(const struct intent_reading *reading, size_t index, struct intent_votes *votes)
{
    const struct intent_mark *mark = &reading->marks[index];

    for (size_t i = 0; i < VOTES; i++)
        votes->of[i] += mark->weights[i];
    turn_praise(reading, index, votes);
    if (mark->weights[VOTE_RATE1] &&
        (is_followed_by(reading, index, VOTE_BEHIND) || is_followed_by(reading, index, VOTE_NOT)))
        votes->is_ironic = true; /* 很满意才怪, 很满意不 */
    if (mark->weights[VOTE_GOOD]) {
        bool is_turned = is_followed_by(reading, index, VOTE_BEHIND);

        votes->is_ironic |= is_turned;
        votes->of[is_turned || is_negated(reading, index) ? VOTE_RATE3 : VOTE_RATE1] += TURNED;
    }
    if (mark->weights[VOTE_DONE]) {
        if (is_negated(reading, index))
            votes->of[VOTE_RATE4] += UNDONE;
        else if (asks_whether(reading, mark->to))
            votes->of[VOTE_STATUS] += IS_DONE;
    }
}

void intent_votes_count(const struct intent_reading *reading, size_t from, size_t to,
                        struct intent_votes *votes)
{
    *votes = (struct intent_votes){ .is_ironic = false };
    for (size_t i = 0; i < reading->n_marks; i++)
        if (reading->marks[i].from >= from && reading->marks[i].from < to)
            count(reading, i, votes);
}

static int digit_of(uint32_t symbol)
{
    switch (symbol) {
    case '1':
    case 0x4E00: /* 一 */
    case 0x58F9: /* 壹 */
    case 0x5E7A: /* 幺 */
        return 1;
    case '2':
    case 0x4E8C: /* 二 */
    case 0x8D30: /* 贰 */
    case 0x4E24: /* 两 */
        return 2;
    case '3':
    case 0x4E09: /* 三 */
    case 0x53C1: /* 叁 */
        return 3;
    case '4':
    case 0x56DB: /* 四 */
    case 0x8086: /* 肆 */
        return 4;
    default:
        return 0;
    }
}

static bool is_figure(uint32_t symbol)
{
    return symbol >= '0' && symbol <= '9';
}

/* The mark that ends, or begins, at a symbol and has this vote. */
static bool has_mark(const struct intent_reading *reading, size_t at, enum vote vote, bool ends)
{
    for (size_t i = 0; i < reading->n_marks; i++)
        if ((ends ? reading->marks[i].to : reading->marks[i].from) == at && reading->marks[i].weights[vote])
            return true;
    return false;
}

static bool begins_rating(const struct intent_reading *reading, size_t at)
{
    return has_mark(reading, at, VOTE_RATE1, false) || has_mark(reading, at, VOTE_RATE2, false) ||
           has_mark(reading, at, VOTE_RATE3, false) || has_mark(reading, at, VOTE_RATE4, false) ||
           has_mark(reading, at, VOTE_GOOD, false);
}

/* Skips what may stand behind the number: 号, 个, 分, 吧 ...; to the end of its clause. */
static bool ends_number(const struct intent_reading *reading, size_t at)
{
    static const uint32_t tails[] = { 0x53F7 /* 号 */, 0x4E2A /* 个 */, 0x5206 /* 分 */, 0x5427 /* 吧 */,
                                      0x54C7 /* 哇 */, 0x54E6 /* 哦 */, 0x554A /* 啊 */, 0x4E86 /* 了 */,
                                      0x561E /* 嘞 */, 0x5440 /* 呀 */, 0x20E3 /* keycap */ };

    if (begins_rating(reading, at))
        return true;
    for (size_t i = 0; at < reading->n && !is_separator(reading->symbols[at]) && i < 2; i++) {
        bool is_tail = false;

        for (size_t k = 0; k < sizeof tails / sizeof *tails; k++)
            is_tail |= reading->symbols[at] == tails[k];
        if (!is_tail)
            return false;
        at++;
    }
    return at >= reading->n || is_separator(reading->symbols[at]);
}

/* Whether a number may begin here: at the front, behind 选 or 回, behind a space or mark. */
static bool begins_number(const struct intent_reading *reading, size_t at, bool is_first)
{
    size_t before = at;

    if (at == 0 || has_mark(reading, at, VOTE_RATES, true))
        return true;
    if (!is_separator(reading->symbols[at - 1]))
        return false;
    while (before > 0 && is_separator(reading->symbols[before - 1]))
        before--;
    /* a Chinese digit counts at the front only: 二 凑合 */
    return is_first || before == 0 || is_figure(reading->symbols[at]);
}

int intent_number(const struct intent_reading *reading, size_t *from, size_t *to, bool *is_torn)
{
    const uint32_t *symbols = reading->symbols;
    int rating = 0;

    *is_torn = false;
    for (size_t at = 0, end; at < reading->n; at = end) {
        int digit = digit_of(symbols[at]);

        end = at + 1;
        if (digit == 0 && !is_figure(symbols[at]))
            continue;
        if (is_figure(symbols[at]))
            while (is_figure(symbols[end]))
                end++;
        for (size_t i = at + 1; i < end; i++)
            if (symbols[i] != symbols[at] || end - at > SAME_MOST)
                digit = 0;
        if (digit == 0 || !begins_number(reading, at, rating == 0 && at == 0) || !ends_number(reading, end))
            continue;
        *is_torn |= rating && rating != digit;
        if (rating == 0) {
            rating = digit;
            *from = at;
            *to = end;
        }
    }
    return *is_torn ? 0 : rating;
}
