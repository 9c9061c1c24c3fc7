/*
 * Silent counties: texts the operators of the county and of the province, over the lines of a neighbour
 * county that agreed to this.
 */
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/centre_private.h"
#include "gateway/clock.h"
#include "gateway/log.h"

/* A county is silent after SILENT_SECONDS. If more than half of at least FEW counties are silent, the fault
 * is the province's own. */
enum { SILENT_SECONDS = 3600, FEW = 3 };

static bool order_alert(struct store *store, void *mem, const char *neighbour, const char *phone,
                        const struct centre_alert *alert, const char *county, int64_t now)
{
    struct json_object *body = json_object_new_object();
    struct order order = { .gateway = neighbour, .kind = "alert", .made_at = now };
    bool is_done;

    json_object_object_add(body, "to", json_object_new_string(phone));
    json_object_object_add(body, "name", json_object_new_string(alert->name));
    json_object_object_add(body, "county", json_object_new_string(county));
    json_object_object_add(body, "words", json_object_new_string(alert->words));
    order.body = talloc_strdup(mem, json_object_to_json_string_ext(body, JSON_C_TO_STRING_NOSLASHESCAPE));
    is_done = centre_add_order(store, &order);
    json_object_put(body);
    return is_done;
}

/* A neighbour that is not silent; NULL: there is none. */
static const struct feed *find_neighbour(const struct feed *feeds, size_t n, const char *gateway, int64_t now)
{
    for (size_t i = 0; i < n; i++)
        if (feeds[i].is_neighbour && !*feeds[i].stopped && strcmp(feeds[i].gateway, gateway) != 0 &&
            feeds[i].heard_at > now - SILENT_SECONDS)
            return &feeds[i];
    return NULL;
}

bool centre_tell(struct centre *centre, struct store *store, void *mem, const struct centre_alert *alert,
                 int64_t now)
{
    const char *province = centre->config->operator_phone, *county;
    const struct feed *neighbour, *about = NULL;
    struct feed *feeds;
    size_t n;

    if (!centre_feeds(store, mem, &feeds, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(feeds[i].gateway, alert->gateway) == 0)
            about = &feeds[i];
    neighbour = find_neighbour(feeds, n, alert->gateway, now);
    if (!neighbour)
        return true;
    county = about ? about->name : "";
    if (about && *about->operator_phone &&
        !order_alert(store, mem, neighbour->gateway, about->operator_phone, alert, county, now))
        return false;
    return !province || order_alert(store, mem, neighbour->gateway, province, alert, county, now);
}

static bool is_silent(const struct feed *feed, int64_t since)
{
    return feed->heard_at > 0 && feed->heard_at < since;
}

static bool note_change(struct centre *centre, void *mem, const struct feed *feed, bool is_back, int64_t now)
{
    const struct centre_alert alert = { feed->gateway, is_back ? "alert-county-back" : "alert-county-silent",
                                        "" };

    if (is_back)
        log_info("%s is heard again", feed->gateway);
    else
        log_warning("%s has not been heard for an hour", feed->gateway);
    return centre_note_silence(centre->store, feed->gateway, is_back ? 0 : now) &&
           centre_tell(centre, centre->store, mem, &alert, now);
}

static bool note_outage(struct centre *centre, void *mem, bool is_outage, int64_t now)
{
    const struct centre_alert alert = { "", is_outage ? "alert-province-outage" : "alert-province-back", "" };

    if (centre->is_outage == is_outage)
        return true;
    centre->is_outage = is_outage;
    if (is_outage)
        log_error("most counties have not been heard for an hour: the centre's own link is down");
    else
        log_info("most counties are heard again");
    return centre_tell(centre, centre->store, mem, &alert, now);
}

/* A county is not silent before the centre itself has run for an hour. */
bool centre_watch(struct centre *centre, void *mem, int64_t now)
{
    size_t n, silent = 0, known = 0;
    bool is_done, is_outage;
    struct feed *feeds;

    if (now - centre->started_at < SILENT_SECONDS)
        return true;
    if (!centre_feeds(centre->store, mem, &feeds, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        known += feeds[i].heard_at > 0;
        silent += is_silent(&feeds[i], now - SILENT_SECONDS);
    }
    is_outage = known >= FEW && 2 * silent > known;
    is_done = note_outage(centre, mem, is_outage, now);
    for (size_t i = 0; i < n && is_done && !is_outage; i++) {
        bool is_now = is_silent(&feeds[i], now - SILENT_SECONDS);

        if (is_now != (feeds[i].silent_at > 0))
            is_done = note_change(centre, mem, &feeds[i], !is_now, now);
    }
    return is_done;
}
