#include "gateway/page/marks.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#include "gateway/case/standing.h"
#include "store/page/drafts.h"

enum { AT_ONCE = 50 };

/* Steps of restricted cases alone are hidden. */
static bool may_know(struct turn *turn, const struct person *person, const struct step_mark *step, bool *may)
{
    struct case_ *case_;
    unsigned standing = 0;

    *may = !step->is_guarded;
    if (*may)
        return true;
    if (!store_case(turn->store, turn->mem, step->case_id, &case_) ||
        (case_ && !standing_of(turn, case_, person, &standing)))
        return false;
    *may = standing != 0;
    return true;
}

bool marks_newest(struct turn *turn, const struct person *person, int64_t *step_id)
{
    int64_t before = INT64_MAX;
    struct step_mark *steps;
    size_t n;

    *step_id = 0;
    do {
        if (!store_step_marks(turn->store, turn->mem, before, AT_ONCE, &steps, &n))
            return false;
        for (size_t i = 0; i < n; i++) {
            bool may;

            before = steps[i].id;
            if (!may_know(turn, person, &steps[i], &may))
                return false;
            if (may) {
                *step_id = steps[i].id;
                return true;
            }
        }
    } while (n == AT_ONCE);
    return true;
}

void marks_of(char mark[MARK_SIZE], const char *secret, int64_t step_id)
{
    unsigned char digest[32];
    char text[32];

    snprintf(text, sizeof text, "step %lld", (long long)step_id);
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret, strlen(secret), text, strlen(text), digest) != 0)
        memset(digest, 0, sizeof digest);
    for (size_t i = 0; i < (MARK_SIZE - 1) / 2; i++)
        snprintf(mark + 2 * i, 3, "%02x", digest[i]);
}

bool marks_are_of_last(struct turn *turn, const char *secret, const char *mark, int64_t case_id,
                       int64_t *last, bool *is_so)
{
    char newest[MARK_SIZE];

    if (!store_last_step_id(turn->store, case_id, last))
        return false;
    marks_of(newest, secret, *last);
    *is_so = strcmp(mark, newest) == 0;
    return true;
}

bool marks_now(struct turn *turn, const struct person *person, const char *secret, int64_t case_id,
               struct marks *marks)
{
    int64_t last, of_case = 0;

    marks->of_case[0] = '\0';
    if (!marks_newest(turn, person, &last) ||
        (case_id && !store_last_step_id(turn->store, case_id, &of_case)))
        return false;
    marks_of(marks->last, secret, last);
    if (case_id)
        marks_of(marks->of_case, secret, of_case);
    return true;
}
