#include "gateway/http/open311/point.h"

#include <math.h>

#define VILLAGE_METRES 5000.0
#define TOWNSHIP_METRES 15000.0 /* a township is no wider than that */
#define EARTH_METRES 6371000.0

static double radians(int64_t millionths)
{
    return (double)millionths * 1e-6 * M_PI / 180;
}

/* Metres between two points in millionths of a degree. */
static double distance(int64_t latitude, int64_t longitude, int64_t other_latitude, int64_t other_longitude)
{
    double north = sin((radians(other_latitude) - radians(latitude)) / 2);
    double east = sin((radians(other_longitude) - radians(longitude)) / 2);
    double half = north * north + cos(radians(latitude)) * cos(radians(other_latitude)) * east * east;

    return 2 * EARTH_METRES * asin(fmin(1, sqrt(half)));
}

static int64_t nearest(const struct unit *units, size_t n, enum unit_level level, double most,
                       int64_t latitude, int64_t longitude)
{
    int64_t found = 0;

    for (size_t i = 0; i < n; i++) {
        double metres;

        if (units[i].level != level || (!units[i].latitude && !units[i].longitude))
            continue;
        metres = distance(latitude, longitude, units[i].latitude, units[i].longitude);
        if (metres <= most) {
            most = metres;
            found = units[i].id;
        }
    }
    return found;
}

bool point_place(struct store *store, void *mem, int64_t latitude, int64_t longitude, int64_t *place)
{
    struct unit *units;
    size_t n;

    if (!store_units(store, mem, &units, &n))
        return false;
    *place = nearest(units, n, UNIT_VILLAGE, VILLAGE_METRES, latitude, longitude);
    if (!*place)
        *place = nearest(units, n, UNIT_TOWNSHIP, TOWNSHIP_METRES, latitude, longitude);
    return true;
}
