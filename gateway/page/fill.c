#include "gateway/page/fill.h"

#include <stdio.h>
#include <time.h>

struct json_object *fill_text(struct json_object *data, const char *name, const char *text)
{
    if (text)
        json_object_object_add(data, name, json_object_new_string(text));
    return data;
}

struct json_object *fill_number(struct json_object *data, const char *name, int64_t number)
{
    json_object_object_add(data, name, json_object_new_int64(number));
    return data;
}

struct json_object *fill_flag(struct json_object *data, const char *name, bool is_set)
{
    json_object_object_add(data, name, json_object_new_boolean(is_set));
    return data;
}

struct json_object *fill_list(struct json_object *data, const char *name)
{
    struct json_object *list = json_object_new_array();

    json_object_object_add(data, name, list);
    return list;
}

struct json_object *fill_item(struct json_object *list)
{
    struct json_object *item = json_object_new_object();

    json_object_array_add(list, item);
    return item;
}

struct json_object *fill_object(struct json_object *data, const char *name)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(data, name, object);
    return object;
}

static void broken_down(int64_t at, struct tm *tm)
{
    time_t moment = (time_t)at;

    localtime_r(&moment, tm);
}

struct json_object *fill_time(struct json_object *data, const char *name, int64_t at, int64_t now)
{
    char text[32];
    struct tm tm, today;

    if (!at)
        return data;
    broken_down(at, &tm);
    broken_down(now, &today);
    strftime(text, sizeof text, tm.tm_year == today.tm_year ? "%m-%d %H:%M" : "%Y-%m-%d %H:%M", &tm);
    return fill_text(data, name, text);
}

struct json_object *fill_day(struct json_object *data, const char *name, int64_t at)
{
    char text[16];
    struct tm tm;

    if (!at)
        return data;
    broken_down(at, &tm);
    strftime(text, sizeof text, "%Y-%m-%d", &tm);
    return fill_text(data, name, text);
}
