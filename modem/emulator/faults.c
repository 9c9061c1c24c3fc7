/* Faults: strike at once or when their trigger is met; emulator.h has the requests. */
#include "modem/emulator/parts.h"

struct fault {
    struct fault *next;
    json_object *request;
    const struct fault_kind *kind;
    long after_commands, after_read, after_written; /* still to go; -1: not waited for */
    int repeat;
    unsigned cures;
};

struct fault_kind {
    const char *name;
    void (*strike)(struct emulator *emulator, json_object *request);
};

static void plug(struct emulator *emulator, void *data)
{
    (void)data;
    emulator_plug(emulator);
}

static void strike_unplug(struct emulator *emulator, json_object *request)
{
    int back_ms = request_int(request, "back_ms", -1);

    emulator_unplug(emulator);
    if (back_ms >= 0)
        emulator_after(emulator, back_ms, plug, NULL);
}

static void strike_plug(struct emulator *emulator, json_object *request)
{
    (void)request;
    emulator_plug(emulator);
}

static void strike_boot(struct emulator *emulator, json_object *request)
{
    const char *says = request_text(request, "says");

    emulator_restart(emulator, says ? says : BOOT_NOTICE);
}

static void strike_sound(struct emulator *emulator, json_object *request)
{
    emulator->condition.sound.refuses = request_int(request, "refuse", 0);
    emulator->condition.sound.octets = request_int(request, "octets", 320);
    emulator->condition.sound.dead_uplink = request_bool(request, "dead_uplink");
    emulator->condition.sound.dead_downlink = request_bool(request, "dead_downlink");
    emulator->condition.sound.splits = request_bool(request, "split");
    emulator->condition.sound.silent_end = request_bool(request, "silent_end");
    emulator->condition.sound.double_keys = request_bool(request, "double_keys");
}

static void strike_stall(struct emulator *emulator, json_object *request)
{
    int ms = request_int(request, "ms", 0);

    emulator->condition.stalled_until = ms > 0 ? emulator_now() + ms * 1000LL : INT64_MAX;
}

/* Those that come in, go out, or both, as the request says. */
static void strike_octets(json_object *request, unsigned *in, unsigned *out)
{
    json_object *fraction = json_object_object_get(request, "fraction");
    unsigned in_a_million = (unsigned)((fraction ? json_object_get_double(fraction) : 0.001) * 1e6);
    const char *direction = request_text(request, "direction");
    bool is_in = direction != NULL && strcmp(direction, "out") != 0;

    *in = is_in ? in_a_million : 0;
    *out = is_in && strcmp(direction, "in") == 0 ? 0 : in_a_million;
}

static void strike_garble(struct emulator *emulator, json_object *request)
{
    strike_octets(request, &emulator->condition.in.garbled, &emulator->condition.out.garbled);
}

static void strike_lose(struct emulator *emulator, json_object *request)
{
    strike_octets(request, &emulator->condition.in.lost, &emulator->condition.out.lost);
}

static void strike_double(struct emulator *emulator, json_object *request)
{
    strike_octets(request, &emulator->condition.in.doubled, &emulator->condition.out.doubled);
}

static void strike_late(struct emulator *emulator, json_object *request)
{
    emulator->condition.late_ms = request_int(request, "ms", 0);
}

static void strike_error(struct emulator *emulator, json_object *request)
{
    emulator->condition.error_every = request_int(request, "every", 1);
    emulator->condition.error_code = request_int(request, "code", 500);
    emulator->condition.error_count = request_int(request, "count", 0);
    emulator->condition.error_step = 0;
}

/* A count of 0 is for ever: -1 in the condition, where 0 means the fault is over. */
static int count_of(json_object *request)
{
    int count = request_int(request, "count", 1);

    return count > 0 ? count : -1;
}

static void strike_swallow(struct emulator *emulator, json_object *request)
{
    emulator->condition.swallow_count = count_of(request);
    emulator->condition.swallow_late_ms = request_int(request, "late_ms", 0);
    emulator->condition.swallow_blocks = request_bool(request, "blocks");
    emulator->condition.swallow_code = request_int(request, "code", 0);
}

static void strike_refuse(struct emulator *emulator, json_object *request)
{
    const char *to = request_text(request, "to");

    emulator->condition.refuse_count = count_of(request);
    emulator->condition.refuse_code = request_int(request, "code", 42);
    snprintf(emulator->condition.refuse_to, sizeof emulator->condition.refuse_to, "%s", to ? to : "");
}

static void strike_burst(struct emulator *emulator, json_object *request)
{
    const struct emulated_storage *storage = emulator->settings.memory[2];
    int n = request_int(request, "n", 500);

    for (int i = 0; i < n; i++)
        emulator_notice(emulator, "+CMTI: \"%s\",%d", storage->name, i % storage->size + 1);
}

