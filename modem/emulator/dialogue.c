/* The AT dialogue: octets in, lines made of them, answers and notices out. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include "modem/emulator/parts.h"

enum { NOTICE_LIMIT = 1 << 18, ESCAPE = 0x1b, SUBSTITUTE = 0x1a };

struct settings emulator_defaults(void)
{
    return (struct settings){ .echo = true, .cnmi = { 1 }, .csmp = { 17, 167, 0, 0 } };
}

void emulator_reset(struct emulator *emulator)
{
    struct dialogue *dialogue = &emulator->dialogue;

    emulator->in.n = emulator->in_at = emulator->out.n = dialogue->held.n = dialogue->n = 0;
    emulator->epoch++;
    dialogue->state = DIALOGUE_LINE;
    emulator->settings = emulator_defaults();
    emulator->settings.terse = emulator->condition.terse;
    emulator->settings.quiet = emulator->condition.quiet;
    for (size_t i = 0; i < 3; i++)
        emulator->settings.memory[i] = &emulator->storages[0];
    if (emulator->sim.pin[0] != '\0' && strcmp(emulator->sim.state, "READY") == 0)
        strcpy(emulator->sim.state, "SIM PIN");
}

static void put_format(struct emulator *emulator, struct text *into, const char *format, va_list arguments)
{
    char line[1024];
    int n = vsnprintf(line, sizeof line, format, arguments);

    if (n < 0)
        return;
    if ((size_t)n >= sizeof line)
        n = sizeof line - 1;
    if (into != NULL)
        text_add(emulator, into, line, (size_t)n);
    else
        emulator_put(emulator, line, (size_t)n);
}

/* A result code: V.250 5.7.1, and by number as table 1 has it. */
static void put_result(struct emulator *emulator, const char *line, const char *number)
{
    if (emulator->settings.quiet)
        return;
    if (emulator->condition.mute_count > 0) {
        emulator->condition.mute_count--;
        return;
    }
    if (emulator->settings.terse) {
        emulator_put(emulator, number, strlen(number));
        emulator_put(emulator, "\r", 1);
        return;
    }
    emulator_put(emulator, "\r\n", 2);
    emulator_put(emulator, line, strlen(line));
    emulator_put(emulator, "\r\n", 2);
}

void emulator_info(struct emulator *emulator, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    emulator_put(emulator, "\r\n", 2);
    put_format(emulator, NULL, format, arguments);
    emulator_put(emulator, "\r\n", 2);
    va_end(arguments);
}

/* Real modems keep their notices back while they answer, and drop them when nobody reads for long. */
void emulator_notice(struct emulator *emulator, const char *format, ...)
{
    struct dialogue *dialogue = &emulator->dialogue;
    bool waits = dialogue->state != DIALOGUE_LINE || dialogue->n > 0;
    struct text *into = waits ? &dialogue->held : NULL;
    va_list arguments;

    if (emulator->master < 0 || emulator->out.n + dialogue->held.n > NOTICE_LIMIT)
        return;
    va_start(arguments, format);
    if (waits)
        text_add(emulator, into, "\r\n", 2);
    else
        emulator_put(emulator, "\r\n", 2);
    put_format(emulator, into, format, arguments);
    if (waits)
        text_add(emulator, into, "\r\n", 2);
    else
        emulator_put(emulator, "\r\n", 2);
    va_end(arguments);
}

static const char *cme_text(int code)
{
    static const struct {
        int code;
        const char *text;
    } texts[] = { { 3, "operation not allowed" },
                  { 4, "operation not supported" },
                  { 10, "SIM not inserted" },
                  { 11, "SIM PIN required" },
                  { 12, "SIM PUK required" },
                  { 13, "SIM failure" },
                  { 14, "SIM busy" },
                  { 16, "incorrect password" },
                  { 30, "no network service" },
                  { 0, NULL } };
    size_t i = 0;

    while (texts[i].text != NULL && texts[i].code != code)
        i++;
    return texts[i].text ? texts[i].text : "unknown";
}

static void put_error(struct emulator *emulator, int answer)
{
    if (answer >= ANSWER_CMS)
        emulator_info(emulator, "+CMS ERROR: %d", answer - ANSWER_CMS);
    else if (answer >= ANSWER_CME && emulator->settings.cmee == 1)
        emulator_info(emulator, "+CME ERROR: %d", answer - ANSWER_CME);
    else if (answer >= ANSWER_CME && emulator->settings.cmee == 2)
        emulator_info(emulator, "+CME ERROR: %s", cme_text(answer - ANSWER_CME));
    else
        put_result(emulator, "ERROR", "4");
}

void emulator_wait_for_line(struct emulator *emulator)
{
    struct dialogue *dialogue = &emulator->dialogue;

    dialogue->state = DIALOGUE_LINE;
    dialogue->n = 0;
    emulator_put(emulator, dialogue->held.octets, dialogue->held.n);
    dialogue->held.n = 0;
}

