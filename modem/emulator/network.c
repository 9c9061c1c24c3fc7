/* The network: what waits for a slot, what the phones receive, and the reports about it. */
#include <time.h>
#include <unistd.h>

#include "modem/emulator/parts.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/pdu_network.h"

enum { STILL_TRYING = 0x20, EXPIRED = 0x46, UNKNOWN_ERROR = 500 };

enum report_mode { REPORT_DELIVERED, REPORT_FAILED, REPORT_PENDING, REPORT_NEVER, REPORT_REPEATED };

/* What becomes of texts to one number, or ("") to all others. */
struct policy {
    struct policy *next;
    char to[32];
    enum report_mode mode;
    int delay_ms, status;
};

/* A text of which parts are still missing on the phone. */
struct partial {
    struct partial *next;
    char to[48];
    uint16_t reference;
    uint8_t total, got;
    char **parts;
};

void queue_add(struct queue *queue, struct carried *message)
{
    message->next = NULL;
    *queue->end = message;
    queue->end = &message->next;
    queue->n++;
}

/* The n-th that waits, counted from 0; n must be less than queue->n. */
static struct carried *take(struct queue *queue, size_t n)
{
    struct carried **at = &queue->first, *message;

    while (n-- > 0)
        at = &(*at)->next;
    message = *at;
    *at = message->next;
    if (message->next == NULL)
        queue->end = at;
    queue->n--;
    return message;
}

/* Hex, with as many octets in front as the first one says belong to the SMSC's address. */
bool network_is_pdu(const char *hex)
{
    size_t n = strlen(hex);
    uint8_t smsc;

    return n >= 4 && n % 2 == 0 && strspn(hex, "0123456789ABCDEFabcdef") == n && hex_read(hex, 1, &smsc) &&
           n / 2 > (size_t)smsc + 1;
}

struct carried *network_carry(struct emulator *emulator, const char *hex, bool is_report, const char *storage)
{
    struct carried *message = talloc_zero(emulator, struct carried);
    uint8_t smsc = 0;

    if (!hex_read(hex, 1, &smsc))
        return NULL;
    message->hex = talloc_strdup(message, hex);
    message->length = (int)(strlen(hex) / 2) - 1 - smsc;
    message->is_report = is_report;
    snprintf(message->storage, sizeof message->storage, "%s", storage ? storage : "");
    return message;
}

bool network_is_there(const struct emulator *emulator)
{
    return emulator->master >= 0 && !emulator->booting && strcmp(emulator->sim.state, "READY") == 0 &&
           (emulator->registration == 1 || emulator->registration == 5);
}

/* 23.040 9.1.2.5: the same subscriber with or without the country's code. */
bool network_same_number(const char *one, const char *other)
{
    one += *one == '+';
    other += *other == '+';
    one += strncmp(one, "86", 2) == 0 && strlen(one) == 13 ? 2 : 0;
    other += strncmp(other, "86", 2) == 0 && strlen(other) == 13 ? 2 : 0;
    return strcmp(one, other) == 0;
}

static void tell_full(struct emulator *emulator, const struct emulated_storage *storage)
{
    if (!emulator->told_full && emulator->settings.cnmi[1] != 0)
        emulator_notice(emulator, "^SMMEMFULL: \"%s\"", storage->name);
    emulator->told_full = true;
}

static void announce(struct emulator *emulator, const struct carried *message, const char *storage, int index)
{
    const char *name = message->is_report ? "+CDSI" : "+CMTI";
    bool is_wanted = message->is_report ? emulator->settings.cnmi[3] == 2 : emulator->settings.cnmi[1] == 1;

    for (int i = 0; is_wanted && i < 1 + emulator->condition.duplicate; i++)
        emulator_notice(emulator, "%s: \"%s\",%d", name, storage, index);
}

/* False: no room; the message stays with the network. */
static bool bring(struct emulator *emulator, const struct carried *message)
{
    struct emulated_storage *storage = storage_named(emulator, message->storage);
    int index;

    if (storage == NULL)
        storage = emulator->settings.memory[2];
    if (emulator->settings.is_text &&
        (message->is_report ? emulator->settings.cnmi[3] == 1 : emulator->settings.cnmi[1] == 2)) {
        text_mode_announce(emulator, message);
        return true;
    }
    if (message->is_report && emulator->settings.cnmi[3] == 1) {
        emulator_notice(emulator, "+CDS: %d\r\n%s", message->length, message->hex);
        return true;
    }
    if (!message->is_report && emulator->settings.cnmi[1] == 2) {
        emulator_notice(emulator, "+CMT: ,%d\r\n%s", message->length, message->hex);
        return true;
    }
    index = storage_is_full(emulator, storage)
                ? 0
                : storage_add(emulator, storage, message->hex, message->length, 0);
    if (index > 0)
        announce(emulator, message, storage->name, index);
    else
        tell_full(emulator, storage);
    return index > 0;
}