static void strike_full(struct emulator *emulator, json_object *request)
{
    emulator->condition.full = !request_bool(request, "off");
}

static void strike_duplicate(struct emulator *emulator, json_object *request)
{
    emulator->condition.duplicate = !request_bool(request, "off");
}

static void strike_no_cnmi(struct emulator *emulator, json_object *request)
{
    emulator->condition.no_cnmi = !request_bool(request, "off");
}

static void strike_echo(struct emulator *emulator, json_object *request)
{
    emulator->condition.sticky_echo = !request_bool(request, "off");
}

static void chatter(struct emulator *emulator, void *data)
{
    if (emulator->condition.chatter_ms <= 0)
        return;
    emulator_notice(emulator, "^RSSI:18");
    emulator_after(emulator, emulator->condition.chatter_ms, chatter, data);
}

static void strike_chatter(struct emulator *emulator, json_object *request)
{
    bool was_quiet = emulator->condition.chatter_ms <= 0;

    emulator->condition.chatter_ms = request_int(request, "every_ms", 100);
    if (was_quiet)
        chatter(emulator, NULL);
}

static void strike_mute(struct emulator *emulator, json_object *request)
{
    emulator->condition.mute_count = request_int(request, "count", 1);
}

static void strike_one_storage(struct emulator *emulator, json_object *request)
{
    emulator->condition.one_storage = !request_bool(request, "off");
}

static void strike_refuse_command(struct emulator *emulator, json_object *request)
{
    const char *command = request_text(request, "command");

    snprintf(emulator->condition.refused, sizeof emulator->condition.refused, "%s",
             command && !request_bool(request, "off") ? command : "");
    emulator->condition.refused_code = request_int(request, "code", 0);
}

static void strike_names(struct emulator *emulator, json_object *request)
{
    emulator->condition.names = request_int(request, "count", 0);
}

static void strike_keep(struct emulator *emulator, json_object *request)
{
    emulator->condition.keeps = !request_bool(request, "off");
}

/* A setting stored in the modem: in force now, and after each restart. */
static void strike_terse(struct emulator *emulator, json_object *request)
{
    emulator->condition.terse = emulator->settings.terse = !request_bool(request, "off");
    emulator->condition.stays_terse = request_bool(request, "stuck");
}

static void strike_quiet(struct emulator *emulator, json_object *request)
{
    emulator->condition.quiet = emulator->settings.quiet = !request_bool(request, "off");
}

static void strike_strict(struct emulator *emulator, json_object *request)
{
    emulator->condition.strict = !request_bool(request, "off");
    emulator->condition.strict_error = emulator->condition.strict && request_bool(request, "error");
}

static void strike_sim(struct emulator *emulator, json_object *request)
{
    const char *state = request_text(request, "state"), *pin = request_text(request, "pin");

    snprintf(emulator->sim.state, sizeof emulator->sim.state, "%s", state ? state : "SIM PIN");
    if (pin != NULL)
        snprintf(emulator->sim.pin, sizeof emulator->sim.pin, "%s", pin);
    if (pin != NULL)
        emulator->sim.tries = 3;
}

static void strike_registration(struct emulator *emulator, json_object *request)
{
    static const char *const names[] = { "+CREG", "+CGREG", "+CEREG" };

    emulator->registration = request_int(request, "stat", 2);
    emulator->is_lte_only = request_bool(request, "lte_only");
    emulator->ims = request_int(request, "ims", -1);
    for (size_t i = 0; i < 3; i++) {
        if (emulator->settings.registration[i] != 0)
            emulator_notice(emulator, "%s: %d", names[i], emulator->registration);
    }
}

static void strike_signal(struct emulator *emulator, json_object *request)
{
    emulator->signal = request_int(request, "rssi", 99);
}

static int drop_request(struct fault *fault)
{
    json_object_put(fault->request);
    return 0;
}

static void strike_clock(struct emulator *emulator, json_object *request)
{
    const char *says = json_object_get_string(json_object_object_get(request, "says"));

    snprintf(emulator->clock, sizeof emulator->clock, "%s", says ? says : "");
}

static void strike_none(struct emulator *emulator, json_object *request)
{
    (void)request;
    emulator->condition = (struct condition){ 0 };
    emulator->cures++;
    while (emulator->faults != NULL) {
        struct fault *fault = emulator->faults;

        emulator->faults = fault->next;
        talloc_free(fault);
    }
}

