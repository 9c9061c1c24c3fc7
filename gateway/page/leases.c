#include "gateway/page/leases.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* When the table is full, the oldest lease is dropped. */
enum { LEASES = 256, PHONE_SIZE = 24 };

struct lease {
    int64_t case_id, until;
    char phone[PHONE_SIZE];
};

struct leases {
    pthread_mutex_t lock;
    struct lease at[LEASES];
};

struct leases *leases_new(void *mem)
{
    struct leases *leases = talloc_zero(mem, struct leases);

    pthread_mutex_init(&leases->lock, NULL);
    return leases;
}

static void renew(struct leases *leases, int64_t case_id, const char *phone, int64_t now)
{
    struct lease *chosen = leases->at;

    for (size_t i = 0; i < LEASES; i++) {
        struct lease *lease = &leases->at[i];

        if (lease->case_id == case_id && strcmp(lease->phone, phone) == 0) {
            chosen = lease;
            break;
        }
        if (lease->until < chosen->until)
            chosen = lease;
    }
    chosen->case_id = case_id;
    chosen->until = now + LEASE_SECONDS;
    snprintf(chosen->phone, sizeof chosen->phone, "%s", phone);
}

void leases_renew(struct leases *leases, int64_t case_id, const char *phone, int64_t now)
{
    pthread_mutex_lock(&leases->lock);
    renew(leases, case_id, phone, now);
    pthread_mutex_unlock(&leases->lock);
}

void leases_take(struct visit *visit, const struct case_ *case_)
{
    struct leases *leases = visit->page->leases;
    struct json_object *list = fill_list(visit->data, "others");
    char phones[8][PHONE_SIZE];
    size_t n = 0;

    pthread_mutex_lock(&leases->lock);
    renew(leases, case_->id, visit->person->phone, visit->exchange->now);
    for (size_t i = 0; i < LEASES && n < 8; i++)
        if (leases->at[i].case_id == case_->id && leases->at[i].until > visit->exchange->now &&
            strcmp(leases->at[i].phone, visit->person->phone) != 0)
            memcpy(phones[n++], leases->at[i].phone, PHONE_SIZE);
    pthread_mutex_unlock(&leases->lock);
    for (size_t i = 0; i < n; i++)
        fill_text(fill_item(list), "who", visit_who(visit, talloc_strdup(visit->exchange, phones[i])));
}
