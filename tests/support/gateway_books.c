#include "tests/support/gateway_books.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "modem/pdu/pdu.h"

enum { DISTURBED_MS = 15000 };

/* A text as it was sent, its parts joined. */
struct entry {
    const char *to;
    char *text;
    struct sms_concatenation last; /* of its last part; total 0: it has no parts */
    bool is_known;                 /* a notice of the store has these words */
};

struct log {
    struct entry *entries;
    size_t n;
};

static const char *without_plus(const char *number)
{
    return number + (*number == '+');
}

void books_queue_with(struct gateway_process *gateway, const char *options, const char *prefix, int n,
                      const char *words)
{
    char *path = talloc_asprintf(gateway, "%s/queue.tsv", gateway->folder);
    FILE *out = fopen(path, "w");
    int code;

    assert_non_null(out);
    for (int i = 1; i <= n; i++)
        fprintf(out, "%s%05d\t%d：%s\n", prefix, i, i, words);
    fclose(out);
    gateway_command(gateway, &code, "send - %s < '%s'", options, path);
    assert_int_equal(code, 0);
}

void books_queue(struct gateway_process *gateway, const char *prefix, int n, const char *words)
{
    books_queue_with(gateway, "", prefix, n, words);
}

void books_flood(struct gateway_process *gateway, int texts)
{
    gateway_tell(
        gateway,
        "{\"cmd\":\"flood\",\"n\":%d,\"from\":\"+86139035\",\"text\":\"第{n}户的自来水停了，请派人来看\"}",
        texts);
}

/* Nothing lies in the modem, and nothing waits for room there. */
static bool is_drained(struct gateway_process *gateway)
{
    return emulator_stat(gateway->client, "stored") == emulator_stat(gateway->client, "deleted") &&
           emulator_stat(gateway->client, "spooled") == 0;
}

static bool is_quiet(struct gateway_process *gateway, int texts)
{
    return gateway_count(gateway, "SELECT count(*) FROM events WHERE kind <> 'receipt'") >= texts &&
           is_drained(gateway) &&
           gateway_count(gateway, "SELECT count(*) FROM notices WHERE state IN ('CLAIMED', 'ARMED')"
                                  " OR (state = 'READY' AND due_at <= unixepoch() + 10)") == 0;
}

bool books_wait(struct gateway_process *gateway, int texts, int timeout_ms)
{
    for (int waited = 0; waited < timeout_ms; waited += 50) {
        if (is_quiet(gateway, texts))
            return true;
        sleep_ms(50);
    }
    return false;
}