static const struct fault_kind kinds[] = {
    { "unplug", strike_unplug },
    { "plug", strike_plug },
    { "boot", strike_boot },
    { "stall", strike_stall },
    { "sound", strike_sound },
    { "garble", strike_garble },
    { "lose", strike_lose },
    { "double", strike_double },
    { "late", strike_late },
    { "error", strike_error },
    { "swallow_send", strike_swallow },
    { "refuse_send", strike_refuse },
    { "burst", strike_burst },
    { "full", strike_full },
    { "duplicate", strike_duplicate },
    { "no_cnmi", strike_no_cnmi },
    { "echo", strike_echo },
    { "terse", strike_terse },
    { "quiet", strike_quiet },
    { "strict", strike_strict },
    { "one_storage", strike_one_storage },
    { "refuse", strike_refuse_command },
    { "names", strike_names },
    { "keep", strike_keep },
    { "chatter", strike_chatter },
    { "mute", strike_mute },
    { "sim", strike_sim },
    { "registration", strike_registration },
    { "signal", strike_signal },
    { "clock", strike_clock },
    { "none", strike_none },
    { NULL, NULL },
};

static void arm(struct fault *fault)
{
    fault->after_commands = request_int(fault->request, "after_commands", -1);
    fault->after_read = request_int(fault->request, "after_read", -1);
    fault->after_written = request_int(fault->request, "after_written", -1);
}

static void strike(struct emulator *emulator, struct fault **at)
{
    struct fault *fault = *at;
    const struct fault_kind *kind = fault->kind;
    json_object *request = json_object_get(fault->request);

    arm(fault);
    if (fault->repeat-- <= 0) {
        *at = fault->next;
        talloc_free(fault);
    }
    kind->strike(emulator, request);
    json_object_put(request);
}

static void strike_later(struct emulator *emulator, void *data)
{
    struct fault *fault = data;
    bool is_void = fault->cures != emulator->cures;

    if (!is_void)
        fault->kind->strike(emulator, fault->request);
    if (!is_void && fault->repeat-- > 0)
        emulator_after(emulator, request_int(fault->request, "after_ms", 0), strike_later, fault);
    else
        talloc_free(fault);
}

const char *faults_request(struct emulator *emulator, json_object *request)
{
    const char *name = request_text(request, "kind");
    const struct fault_kind *kind = kinds;
    struct fault *fault;

    while (kind->name != NULL && (name == NULL || strcmp(kind->name, name) != 0))
        kind++;
    if (kind->name == NULL)
        return "no such kind of fault";
    fault = talloc_zero(emulator, struct fault);
    *fault = (struct fault){ .request = json_object_get(request), .kind = kind };
    talloc_set_destructor(fault, drop_request);
    fault->repeat = request_int(request, "repeat", 0);
    fault->cures = emulator->cures;
    arm(fault);
    if (request_int(request, "after_ms", 0) > 0) {
        emulator_after(emulator, request_int(request, "after_ms", 0), strike_later, fault);
    } else if (kind->strike != strike_none &&
               (fault->after_commands >= 0 || fault->after_read > 0 || fault->after_written > 0)) {
        fault->next = emulator->faults;
        emulator->faults = fault;
    } else {
        kind->strike(emulator, request);
        talloc_free(fault);
    }
    return NULL;
}

/* Strikes the first that waits for the command just come; the others come one command nearer. */
bool faults_before_command(struct emulator *emulator)
{
    unsigned epoch = emulator->epoch;
    struct fault **due = NULL;

    for (struct fault **at = &emulator->faults; *at != NULL; at = &(*at)->next) {
        if ((*at)->after_commands == 0 && due == NULL)
            due = at;
        else if ((*at)->after_commands > 0)
            (*at)->after_commands--;
    }
    if (due != NULL)
        strike(emulator, due);
    return emulator->epoch == epoch && !emulator_is_stalled(emulator);
}

void faults_octet_read(struct emulator *emulator)
{
    struct fault **due = NULL;

    for (struct fault **at = &emulator->faults; *at != NULL; at = &(*at)->next) {
        if ((*at)->after_read > 0 && --(*at)->after_read == 0)
            due = at;
    }
    if (due != NULL)
        strike(emulator, due);
}

/* Cuts a write short so that a fault can strike right behind the octet it waits for. */
size_t faults_may_write(struct emulator *emulator, size_t n)
{
    for (const struct fault *fault = emulator->faults; fault != NULL; fault = fault->next) {
        if (fault->after_written > 0 && (size_t)fault->after_written < n)
            n = (size_t)fault->after_written;
    }
    return n;
}

void faults_written(struct emulator *emulator, size_t n)
{
    struct fault **due = NULL;

    for (struct fault **at = &emulator->faults; *at != NULL; at = &(*at)->next) {
        if ((*at)->after_written > 0 && ((*at)->after_written -= (long)n) <= 0)
            due = at;
    }
    if (due != NULL)
        strike(emulator, due);
}

/* The code of the error this command shall answer; -1: none. */
int faults_error(struct emulator *emulator)
{
    struct condition *condition = &emulator->condition;

    if (condition->error_every == 0 || ++condition->error_step % condition->error_every != 0)
        return -1;
    if (condition->error_count > 0 && --condition->error_count == 0)
        condition->error_every = 0;
    return condition->error_code;
}