void emulator_finish(struct emulator *emulator, int answer)
{
    if (answer == ANSWER_NONE)
        return;
    if (answer == ANSWER_OK)
        put_result(emulator, "OK", "0");
    else
        put_error(emulator, answer);
    emulator_wait_for_line(emulator);
}

bool emulator_take_number(const char **arguments, int *number)
{
    char *end;
    long value = strtol(*arguments, &end, 10);
    bool found = end != *arguments;

    if (found)
        *number = (int)value;
    *arguments = *end == ',' ? end + 1 : end;
    return found;
}

bool emulator_take_string(const char **arguments, char *string, size_t size)
{
    bool is_quoted = **arguments == '"';
    const char *from = *arguments + is_quoted;
    size_t n = strcspn(from, is_quoted ? "\"" : ",");

    *arguments = from + n + (is_quoted && from[n] == '"');
    *arguments += **arguments == ',';
    snprintf(string, size, "%.*s", (int)n, from);
    return n > 0 || is_quoted;
}

static const struct {
    const struct emulator_command *commands;
    bool are_messages; /* their errors are +CMS */
} tables[] = {
    { emulator_basic_commands, false }, { emulator_message_commands, true },
    { emulator_call_commands, false },  { emulator_text_commands, false },
    { emulator_phone_commands, false }, { emulator_voice_commands, false },
};

static const struct emulator_command *find_command(const char *name, size_t n, bool *is_message)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const struct emulator_command *command = tables[i].commands; command->name != NULL; command++) {
            if (strncasecmp(command->name, name, n) == 0 && command->name[n] == '\0') {
                *is_message = tables[i].are_messages;
                return command;
            }
        }
    }
    return NULL;
}

static int sim_answer(const struct emulator *emulator, bool is_message)
{
    static const struct {
        const char *state;
        int cme, cms;
    } answers[] = {
        { "", 10, 310 }, { "SIM PIN", 11, 311 }, { "SIM PUK", 12, 316 }, { "SIM BUSY", 14, 314 }
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strcmp(emulator->sim.state, answers[i].state) == 0)
            return is_message ? ANSWER_CMS + answers[i].cms : ANSWER_CME + answers[i].cme;
    }
    return ANSWER_OK;
}

static enum form form_of(const char **rest)
{
    if (strncmp(*rest, "=?", 2) == 0 && (*rest)[2] == '\0')
        return FORM_TEST;
    if (strcmp(*rest, "?") == 0)
        return FORM_READ;
    if (**rest != '=')
        return FORM_RUN;
    (*rest)++;
    return FORM_SET;
}

/* Runs one command without its AT; what follows its name is the form and arguments. */
static int run_command(struct emulator *emulator, const char *command, size_t name_length)
{
    bool is_message = false;
    const struct emulator_command *found = find_command(command, name_length, &is_message);
    const char *rest = command + name_length;
    enum form form = form_of(&rest);
    int answer = found != NULL && found->needs_sim ? sim_answer(emulator, is_message) : ANSWER_OK;

    if (*emulator->condition.refused != '\0' && found != NULL &&
        strcasecmp(found->name, emulator->condition.refused) == 0)
        return emulator->condition.refused_code > 0 ? ANSWER_CMS + emulator->condition.refused_code
                                                    : ANSWER_ERROR;
    if (found == NULL && (answer = phone_answer(emulator, command, name_length, form)) != ANSWER_NONE)
        return answer;
    if (found == NULL)
        return *command == '+' || *command == '^' ? ANSWER_CME + 4 : ANSWER_ERROR;
    return answer == ANSWER_OK ? found->run(emulator, form, rest) : answer;
}

/* Octets up to the semicolon that ends a command, which may stand in quotes too. */
static size_t find_end(const char *body)
{
    bool is_quoted = false;
    size_t n = 0;

    for (; body[n] != '\0' && (is_quoted || body[n] != ';'); n++)
        is_quoted = is_quoted != (body[n] == '"');
    return n;
}

/* How many characters the first command of a body takes, and its name. */
static size_t measure(const char *body, size_t *name)
{
    bool is_extended = strchr("+^*#$", *body) != NULL;

    *name = *body == '&' && body[1] != '\0' ? 2 : 1;
    if (!is_extended)
        return toupper((unsigned char)*body) == 'D' ? strlen(body)
                                                    : *name + strspn(body + *name, "0123456789=?");
    while (isalnum((unsigned char)body[*name]))
        (*name)++;
    return find_end(body);
}

/* V.250 5.2.1: ATE0V1 and AT+CMEE=1;+CREG? are several commands; the first that fails ends the line. */
static int run_body(struct emulator *emulator, const char *body)
{
    int answer = ANSWER_OK;

    for (body += strspn(body, " "); *body != '\0' && answer == ANSWER_OK; body += strspn(body, " ")) {
        char command[sizeof emulator->dialogue.line];
        size_t name, n = measure(body, &name);

        if (n > strlen(body))
            return ANSWER_ERROR;
        memcpy(command, body, n);
        command[n] = '\0';
        answer = run_command(emulator, command, name);
        body += n + (body[n] == ';');
    }
    return answer;
}

