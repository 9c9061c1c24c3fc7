/* The commands that have nothing to do with messages or calls: identity, SIM, registration, USSD. */
#include <stdlib.h>
#include <unistr.h>

#include "modem/emulator/parts.h"

static int command_nothing(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)emulator;
    (void)form;
    (void)arguments;
    return ANSWER_OK;
}

static int command_echo(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    emulator->settings.echo = *arguments == '1';
    return ANSWER_OK;
}

static int command_words(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    emulator->settings.terse = *arguments != '1' || emulator->condition.stays_terse;
    return ANSWER_OK;
}

static int command_silence(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    emulator->settings.quiet = *arguments == '1';
    return ANSWER_OK;
}

static int command_defaults(struct emulator *emulator, enum form form, const char *arguments)
{
    struct emulated_storage *memory[3];

    (void)form;
    (void)arguments;
    memcpy(memory, emulator->settings.memory, sizeof memory);
    emulator->settings = emulator_defaults();
    memcpy(emulator->settings.memory, memory, sizeof memory);
    return ANSWER_OK;
}

static int command_identity(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    (void)arguments;
    emulator_info(emulator, "Manufacturer: Xiangyin\r\nModel: Emulator\r\nRevision: 1.0\r\nIMEI: %s",
                  emulator->imei);
    return ANSWER_OK;
}

static int tell(struct emulator *emulator, enum form form, const char *what)
{
    if (form == FORM_RUN)
        emulator_info(emulator, "%s", what);
    return form == FORM_RUN || form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
}

static int command_manufacturer(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    return tell(emulator, form, emulator->maker);
}

static int command_model(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    return tell(emulator, form, emulator->model);
}

static int command_revision(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    return tell(emulator, form, "1.0");
}

static int command_imei(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    return tell(emulator, form, emulator->imei);
}

static int command_imsi(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    return tell(emulator, form, emulator->imsi);
}

static int command_iccid(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form != FORM_TEST)
        emulator_info(emulator, "+CCID: \"%s\"", emulator->iccid);
    return form == FORM_SET ? ANSWER_ERROR : ANSWER_OK;
}

static int unlock(struct emulator *emulator, const char *arguments)
{
    bool needs_puk = strcmp(emulator->sim.state, "SIM PUK") == 0;
    char code[16], fresh[16];

    emulator_take_string(&arguments, code, sizeof code);
    if (strcmp(emulator->sim.state, "READY") == 0)
        return ANSWER_CME + 3;
    if (needs_puk &&
        (strcmp(code, "12345678") != 0 || !emulator_take_string(&arguments, fresh, sizeof fresh)))
        return ANSWER_CME + 16;
    if (!needs_puk && strcmp(code, emulator->sim.pin) != 0) {
        if (--emulator->sim.tries <= 0)
            strcpy(emulator->sim.state, "SIM PUK");
        return ANSWER_CME + 16;
    }
    if (needs_puk)
        snprintf(emulator->sim.pin, sizeof emulator->sim.pin, "%s", fresh);
    strcpy(emulator->sim.state, "READY");
    emulator->sim.tries = 3;
    return ANSWER_OK;
}

static int command_pin(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_TEST)
        return ANSWER_OK;
    if (emulator->sim.state[0] == '\0')
        return ANSWER_CME + 10;
    if (strcmp(emulator->sim.state, "SIM BUSY") == 0)
        return ANSWER_CME + 14;
    if (form == FORM_SET)
        return unlock(emulator, arguments);
    emulator_info(emulator, "+CPIN: %s", emulator->sim.state);
    return form == FORM_READ ? ANSWER_OK : ANSWER_ERROR;
}

/* 27.007 8.65: tries left, for the PIN and its PUK. */
static int command_pin_tries(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    emulator_info(emulator, "+CPINR: SIM PIN,%d,3", emulator->sim.tries);
    return ANSWER_OK;
}

static int command_errors(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_TEST)
        emulator_info(emulator, "+CMEE: (0-2)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CMEE: %d", emulator->settings.cmee);
    else if (form != FORM_SET || *arguments < '0' || *arguments > '2')
        return ANSWER_ERROR;
    else
        emulator->settings.cmee = *arguments - '0';
    return ANSWER_OK;
}

static int registration(struct emulator *emulator, enum form form, const char *arguments, int domain)
{
    static const char *const names[] = { "+CREG", "+CGREG", "+CEREG" };
    int *wanted = &emulator->settings.registration[domain];
    int stat = emulator->is_lte_only && domain < 2 ? 0 : emulator->registration;

    if (form == FORM_TEST)
        emulator_info(emulator, "%s: (0-2)", names[domain]);
    else if (form == FORM_READ && *wanted == 2)
        emulator_info(emulator, "%s: 2,%d,\"1A2B\",\"00C3\",7", names[domain], stat);
    else if (form == FORM_READ)
        emulator_info(emulator, "%s: %d,%d", names[domain], *wanted, stat);
    else if (form != FORM_SET || !emulator_take_number(&arguments, wanted))
        return ANSWER_ERROR;
    return ANSWER_OK;
}

