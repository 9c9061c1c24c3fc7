/* POST /api/v1/recordings: a recorded call that another program brings. */
#include <string.h>
#include <talloc.h>

#include "gateway/http/api.h"
#include "gateway/provider/fields.h"
#include "gateway/recording/metadata.h"
#include "gateway/recording/recording.h"

enum { FIELD_MOST = 200, FORM_BUFFER = 65536 };

/* The recording and what is said of it: in a form, or as the body and the query. */
struct upload {
    struct exchange *exchange;
    const char *octets;
    size_t length;
    char *caller, *called, *at, *id, *keys;
    const char *wrong;
};

/* Both names of a field, and where it goes. */
static char **field_of(struct upload *upload, const char *name)
{
    const struct {
        const char *name, *also;
        char **field;
    } fields[] = {
        { "caller", "from", &upload->caller }, { "called", "to", &upload->called },
        { "at", "time", &upload->at },         { "id", "external_id", &upload->id },
        { "keys", "keys", &upload->keys },
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(name, fields[i].name) == 0 || strcmp(name, fields[i].also) == 0)
            return fields[i].field;
    return NULL;
}

static void be_wrong(struct upload *upload, const char *what, const char *name)
{
    if (!upload->wrong)
        upload->wrong = talloc_asprintf(upload->exchange, "%s%s", what, name);
}

static bool is_file(const char *name, const char *filename)
{
    return filename || strcmp(name, "file") == 0 || strcmp(name, "recording") == 0;
}

/* A piece of a field of the form. */
static enum MHD_Result take_piece(void *arg, enum MHD_ValueKind kind, const char *name, const char *filename,
                                  const char *type, const char *coding, const char *data, uint64_t offset,
                                  size_t size)
{
    struct upload *upload = arg;
    char **field = field_of(upload, name);

    (void)kind, (void)type, (void)coding;
    if (is_file(name, filename)) {
        if (upload->length != offset)
            be_wrong(upload, "there are two files in the form", "");
        char *octets = talloc_realloc_size(upload->exchange, (char *)upload->octets, offset + size + 1);
        memcpy(octets + offset, data, size);
        upload->octets = octets;
        upload->length = offset + size;
    } else if (!field) {
        be_wrong(upload, "unknown field: ", name);
    } else if (offset + size > FIELD_MOST || memchr(data, 0, size) || (offset == 0) != (*field == NULL)) {
        be_wrong(upload, "invalid value for ", name);
    } else {
        *field =
            *field ? talloc_strndup_append(*field, data, size) : talloc_strndup(upload->exchange, data, size);
    }
    return upload->wrong ? MHD_NO : MHD_YES;
}

static void read_form(struct upload *upload)
{
    struct exchange *exchange = upload->exchange;
    struct MHD_PostProcessor *form =
        MHD_create_post_processor(exchange->connection, FORM_BUFFER, take_piece, upload);
    bool is_read = form && MHD_post_process(form, exchange->body, exchange->length) == MHD_YES;

    if (form && MHD_destroy_post_processor(form) != MHD_YES)
        is_read = false;
    if (!is_read || !upload->octets)
        be_wrong(upload, is_read ? "the form holds no file" : "malformed form", "");
}

static void read_query(struct upload *upload)
{
    struct pair *query;
    size_t n;

    if (!exchange_query(upload->exchange, &query, &n)) {
        be_wrong(upload, "malformed query", "");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char **field = field_of(upload, query[i].name);

        if (!field)
            be_wrong(upload, "unknown parameter: ", query[i].name);
        else if (*field || strlen(query[i].value) > FIELD_MOST)
            be_wrong(upload, "invalid value for ", query[i].name);
        else
            *field = talloc_strdup(upload->exchange, query[i].value);
    }
}

/* curl says that everything it sends is application/x-www-form-urlencoded. */
static void read_upload(struct upload *upload)
{
    struct exchange *exchange = upload->exchange;
    const char *type = exchange_header(exchange, "Content-Type");

    read_query(upload);
    if (type && strncasecmp(type, "multipart/form-data", 19) == 0) {
        read_form(upload);
    } else {
        upload->octets = exchange->body ? exchange->body : "";
        upload->length = exchange->length;
    }
}