struct books books_live_through(struct gateway_process *gateway, int texts)
{
    books_wait(gateway, texts, DISTURBED_MS);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    assert_true(books_wait(gateway, texts, PATIENCE_MS));
    sleep_ms(300);
    assert_true(books_wait(gateway, texts, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    return books_agree(gateway, NULL);
}

/* The text that this is the next part of: what is sent to somebody else may stand between them. NULL: none.
 */
static struct entry *continued(struct log *log, const char *to, const struct sms_concatenation *part)
{
    for (size_t i = part->total > 1 ? log->n : 0; i > 0; i--) {
        struct entry *entry = &log->entries[i - 1];

        if (strcmp(entry->to, to) == 0 && entry->last.reference == part->reference &&
            entry->last.total == part->total)
            return entry->last.sequence + 1 == part->sequence ? entry : NULL;
    }
    return NULL;
}

static void add_entry(struct log *log, const char *line)
{
    struct json_object *object = json_tokener_parse(line);
    const char *to = json_object_get_string(json_object_object_get(object, "to")), *error = "";
    const char *text = json_object_get_string(json_object_object_get(object, "text"));
    const struct sms *sms =
        pdu_decode(log, json_object_get_string(json_object_object_get(object, "pdu")), true, true, &error);
    struct entry *before;

    assert_non_null(to);
    if (!sms)
        fail_msg("%s: %s", error, line);
    before = continued(log, to, &sms->concatenation);
    if (before) {
        before->text = talloc_strdup_append(before->text, text);
        before->last = sms->concatenation;
    } else {
        log->entries = talloc_realloc(log, log->entries, struct entry, log->n + 1);
        log->entries[log->n++] =
            (struct entry){ talloc_strdup(log, to), talloc_strdup(log, text), sms->concatenation, false };
    }
    json_object_put(object);
}

static int by_recipient(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    int order = strcmp(without_plus(one->to), without_plus(other->to));

    return order ? order : strcmp(one->text, other->text);
}

/* Once the log is sorted, the same words to the same number stand side by side. */
static void sort(struct log *log)
{
    qsort(log->entries, log->n, sizeof *log->entries, by_recipient);
    for (size_t i = 1; i < log->n; i++)
        if (by_recipient(&log->entries[i - 1], &log->entries[i]) == 0)
            fail_msg("sent twice to %s: %s", log->entries[i].to, log->entries[i].text);
}

static void read_log(struct log *log, const char *path)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    assert_non_null(in);
    while (getline(&line, &size, in) > 0)
        add_entry(log, line);
    free(line);
    fclose(in);
}

/* The first entry of this number, or of one after it. */
static size_t first_of(const struct log *log, const char *to)
{
    const struct entry wanted = { .to = to, .text = (char[]){ "" } };
    size_t low = 0, high = log->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (by_recipient(&log->entries[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether these words, or a part of them, were sent so. One number may have got many thousands: strstr would
 * take minutes for all. */
static bool is_of(const struct entry *entry, const char *words)
{
    return entry->last.total > 0 ? strstr(words, entry->text) != NULL : strcmp(words, entry->text) == 0;
}

/* How many octets of these words were sent to this number. */
static size_t sent_octets(struct log *log, const char *to, const char *words)
{
    size_t sum = 0;

    for (size_t i = first_of(log, to);
         i < log->n && strcmp(without_plus(log->entries[i].to), without_plus(to)) == 0; i++) {
        if (!is_of(&log->entries[i], words))
            continue;
        log->entries[i].is_known = true;
        sum += strlen(log->entries[i].text);
    }
    return sum;
}

static void check_notice(struct books *books, const char *state, const char *why, const char *words,
                         size_t octets, bool is_partly_sent)
{
    bool is_whole = octets == strlen(words), by_report = strncmp(why, "status report", 13) == 0;

    books->notices++;
    books->whole += is_whole;
    if (octets > strlen(words))
        fail_msg("sent more than once: %s", words);
    if (strcmp(state, "SENT") == 0 || strcmp(state, "DELIVERED") == 0) {
        books->sent += *state == 'S';
        books->delivered += *state == 'D';
        if (!is_whole)
            fail_msg("%s, but %zu of its %zu octets were sent: %s", state, octets, strlen(words), words);
    } else if (strcmp(state, "UNKNOWN") == 0) {
        books->unknown++;
    } else {
        books->failed += *state == 'F';
        books->waiting += *state != 'F';
        if (octets > 0 && !by_report && !is_partly_sent)
            fail_msg("%s (%s), but it was sent: %s", state, why, words);
    }
}

struct books books_agree(struct gateway_process *gateway, const char *const *logs)
{
    struct log *log = talloc_zero(gateway, struct log);
    struct books books = { 0 };
    sqlite3 *database;
    sqlite3_stmt *statement;

    read_log(log, gateway->sent);
    for (; logs && *logs; logs++)
        read_log(log, *logs);
    sort(log);
    assert_int_equal(sqlite3_open_v2(gateway->url, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "SELECT recipient, text, state, why, parts_sent FROM notices", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *to = (const char *)sqlite3_column_text(statement, 0),
                   *words = (const char *)sqlite3_column_text(statement, 1);

        check_notice(&books, (const char *)sqlite3_column_text(statement, 2),
                     (const char *)sqlite3_column_text(statement, 3), words, sent_octets(log, to, words),
                     sqlite3_column_int(statement, 4) > 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    for (size_t i = 0; i < log->n; i++)
        if (!log->entries[i].is_known)
            fail_msg("sent, and no notice says so: %s", log->entries[i].text);
    talloc_free(log);
    return books;
}

void books_received(struct gateway_process *gateway, int texts)
{
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE kind = 'text'"), texts);
    assert_int_equal(gateway_count(gateway, "SELECT count(DISTINCT text) FROM events WHERE kind = 'text'"),
                     texts);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE kind = 'notification'"), 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE outcome IN ('', 'failed')"),
                     0);
}
