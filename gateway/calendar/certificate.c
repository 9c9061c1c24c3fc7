#include "gateway/calendar/certificate.h"

#include <gnutls/x509.h>

#include "gateway/calendar/office_days.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/calendar.h"

enum { DAY = 86400, WEEK = 7, DAILY_FROM = 3 };

int64_t certificate_end(const char *path)
{
    gnutls_datum_t pem = { 0 };
    gnutls_x509_crt_t certificate;
    int64_t end = -1;

    if (gnutls_load_file(path, &pem) < 0)
        return -1;
    if (gnutls_x509_crt_init(&certificate) == 0) {
        if (gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM) == 0)
            end = gnutls_x509_crt_get_expiration_time(certificate);
        gnutls_x509_crt_deinit(certificate);
    }
    gnutls_free(pem.data);
    return end;
}

/* Whether it is said on a day when so many are left: negative where it has ended. */
static bool is_said(int64_t days)
{
    return days <= DAILY_FROM ? days >= -WEEK : days <= CERTIFICATE_WATCH_DAYS && days % WEEK == 0;
}

bool certificate_warn(struct turn *turn)
{
    const char *path = turn->config->http_certificate;
    int64_t end = path ? certificate_end(path) : -1;
    bool is_new;

    if (end < 0 || !is_said((end - turn->now) / DAY))
        return true;
    return store_mark_date(turn->store, "certificate", date_text(turn->mem, date_of(turn->now)), turn->now,
                           &is_new) &&
           (!is_new || office_days_tell(turn, "alert-certificate", facts_date(NULL, "ends", end)));
}
