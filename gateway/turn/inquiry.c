#include "gateway/turn/inquiry.h"

#include <string.h>

#include "gateway/turn/dates.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"

enum { CODE_TRIES = 5 };

/* One code of the case, and where its wrong tries are counted. */
struct tried {
    const char *code;
    int *tries;
    int64_t *at;
};

static int tries_today(const struct turn *turn, const struct tried *tried)
{
    return *tried->at > turn->now - DAY_SECONDS ? *tried->tries : 0;
}

static void look(const struct turn *turn, const struct tried *tried, struct inquiry *inquiry)
{
    inquiry->has_code |= *tried->code != '\0';
    inquiry->is_right |=
        *tried->code && tries_today(turn, tried) < CODE_TRIES && strcmp(tried->code, inquiry->code) == 0;
}

/* Whether there was anything to count. */
static bool count_wrong(const struct turn *turn, const struct tried *tried, const struct inquiry *inquiry)
{
    int today = tries_today(turn, tried);

    if (!*tried->code || !*inquiry->code || today >= CODE_TRIES)
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
bool inquiry_try(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry)
{
    const struct recording_filter of_case = { .case_id = case_->id };
    struct recording *recordings;
    struct tried filed = { .code = "" };
    struct case_code *kept;
    size_t n;

    inquiry->has_code = inquiry->is_right = false;
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
    if (kept && count_wrong(turn, &filed, inquiry) && !store_put_case_code(turn->store, kept))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct tried tried = of_recording(&recordings[i]);

        if (count_wrong(turn, &tried, inquiry) && !store_update_recording(turn->store, &recordings[i]))
            return false;
    }
    return true;
}

bool inquiry_is_code(const char *words)
{
    return strlen(words) == INQUIRY_DIGITS && strspn(words, "0123456789") == INQUIRY_DIGITS;
}