void network_deliver(struct emulator *emulator)
{
    if (emulator->spool.n == 0 || !network_is_there(emulator))
        return;
    while (emulator->spool.n > 0 && emulator->next_delivery <= emulator_now() &&
           bring(emulator, emulator->spool.first)) {
        talloc_free(take(&emulator->spool, 0));
        if (emulator->options.delivery_ms > 0)
            emulator->next_delivery = emulator_now() + emulator->options.delivery_ms * 1000LL;
    }
}

/* Brings what was held back, each time one of the first `window`. */
void network_release(struct emulator *emulator, int window)
{
    while (emulator->held.n > 0) {
        size_t among = window > 0 && (size_t)window < emulator->held.n ? (size_t)window : emulator->held.n;

        queue_add(&emulator->spool, take(&emulator->held, emulator_random(emulator) % among));
    }
}

static json_object *new_event(const char *to, const char *text)
{
    json_object *event = json_object_new_object();
    time_t now = time(NULL);
    struct tm utc;
    char at[32];

    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_object_object_add(event, "to", json_object_new_string(to));
    json_object_object_add(event, "text", json_object_new_string(text));
    json_object_object_add(event, "at", json_object_new_string(at));
    return event;
}

static void show_on_phone(struct emulator *emulator, const char *to, const char *text, int parts)
{
    json_object *event = new_event(to, text);

    json_object_object_add(event, "event", json_object_new_string("delivered"));
    json_object_object_add(event, "parts", json_object_new_int(parts));
    control_tell(emulator, to, event);
    json_object_put(event);
}

static struct partial *find_partial(struct emulator *emulator, const struct sms *sms)
{
    const struct sms_concatenation *part = &sms->concatenation;
    struct partial *partial = emulator->partials;

    while (partial != NULL && (partial->reference != part->reference || partial->total != part->total ||
                               strcmp(partial->to, sms->address.digits) != 0))
        partial = partial->next;
    if (partial != NULL)
        return partial;
    partial = talloc_zero(emulator, struct partial);
    partial->parts = talloc_zero_array(partial, char *, part->total);
    partial->reference = part->reference;
    partial->total = part->total;
    snprintf(partial->to, sizeof partial->to, "%s", sms->address.digits);
    partial->next = emulator->partials;
    emulator->partials = partial;
    return partial;
}

static void drop_partial(struct emulator *emulator, struct partial *partial)
{
    struct partial **at = &emulator->partials;

    while (*at != partial)
        at = &(*at)->next;
    *at = partial->next;
    talloc_free(partial);
}

/* Joins a part to its text. A part that differs from the one already there begins a newer text: the
 * unfinished one is dropped. */
static void join_on_phone(struct emulator *emulator, const struct sms *sms)
{
    size_t at = sms->concatenation.sequence - 1U;
    struct partial *partial = find_partial(emulator, sms);
    char *whole;

    if (partial->parts[at] != NULL && strcmp(partial->parts[at], sms->text) == 0)
        return;
    if (partial->parts[at] != NULL) {
        drop_partial(emulator, partial);
        partial = find_partial(emulator, sms);
    }
    partial->parts[at] = talloc_strdup(partial, sms->text);
    if (++partial->got < partial->total)
        return;
    whole = talloc_strdup(partial, "");
    for (size_t i = 0; i < partial->total; i++)
        whole = talloc_strdup_append_buffer(whole, partial->parts[i]);
    show_on_phone(emulator, partial->to, whole, partial->total);
    drop_partial(emulator, partial);
}

static bool write_log(struct emulator *emulator, const struct sms *sms, const char *hex, int reference)
{
    json_object *line;
    bool done;

    if (emulator->log < 0)
        return true;
    line = new_event(sms->address.digits, sms->text);
    json_object_object_add(line, "reference", json_object_new_int(reference));
    json_object_object_add(line, "pdu", json_object_new_string(hex));
    done = dprintf(emulator->log, "%s\n",
                   json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE)) > 0;
    json_object_put(line);
    return done;
}

static struct policy *find_policy(struct emulator *emulator, const char *to)
{
    struct policy *policy = emulator->policies, *general = NULL;