static void run_line(struct emulator *emulator)
{
    struct dialogue *dialogue = &emulator->dialogue;
    char *line = dialogue->line;
    int error;

    line[dialogue->n] = '\0';
    dialogue->n = 0;
    if (emulator->condition.strict_error && *line != '\0' && strncasecmp(line, "AT", 2) != 0)
        put_error(emulator, ANSWER_ERROR);
    if (strncasecmp(line, "AT", 2) != 0 || !faults_before_command(emulator)) {
        emulator_wait_for_line(emulator);
        return;
    }
    emulator->counters.commands++;
    error = faults_error(emulator);
    emulator_finish(emulator, error >= 0 ? ANSWER_CMS + error : run_body(emulator, line + 2));
}

static void run_payload(struct emulator *emulator)
{
    struct dialogue *dialogue = &emulator->dialogue;

    dialogue->line[dialogue->n] = '\0';
    dialogue->n = 0;
    emulator_finish(emulator, messages_payload(emulator, dialogue->line));
}

static void pend(struct emulator *emulator, enum dialogue_state state, int more_ms)
{
    int delay_ms = emulator->options.latency_ms + emulator->condition.late_ms + more_ms;

    emulator->dialogue.state = state;
    emulator->dialogue.due = emulator->arrived + delay_ms * 1000LL;
}

static void keep_octet(struct dialogue *dialogue, char octet)
{
    if (dialogue->n < sizeof dialogue->line - 1)
        dialogue->line[dialogue->n++] = octet;
}

static void line_octet(struct emulator *emulator, char octet)
{
    struct dialogue *dialogue = &emulator->dialogue;

    if (emulator->settings.echo || emulator->condition.sticky_echo)
        emulator_put(emulator, &octet, 1);
    if (octet == '\r')
        pend(emulator, DIALOGUE_LINE_PENDING, 0);
    else if (octet == ESCAPE && !emulator->condition.strict)
        emulator_wait_for_line(emulator);
    else if (octet == '\b' && dialogue->n > 0)
        dialogue->n--;
    else if ((unsigned char)octet >= ' ' || octet == ESCAPE)
        keep_octet(dialogue, octet);
}

static void prompt_octet(struct emulator *emulator, char octet)
{
    struct dialogue *dialogue = &emulator->dialogue;

    if (emulator->settings.echo || emulator->condition.sticky_echo)
        emulator_put(emulator, &octet, 1);
    if (octet == SUBSTITUTE) {
        emulator->counters.handed++;
        pend(emulator, DIALOGUE_PROMPT_PENDING, emulator->options.send_ms);
    } else if (octet == ESCAPE) {
        emulator_finish(emulator, ANSWER_OK);
    } else if ((unsigned char)octet > ' ' || (emulator->settings.is_text && octet != '\n')) {
        keep_octet(dialogue, octet == '\r' ? '\n' : octet);
    }
}

/* False: it is not due yet, or nothing waits. */
static bool run_pending(struct emulator *emulator)
{
    struct dialogue *dialogue = &emulator->dialogue;

    if ((dialogue->state != DIALOGUE_LINE_PENDING && dialogue->state != DIALOGUE_PROMPT_PENDING) ||
        dialogue->due > emulator_now())
        return false;
    if (dialogue->state == DIALOGUE_LINE_PENDING)
        run_line(emulator);
    else
        run_payload(emulator);
    return true;
}

/* Runs the command that the octet completes before a fault that waits for the octet: then the network has the
 * text. */
static void take_octet(struct emulator *emulator)
{
    char octet = emulator->in.octets[emulator->in_at++];
    unsigned epoch = emulator->epoch;

    if (emulator->dialogue.state == DIALOGUE_LINE)
        line_octet(emulator, octet);
    else
        prompt_octet(emulator, octet);
    emulator->counters.read++;
    run_pending(emulator);
    if (emulator->epoch == epoch)
        faults_octet_read(emulator);
}

/* Takes octets until a command must wait for its latency. */
void emulator_work(struct emulator *emulator)
{
    const struct dialogue *dialogue = &emulator->dialogue;

    if (emulator->booting || emulator_is_stalled(emulator)) {
        emulator->in_at = emulator->in.n;
        return;
    }
    while (emulator->master >= 0 && emulator->out.n < EMULATOR_OUT_LIMIT) {
        if (run_pending(emulator))
            continue;
        if ((dialogue->state != DIALOGUE_LINE && dialogue->state != DIALOGUE_PROMPT) ||
            emulator->in_at >= emulator->in.n)
            return;
        take_octet(emulator);
    }
}
