#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/voice/command_recorder.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/provider/fields.h"
#include "gateway/recording/metadata.h"

/* The options of recording; NULL where one is not given. */
struct wishes {
    const char *from, *to, *at, *id, *keys;
    bool is_json;
};

/* NULL: neither. */
static const char *number_or_extension(void *mem, const char *text)
{
    const char *number = provider_addressee(mem, argument_e164(mem, text));

    return number ? number : metadata_is_number(text) ? text : NULL;
}

/* False after saying what is wrong. */
static bool make_filing(void *mem, const struct wishes *wishes, struct filing *filing)
{
    struct recording *recording = &filing->recording;
    const char *keys = wishes->keys ? wishes->keys : "";

    *filing = (struct filing){ .recording = { .line = "command", .external_id = wishes->id, .keys = keys } };
    recording->caller = wishes->from ? provider_addressee(mem, argument_e164(mem, wishes->from)) : NULL;
    recording->called = wishes->to ? number_or_extension(mem, wishes->to) : "";
    if (wishes->from && !recording->caller && strcmp(wishes->from, RECORDING_WITHHELD) != 0)
        return command_wrong_use("--from: \"%s\" is not a phone number, nor withheld", wishes->from), false;
    if (!wishes->from)
        return command_wrong_use("--from is missing: the caller's number, or withheld"), false;
    if (!recording->called)
        return command_wrong_use("--to: \"%s\" is not a phone number", wishes->to), false;
    if (wishes->id && !metadata_is_id(wishes->id))
        return command_wrong_use("--id must be 1 to 200 octets of UTF-8 on one line"), false;
    if (!metadata_are_keys(keys))
        return command_wrong_use("--keys: \"%s\" is more than 64 of 0 to 9, * and #", keys), false;
    if (wishes->at && !argument_time(wishes->at, &recording->at))
        return command_wrong_use("--at: invalid time '%s' (expected 2026-12-01 or \"2026-12-01 09:00\")",
                                 wishes->at),
               false;
    return true;
}

static char *read_all(void *mem, const char *path, size_t *length)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *octets = talloc_size(mem, 65536);
    size_t room = 65536, n;

    *length = 0;
    while (in && (n = fread(octets + *length, 1, room - *length, in)) > 0) {
        *length += n;
        if (*length == room)
            octets = talloc_realloc_size(mem, octets, room *= 2);
    }
    if (!in || ferror(in)) {
        command_failed("%s: %s", path, strerror(errno));
        octets = NULL;
    }
    if (in && in != stdin)
        fclose(in);
    return octets;
}

static void print_filing(const struct filing *filing, bool is_json)
{
    const struct recording *recording = &filing->recording;
    json_object *object;

    if (!is_json) {
        printf("%s\n", *filing->number ? filing->number : "-");
        return;
    }
    object = json_object_new_object();
    json_add(object, "case", json_text(filing->number));
    json_add(object, "format", json_text(recording->format));
    json_add(object, "ms", json_object_new_int64(recording->ms));
    json_add(object, "sha256", json_text(recording->sha256));
    json_print(stdout, object);
}

static int tell(const struct filing *filing, enum filed filed, const char *path, bool is_json)
{
    switch (filed) {
    case FILED:
    case FILED_BEFORE:
        print_filing(filing, is_json);
        return EXIT_SUCCESS;
    case FILED_MISSED:
        print_filing(filing, is_json);
        command_failed("%s has less than 2 seconds of sound: kept as a missed call, no case", path);
        return EXIT_SUCCESS;
    case FILED_OTHER:
        return command_failed("another recording has this --id");
    case FILED_NOT_SOUND:
    case FILED_NOT_KEPT:
        break;
    }
    return command_failed("%s: %s", path, filing->why);
}

static int recording(void *mem, int argc, char **argv)
{
    struct wishes wishes = { 0 };
    const struct option_spec specs[] = {
        { "--from", NULL, &wishes.from }, { "--to", NULL, &wishes.to },
        { "--at", NULL, &wishes.at },     { "--id", NULL, &wishes.id },
        { "--keys", NULL, &wishes.keys }, { "--json", &wishes.is_json, NULL },
    };
    struct command_recorder own = { .mem = mem };
    struct recorder recorder;
    struct filing filing;
    size_t length;
    char *octets;
    enum filed filed;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("recording takes one file");
    own.config = command_config(mem);
    if (!own.config || !make_filing(mem, &wishes, &filing))
        return EXIT_WRONG_USE;
    octets = read_all(mem, argv[1], &length);
    own.store = octets && (!own.config->database || command_become_owner(own.config))
                    ? command_store(mem, own.config, true)
                    : NULL;
    if (!own.store)
        return EXIT_FAILURE;
    recorder = command_recorder(&own);
    filed = recording_bring(&recorder, mem, &filing, octets, length);
    command_knock(own.config);
    return tell(&filing, filed, argv[1], wishes.is_json);
}

static const struct verb verbs[] = { { "recording", recording } };

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_file = {
    .name = "file",
    .summary = "files a recorded call as a case",
    .usage = "usage: xiangyin file recording FILE --from NUMBER [-c FILE] [OPTION ...]\n\n"
             "Files a recorded call, as POST /api/v1/recordings does: keeps a "
             "copy of the file beside the store, opens a case,\n"
             "texts its number to the caller, tells those who listen, and prints "
             "the number. FILE is WAV (PCM of 8 or 16 bits,\n"
             "A-law, mu-law) or Ogg/Opus; - is standard input. The same file of "
             "the same caller is filed once. With less than 2\n"
             "seconds of sound it is a missed call: - is printed.\n\n"
             "    --from NUMBER    the caller; withheld when the number is not known\n"
             "    --to NUMBER      the number that was called\n"
             "    --at TIME        when: 2026-12-01 or \"2026-12-01 09:00\"\n"
             "    --id ID          the call's own id: the same id is the same recording\n"
             "    --keys KEYS      pressed in the call; with a 9 the "
             "recording is for the discipline office alone\n"
             "    --json           prints {\"case\", \"format\", \"ms\", \"sha256\"}\n",
    .run = run,
};