    for (; policy != NULL; policy = policy->next) {
        if (policy->to[0] == '\0')
            general = policy;
        else if (network_same_number(policy->to, to))
            return policy;
    }
    return general;
}

const char *network_set_policy(struct emulator *emulator, json_object *request)
{
    static const char *const modes[] = { "delivered", "failed", "pending", "never", "repeated" };
    const char *mode = request_text(request, "mode"), *to = request_text(request, "to");
    struct policy *policy;
    size_t i = 0;

    while (i < sizeof modes / sizeof *modes && (mode == NULL || strcmp(modes[i], mode) != 0))
        i++;
    if (i == sizeof modes / sizeof *modes)
        return "no such mode";
    policy = find_policy(emulator, to ? to : "");
    if (policy == NULL || (to != NULL && policy->to[0] == '\0')) {
        policy = talloc_zero(emulator, struct policy);
        policy->next = emulator->policies;
        emulator->policies = policy;
    }
    snprintf(policy->to, sizeof policy->to, "%s", to ? to : "");
    policy->mode = (enum report_mode)i;
    policy->delay_ms = request_int(request, "delay_ms", 0);
    policy->status = request_int(request, "status", -1);
    return NULL;
}

static void report_now(struct emulator *emulator, void *report)
{
    queue_add(&emulator->spool, report);
    emulator->counters.reports++;
}

/* A report that is due at once waits in the spool until the answer to AT+CMGS is out. */
static void report(struct emulator *emulator, const struct sms *sms, int reference, int status, int delay_ms)
{
    struct pdu_report words = { .mr = (uint8_t)reference,
                                .to = sms->address.digits,
                                .smsc = NETWORK_CENTRE,
                                .sent_at = time(NULL),
                                .settled_at = time(NULL) + delay_ms / 1000,
                                .offset_minutes = NETWORK_OFFSET_MINUTES,
                                .status = (uint8_t)status };
    const char *error;
    char *hex = pdu_encode_report(NULL, &words, &error);
    struct carried *carried = hex ? network_carry(emulator, hex, true, NULL) : NULL;

    talloc_free(hex);
    if (carried != NULL && delay_ms > 0)
        emulator_after(emulator, delay_ms, report_now, carried);
    else if (carried != NULL)
        report_now(emulator, carried);
}

static void report_by_policy(struct emulator *emulator, const struct sms *sms, int reference)
{
    static const struct policy usual = { .mode = REPORT_DELIVERED, .status = -1 };
    const struct policy *policy = find_policy(emulator, sms->address.digits);
    int status;

    policy = policy ? policy : &usual;
    status = policy->status >= 0 ? policy->status : policy->mode == REPORT_FAILED ? EXPIRED : 0;
    if (policy->mode == REPORT_NEVER)
        return;
    if (policy->mode == REPORT_PENDING)
        report(emulator, sms, reference, STILL_TRYING, 0);
    report(emulator, sms, reference, status, policy->delay_ms);
    if (policy->mode == REPORT_REPEATED)
        report(emulator, sms, reference, status, policy->delay_ms);
}

static int refusal(struct emulator *emulator, const struct sms *sms)
{
    struct condition *condition = &emulator->condition;

    if (condition->refuse_count == 0 ||
        (condition->refuse_to[0] != '\0' && !network_same_number(condition->refuse_to, sms->address.digits)))
        return 0;
    if (condition->refuse_count > 0)
        condition->refuse_count--;
    return condition->refuse_code;
}

static void carry_to_phone(struct emulator *emulator, const struct sms *sms, int reference)
{
    if (sms->status_report)
        report_by_policy(emulator, sms, reference);
    if (sms->concatenation.total > 1)
        join_on_phone(emulator, sms);
    else
        show_on_phone(emulator, sms->address.digits, sms->text, 1);
}

/* One SUBMIT from the modem; 0, or the code of the +CMS ERROR that refuses it (27.005 3.2.5). */
int network_submit(struct emulator *emulator, const char *hex, int reference)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct sms *sms = pdu_decode(mem, hex, true, true, &error);
    int code = sms != NULL && sms->type == SMS_SUBMIT ? refusal(emulator, sms) : INVALID_PDU;

    /* A text that cannot be logged is refused: tests compare the log with what was sent. */
    if (code == 0 && !write_log(emulator, sms, hex, reference))
        code = UNKNOWN_ERROR;
    if (code == 0)
        carry_to_phone(emulator, sms, reference);
    talloc_free(mem);
    return code;
}
