#include "gateway/turn/inquiry.h"

#include <string.h>

#include "gateway/turn/dates.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"

enum { CODE_TRIES = 5 };

/* Whether the code was tried and is wrong: *tries and *tried_at then count it. */
static bool is_wrong(const struct turn *turn, struct inquiry *inquiry, const char *code, int *tries,
                     int64_t *tried_at)
{
    int today = *tried_at > turn->now - DAY_SECONDS ? *tries : 0;

    inquiry->has_code |= *code != '\0';
    if (!*code || !*inquiry->code || today >= CODE_TRIES)
        return false;
    if (strcmp(code, inquiry->code) == 0) {
        inquiry->is_right = true;
        return false;
    }
    *tries = today + 1;
    *tried_at = turn->now;
    return true;
}

static bool try_recordings(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry)
{
    const struct recording_filter of_case = { .case_id = case_->id };
    struct recording *recordings;
    size_t n;

    if (!store_recordings(turn->store, turn->mem, &of_case, &recordings, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_wrong(turn, inquiry, recordings[i].code, &recordings[i].code_tries,
                     &recordings[i].code_tried_at) &&
            !store_update_recording(turn->store, &recordings[i]))
            return false;
    return true;
}

bool inquiry_try(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry)
{
    struct case_code *kept;

    inquiry->has_code = inquiry->is_right = false;
    if (!store_case_code(turn->store, turn->mem, case_->id, &kept))
        return false;
    if (kept && is_wrong(turn, inquiry, kept->code, &kept->tries, &kept->tried_at) &&
        !store_put_case_code(turn->store, kept))
        return false;
    return try_recordings(turn, case_, inquiry);
}

bool inquiry_is_code(const char *words)
{
    return strlen(words) == INQUIRY_DIGITS && strspn(words, "0123456789") == INQUIRY_DIGITS;
}
