#include "gateway/calendar/unheard.h"

#include "gateway/case/hearing.h"

bool unheard_run(struct turn *turn, deadline_line *line, void *arg)
{
    const struct recording_filter due = { .due_by = turn->now };
    struct recording *recordings;
    size_t n;

    if (!store_recordings(turn->store, turn->mem, &due, &recordings, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct case_ *case_;

        if (!store_case(turn->store, turn->mem, recordings[i].case_id, &case_))
            return false;
        if (case_)
            line(arg, "to hear", case_, "");
    }
    return hearing_ring_next(turn, recordings, n);
}

bool unheard_next(struct store *store, int64_t *next)
{
    int64_t at;

    if (!store_next_recording(store, &at))
        return false;
    if (at && at < *next)
        *next = at;
    return true;
}