static int command_creg(struct emulator *emulator, enum form form, const char *arguments)
{
    return registration(emulator, form, arguments, 0);
}

static int command_cgreg(struct emulator *emulator, enum form form, const char *arguments)
{
    return registration(emulator, form, arguments, 1);
}

static int command_cereg(struct emulator *emulator, enum form form, const char *arguments)
{
    return registration(emulator, form, arguments, 2);
}

static int command_signal(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form == FORM_TEST)
        emulator_info(emulator, "+CSQ: (0-31,99),(0-7,99)");
    else
        emulator_info(emulator, "+CSQ: %d,99", emulator->signal);
    return ANSWER_OK;
}

static int command_operator(struct emulator *emulator, enum form form, const char *arguments)
{
    int mode = 0;

    /* 27.007 7.3: mode 3 sets the format only; other choices have no effect */
    if (form == FORM_SET && emulator_take_number(&arguments, &mode) && mode == 3)
        emulator_take_number(&arguments, &emulator->settings.operator_format);
    if (form == FORM_READ && network_is_there(emulator) && emulator->settings.operator_format == 2)
        emulator_info(emulator, "+COPS: 0,2,\"46000\",7");
    else if (form == FORM_READ && network_is_there(emulator))
        emulator_info(emulator, "+COPS: 0,0,\"CHINA MOBILE\",7");
    else if (form == FORM_READ)
        emulator_info(emulator, "+COPS: 0");
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

static void restart(struct emulator *emulator, void *data)
{
    (void)data;
    emulator_restart(emulator, BOOT_NOTICE);
}

static void set_radio(struct emulator *emulator, bool is_on)
{
    int was = emulator->registration;

    emulator->registration = is_on ? (was == 0 ? 1 : was) : 0;
}

static int command_function(struct emulator *emulator, enum form form, const char *arguments)
{
    int level = 0, reset = 0;

    if (form == FORM_TEST)
        emulator_info(emulator, "+CFUN: (0,1,4),(0,1)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CFUN: %d", emulator->registration != 0);
    if (form != FORM_SET)
        return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
    if (!emulator_take_number(&arguments, &level) || (level != 0 && level != 1 && level != 4))
        return ANSWER_CME + 4;
    emulator_take_number(&arguments, &reset);
    set_radio(emulator, level == 1);
    if (reset == 1)
        emulator_after(emulator, 0, restart, NULL);
    return ANSWER_OK;
}

/* 27.007 7.15: in UCS-2 (dcs 72) the answer is hex, else the characters themselves. */
static void say_ussd(struct emulator *emulator, void *data)
{
    char hex[1024] = "";
    uint16_t units[240];
    size_t n = sizeof units / sizeof *units;

    (void)data;
    if (emulator->ussd_dcs != 72 ||
        u8_to_u16((const uint8_t *)emulator->ussd, strlen(emulator->ussd), units, &n) != units) {
        emulator_notice(emulator, "+CUSD: 0,\"%s\",%d", emulator->ussd, emulator->ussd_dcs);
        return;
    }
    for (size_t i = 0; i < n; i++)
        sprintf(hex + 4 * i, "%04X", units[i]);
    emulator_notice(emulator, "+CUSD: 0,\"%s\",72", hex);
}

static int command_ussd(struct emulator *emulator, enum form form, const char *arguments)
{
    char code[64];
    int mode;

    if (form == FORM_TEST)
        emulator_info(emulator, "+CUSD: (0,1,2)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CUSD: 1");
    if (form != FORM_SET)
        return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
    if (emulator_take_number(&arguments, &mode) && mode == 1 &&
        emulator_take_string(&arguments, code, sizeof code)) {
        if (!network_is_there(emulator))
            return ANSWER_CME + 30;
        emulator_after(emulator, emulator->options.latency_ms, say_ussd, NULL);
    }
    return ANSWER_OK;
}

const struct emulator_command emulator_basic_commands[] = {
    { "E", command_echo, false },
    { "I", command_identity, false },
    { "Z", command_defaults, false },
    { "&F", command_defaults, false },
    { "V", command_words, false },
    { "Q", command_silence, false },
    { "S", command_nothing, false },
    { "&D", command_nothing, false },
    { "&C", command_nothing, false },
    { "X", command_nothing, false },
    { "+CGMI", command_manufacturer, false },
    { "+GMI", command_manufacturer, false },
    { "+CGMM", command_model, false },
    { "+GMM", command_model, false },
    { "+CGMR", command_revision, false },
    { "+GMR", command_revision, false },
    { "+CGSN", command_imei, false },
    { "+GSN", command_imei, false },
    { "+CIMI", command_imsi, true },
    { "+CCID", command_iccid, true },
    { "+ICCID", command_iccid, true },
    { "+CPIN", command_pin, false },
    { "+CPINR", command_pin_tries, false },
    { "+CMEE", command_errors, false },
    { "+CREG", command_creg, false },
    { "+CGREG", command_cgreg, false },
    { "+CEREG", command_cereg, false },
    { "+CSQ", command_signal, false },
    { "+COPS", command_operator, true },
    { "+CFUN", command_function, false },
    { "+CUSD", command_ussd, true },
    { NULL, NULL, false },
};