/* As PBXs write a number that is withheld. */
static bool is_withheld(const char *caller)
{
    static const char *const words[] = { "",        "anonymous", RECORDING_WITHHELD,
                                         "unknown", "private",   "unavailable" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(caller, words[i]) == 0)
            return true;
    return false;
}

/* An extension of the office's PBX stays as it is. */
static const char *read_number(struct exchange *exchange, const char *text)
{
    const char *number = provider_addressee(exchange, text);

    return number ? number : metadata_is_number(text) ? text : NULL;
}

/* NULL, or what is wrong. */
static const char *read_filing(struct upload *upload, struct filing *filing)
{
    struct exchange *exchange = upload->exchange;
    struct recording *recording = &filing->recording;

    recording->line = talloc_asprintf(exchange, "api:%s", exchange->token->name);
    recording->external_id = upload->id;
    recording->keys = upload->keys ? upload->keys : "";
    bool has_caller = upload->caller && !is_withheld(upload->caller);

    recording->caller = has_caller ? read_number(exchange, upload->caller) : NULL;
    recording->called = upload->called ? read_number(exchange, upload->called) : "";
    if (has_caller && !recording->caller)
        return "caller is not a phone number";
    if (!recording->called)
        return "called is not a phone number";
    if (upload->id && !metadata_is_id(upload->id))
        return "id must be 1 to 200 octets of UTF-8 on one line";
    if (!metadata_are_keys(recording->keys))
        return "keys must be at most 64 of 0 to 9, * and #";
    if (upload->at && (!provider_time(upload->at, &recording->at) || recording->at > exchange->now + 86400))
        return "at must be a time that is not in the future";
    return NULL;
}

static void answer(struct exchange *exchange, const struct filing *filing, bool is_repeated)
{
    const struct recording *recording = &filing->recording;
    struct json_object *view = json_object_new_object();

    json_object_object_add(view, "case", *filing->number ? json_object_new_string(filing->number) : NULL);
    json_object_object_add(view, "kind",
                           json_object_new_string(recording->case_id ? "recording" : "missed call"));
    json_object_object_add(view, "is_repeated", json_object_new_boolean(is_repeated));
    json_object_object_add(view, "id", json_object_new_string(recording->external_id));
    json_object_object_add(view, "format", json_object_new_string(recording->format));
    json_object_object_add(view, "ms", json_object_new_int64(recording->ms));
    json_object_object_add(view, "sha256", json_object_new_string(recording->sha256));
    api_answer(exchange, 200, view);
}

static void fail(struct exchange *exchange, const char *why)
{
    exchange_log_refusal(exchange, "recording", why);
    exchange_add_header(exchange, "Retry-After", "10");
    exchange_refuse(exchange, 503, "the recording cannot be kept now: try again later");
}

void api_file_recording(struct exchange *exchange)
{
    const struct recorder recorder = recorder_of_desk(exchange->server->config, exchange->server->desk);
    struct upload upload = { .exchange = exchange };
    struct filing filing = { .why = NULL };
    enum filed filed;

    read_upload(&upload);
    if (!upload.wrong)
        upload.wrong = read_filing(&upload, &filing);
    if (upload.wrong) {
        exchange_refuse(exchange, 400, upload.wrong);
        return;
    }
    filed = recording_bring(&recorder, exchange, &filing, upload.octets, upload.length);
    if (filed == FILED || filed == FILED_MISSED || filed == FILED_BEFORE)
        answer(exchange, &filing, filed == FILED_BEFORE);
    else if (filed == FILED_OTHER)
        exchange_refuse(exchange, 409, "another recording has this id");
    else if (filed == FILED_NOT_SOUND)
        exchange_refuse(exchange, 415, filing.why);
    else
        fail(exchange, filing.why);
}
