/*
 * What people wrote on the operator's page and did not file yet, by person, case and command; and who looked
 * at what there. Times are seconds since 1970 UTC. What is found is allocated from mem.
 */
#ifndef STORE_PAGE_DRAFTS_H
#define STORE_PAGE_DRAFTS_H

#include "store/store.h"

struct draft {
    const char *phone;
    int64_t case_id;     /* 0: of a new case */
    const char *command; /* keyword of the command */
    const char *words;
    int64_t at;
};
/* Keeps it in place of the last one; no words: drops it. Forgets those before `before`. */
bool store_put_draft(struct store *store, const struct draft *draft, int64_t before);
/* Drops it, unless other words were kept since. */
bool store_drop_draft(struct store *store, const struct draft *draft);
/* A person's drafts on a case, newest first; case_id -1: on all cases. From mem. */
bool store_drafts(struct store *store, void *mem, const char *phone, int64_t case_id, struct draft **drafts,
                  size_t *n);

/* One page that was sent to somebody. */
struct page_view {
    int64_t id, at;
    const char *phone, *address;
    const char *asked; /* path and query */
    const char *cases; /* numbers of the cases it shows, a space between; "" none */
};
bool store_add_page_view(struct store *store, const struct page_view *view);
/*
 * The newest first, behind after_id (0: from the newest), of those that show the case of this number (digits;
 * "": all), at most so many. Views are read back to a bound: *next is the id behind which to look on; 0:
 * there are no more.
 */
bool store_page_views(struct store *store, void *mem, const char *number, int64_t after_id, int limit,
                      struct page_view **views, size_t *n, int64_t *next);

/* The case's last step but for views; 0 when it has none. */
bool store_last_step_id(struct store *store, int64_t case_id, int64_t *id);

/* Whether an event led to a step of this case. */
bool store_event_has_step(struct store *store, int64_t event_id, int64_t case_id, bool *has);

/* Steps before this one, but for views, the newest first, at most so many; from mem. */
struct step_mark {
    int64_t id, case_id;
    bool is_guarded; /* the case is restricted */
};
bool store_step_marks(struct store *store, void *mem, int64_t before, int most, struct step_mark **steps,
                      size_t *n);

/* The newest step of any case, but for views; 0 when there is none. */
bool store_newest_step_id(struct store *store, int64_t *id);

/* The newest notice; 0 when there is none. */
bool store_last_notice_id(struct store *store, int64_t *id);

/* The texts of the notices that an event caused to a phone, by id; NULL with *n 0. */
bool store_answers_to_event(struct store *store, void *mem, int64_t event_id, const char *to,
                            const char ***texts, size_t *n);

#endif
