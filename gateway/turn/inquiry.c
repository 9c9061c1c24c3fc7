#include "gateway/turn/inquiry.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/line_trust.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"
#include "store/senders.h"

enum { CODE_TRIES = 5, SENDER_TRIES = 5 /* a day */, AROUND_MOST = 60 /* octets around a code */ };

/* One code of the case, and where its wrong tries are counted. */
struct tried {
    const char *code;
    int *tries;
    int64_t *at;
};

/* What a clock that was far ahead counted does not count. */
static int tries_today(const struct turn *turn, const struct tried *tried)
{
    int64_t age = turn->now - *tried->at;

    return age < DAY_SECONDS && age > -DAY_SECONDS ? *tried->tries : 0;
}

static void look(const struct turn *turn, const struct tried *tried, struct inquiry *inquiry)
{
    inquiry->is_right |=
        *tried->code && tries_today(turn, tried) < CODE_TRIES && strcmp(tried->code, inquiry->code) == 0;
}

/* Whether there was anything to count. */
static bool count_wrong(const struct turn *turn, const struct tried *tried)
{
    int today = tries_today(turn, tried);

    if (!*tried->code || today >= CODE_TRIES)
        return false;
    *tried->tries = today + 1;
    *tried->at = turn->now;
    return true;
}

static struct tried of_recording(struct recording *recording)
{
    return (struct tried){ recording->code, &recording->code_tries, &recording->code_tried_at };
}

/* A case may have several codes, one a recording. What is right for one is no wrong try of another. */
static bool try_case(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry)
{
    const struct recording_filter of_case = { .case_id = case_->id };
    struct recording *recordings;
    struct tried filed = { .code = "" };
    struct case_code *kept;
    size_t n;

    if (!store_case_code(turn->store, turn->mem, case_->id, &kept) ||
        !store_recordings(turn->store, turn->mem, &of_case, &recordings, &n))
        return false;
    if (kept) {
        filed = (struct tried){ kept->code, &kept->tries, &kept->tried_at };
        look(turn, &filed, inquiry);
    }
    for (size_t i = 0; i < n; i++) {
        struct tried tried = of_recording(&recordings[i]);

        look(turn, &tried, inquiry);
    }
    if (inquiry->is_right)
        return true;
    if (kept && count_wrong(turn, &filed) && !store_put_case_code(turn->store, kept))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct tried tried = of_recording(&recordings[i]);

        if (count_wrong(turn, &tried) && !store_update_recording(turn->store, &recordings[i]))
            return false;
    }
    return true;
}

/* Where the sender's tries are counted, beside those of signing in. */
static const char *place_of(const struct turn *turn, const struct inquiry *inquiry)
{
    return talloc_asprintf(turn->mem, "case code %s", line_trust_key(turn->config, inquiry->line));
}

bool inquiry_try(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry)
{
    const char *place = place_of(turn, inquiry);
    int64_t yesterday = turn->now - DAY_SECONDS;
    struct try_counts counts = { 0 };

    inquiry->is_right = inquiry->is_too_often = false;
    if (*inquiry->phone && !store_count_tries(turn->store, inquiry->phone, place, yesterday, &counts))
        return false;
    inquiry->is_too_often = counts.pair >= SENDER_TRIES;
    if (inquiry->is_too_often)
        return true;
    if (case_ && !try_case(turn, case_, inquiry))
        return false;
    return inquiry->is_right || !*inquiry->phone ||
           store_add_try(turn->store, inquiry->phone, place, true, turn->now, yesterday);
}

/* What may stand around a code; in normalised words. */
static size_t skip_around(const char *words)
{
    static const char *const around[] = { "查询码", "查询密码", "密码", "code", "码", "是",   "为",
                                          "查询",   "查看",     "查",   "看看", "看", "编号", "单号",
                                          "请问",   "一下",     "谢谢", " ",    ":",  ",",    ".",
                                          "，",     "。",       "：",   NULL };

    for (const char *const *word = around; *word; word++)
        if (strncmp(words, *word, strlen(*word)) == 0)
            return strlen(*word);
    return 0;
}

const char *inquiry_code_in(void *mem, const char *words)
{
    const char *code = NULL;

    while (*words) {
        size_t digits = strspn(words, "0123456789"), n = digits ? digits : skip_around(words);

        if (n == 0 || (digits && (code || digits != INQUIRY_DIGITS)))
            return NULL;
        if (digits)
            code = words;
        words += n;
    }
    return code ? talloc_strndup(mem, code, INQUIRY_DIGITS) : NULL;
}

const char *inquiry_code_among(void *mem, const char *words)
{
    const char *digits = words + strcspn(words, "0123456789"), *behind;
    size_t n = strspn(digits, "0123456789");

    behind = digits + n;
    if (n != INQUIRY_DIGITS || behind[strcspn(behind, "0123456789")] != '\0' ||
        strlen(words) > AROUND_MOST + INQUIRY_DIGITS)
        return NULL;
    return talloc_strndup(mem, digits, n);
}
