#include "gateway/command/doctor/examine.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <talloc.h>

#include "gateway/command/words.h"

static void print_json(const char *health, const char *part, const char *text)
{
    struct json_object *finding = json_object_new_object();

    json_object_object_add(finding, "health", json_object_new_string(health));
    json_object_object_add(finding, "part", json_object_new_string(part));
    json_object_object_add(finding, "words", json_object_new_string(text));
    puts(json_object_to_json_string_ext(finding, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(finding);
}

void examine_say(struct doctor *doctor, enum health health, enum part part, const char *format, ...)
{
    static const char *const names[] = { "good", "watch", "bad" };
    static const char *const parts[] = { "store",  "gateway", "line",        "queue",  "recordings", "disk",
                                         "memory", "clock",   "certificate", "copies", "centre" };
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = talloc_vasprintf(doctor->mem, words(format), arguments);
    va_end(arguments);
    if (doctor->is_json)
        print_json(names[health], parts[part], text);
    else
        printf("%s  %s\n", words(names[health]), text);
    if (health > doctor->worst)
        doctor->worst = health;
}
