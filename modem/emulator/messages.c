/* The commands for messages, 3GPP 27.005. */
#include "modem/emulator/parts.h"
#include "modem/pdu/hex.h"

enum { ALL_STATS = 4, INVALID_TEXT = 305, INVALID_INDEX = 321, MEMORY_FULL = 322, NO_NETWORK = 331 };

static int command_format(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_TEST)
        emulator_info(emulator, "+CMGF: (0,1)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CMGF: %d", emulator->settings.is_text);
    if (form == FORM_SET && *arguments != '0' && *arguments != '1')
        return ANSWER_CMS + 303;
    if (form == FORM_SET)
        emulator->settings.is_text = *arguments == '1';
    return ANSWER_OK;
}

static int command_service(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_TEST)
        emulator_info(emulator, "+CSMS: (0,1)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CSMS: %d,1,1,1", emulator->settings.service);
    else if (form == FORM_SET && emulator_take_number(&arguments, &emulator->settings.service))
        emulator_info(emulator, "+CSMS: 1,1,1");
    else
        return ANSWER_ERROR;
    return ANSWER_OK;
}

static int shown_use(const struct emulator *emulator, const struct emulated_storage *storage)
{
    return emulator->condition.full ? storage->size : storage->used;
}

static void show_storages(struct emulator *emulator, bool with_names)
{
    char line[128] = "+CPMS: ";

    for (size_t i = 0; i < 3; i++) {
        const struct emulated_storage *storage = emulator->settings.memory[i];
        size_t n = strlen(line);

        if (with_names)
            snprintf(line + n, sizeof line - n, "%s\"%s\",%d,%d", i ? "," : "", storage->name,
                     shown_use(emulator, storage), storage->size);
        else
            snprintf(line + n, sizeof line - n, "%s%d,%d", i ? "," : "", shown_use(emulator, storage),
                     storage->size);
    }
    emulator_info(emulator, "%s", line);
}

static int choose_storages(struct emulator *emulator, const char *arguments)
{
    struct emulated_storage *chosen[3];
    char name[8];
    int n = 0;

    memcpy(chosen, emulator->settings.memory, sizeof chosen);
    for (; n < 3 && emulator_take_string(&arguments, name, sizeof name); n++) {
        chosen[n] = storage_named(emulator, name);
        if (chosen[n] == NULL)
            return ANSWER_CMS + 302;
    }
    if (emulator->condition.names > 0 && n != emulator->condition.names)
        return ANSWER_ERROR;
    memcpy(emulator->settings.memory, chosen, sizeof chosen);
    show_storages(emulator, false);
    return ANSWER_OK;
}

static int command_storages(struct emulator *emulator, enum form form, const char *arguments)
{
    const char *all = storage_named(emulator, "ME") ? "(\"SM\",\"ME\")" : "(\"SM\")";

    if (form == FORM_SET)
        return choose_storages(emulator, arguments);
    if (form == FORM_TEST)
        emulator_info(emulator, "+CPMS: %s,%s,%s", all, all, all);
    else if (form == FORM_READ)
        show_storages(emulator, true);
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

static int command_centre(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form == FORM_READ)
        emulator_info(emulator, "+CSCA: \"%s\",145", NETWORK_CENTRE);
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

static int command_announce(struct emulator *emulator, enum form form, const char *arguments)
{
    int *cnmi = emulator->settings.cnmi;

    if (emulator->condition.no_cnmi)
        return ANSWER_ERROR;
    if (form == FORM_TEST)
        emulator_info(emulator, "+CNMI: (0-3),(0-2),(0,2),(0-2),(0,1)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CNMI: %d,%d,%d,%d,%d", cnmi[0], cnmi[1], cnmi[2], cnmi[3], cnmi[4]);
    else if (form == FORM_RUN)
        return ANSWER_ERROR;
    for (size_t i = 0; form == FORM_SET && i < 5 && emulator_take_number(&arguments, &cnmi[i]); i++)
        continue;
    return ANSWER_OK;
}

/* Listing is reading: what was unread counts as read from then on (27.005 3.4.2). */
static void show_slot(struct emulator *emulator, const char *head, struct slot *slot)
{
    char after[32];
    int n = snprintf(after, sizeof after, "%d,,%d\r\n", slot->stat, slot->length);

    if (emulator->settings.is_text) {
        text_mode_show(emulator, head, slot);
    } else {
        emulator_put(emulator, head, strlen(head));
        emulator_put(emulator, after, (size_t)n);
        emulator_put(emulator, slot->hex, strlen(slot->hex));
        emulator_put(emulator, "\r\n", 2);
    }
    if (slot->stat == 0)
        slot->stat = 1;
}

/* By number, in text mode by name; -1 for neither. */
static int take_stat(const struct emulator *emulator, const char *arguments)
{
    char name[16];
    int stat = -1;

    if (!emulator->settings.is_text)
        return emulator_take_number(&arguments, &stat) && stat >= 0 && stat <= ALL_STATS ? stat : -1;
    emulator_take_string(&arguments, name, sizeof name);
    return text_mode_stat(name);
}

static int command_list(struct emulator *emulator, enum form form, const char *arguments)
{
    struct emulated_storage *storage = emulator->settings.memory[0];
    int stat = 0;
    char head[32];

    if (form == FORM_TEST && emulator->settings.is_text)
        emulator_info(emulator, "+CMGL: (\"REC UNREAD\",\"REC READ\",\"STO UNSENT\",\"STO SENT\",\"ALL\")");
    else if (form == FORM_TEST)
        emulator_info(emulator, "+CMGL: (0-4)");
    if (form == FORM_TEST || form == FORM_READ)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    if (form == FORM_SET)
        stat = take_stat(emulator, arguments);
    if (stat < 0)
        return ANSWER_CMS + 305;
    for (int i = 0; i < storage->size; i++) {
        if (storage->slots[i].hex == NULL || (stat != ALL_STATS && storage->slots[i].stat != stat))
            continue;
        snprintf(head, sizeof head, "\r\n+CMGL: %d,", i + 1);
        show_slot(emulator, head, &storage->slots[i]);
    }
    return ANSWER_OK;
}

static int command_read(struct emulator *emulator, enum form form, const char *arguments)
{
    struct emulated_storage *storage = emulator->settings.memory[0];
    int index = 0;

    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    if (!emulator_take_number(&arguments, &index) || index < 1 || index > storage->size ||
        storage->slots[index - 1].hex == NULL)
        return ANSWER_CMS + INVALID_INDEX;
    show_slot(emulator, "\r\n+CMGR: ", &storage->slots[index - 1]);
    return ANSWER_OK;
}

/* 27.005 3.5.4: flag 1 takes what was read, 2 also what was sent, 3 also what was not, 4 everything. */
static bool goes_with(int flag, int stat)
{
    static const int from_flag[] = { 4, 1, 3, 2 };

    return stat >= 0 && stat < 4 && flag >= from_flag[stat];
}

static int command_delete(struct emulator *emulator, enum form form, const char *arguments)
{
    struct emulated_storage *storage = emulator->settings.memory[0];
    int index = 0, flag = 0;

    if (form == FORM_TEST)
        emulator_info(emulator, "+CMGD: (1-%d),(0-4)", storage->size);
    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    if (!emulator_take_number(&arguments, &index))
        return ANSWER_CMS + INVALID_INDEX;
    emulator_take_number(&arguments, &flag);
    if (flag == 0 && (index < 1 || index > storage->size))
        return ANSWER_CMS + INVALID_INDEX;
    if (emulator->condition.keeps)
        return ANSWER_OK;
    if (flag == 0)
        storage_remove(emulator, storage, index);
    for (int i = 1; flag > 0 && i <= storage->size; i++) {
        if (goes_with(flag, storage->slots[i - 1].stat))
            storage_remove(emulator, storage, i);
    }
    return ANSWER_OK;
}

/* Takes what the prompt is for: a length in PDU mode, a number in text mode. */
static bool take_target(struct emulator *emulator, const char **arguments)
{
    struct dialogue *dialogue = &emulator->dialogue;
    char number[160];
    int length = 0;

    if (!emulator->settings.is_text) {
        bool found = emulator_take_number(arguments, &length) && length >= 7 && length <= 164;

        dialogue->announced = length;
        return found;
    }
    emulator_take_string(arguments, number, sizeof number);
    return text_mode_number(emulator, number, dialogue->to);
}

static int prompt(struct emulator *emulator, const char *arguments, bool writes)
{
    struct dialogue *dialogue = &emulator->dialogue;

    if (!take_target(emulator, &arguments))
        return ANSWER_CMS + (emulator->settings.is_text ? INVALID_TEXT : INVALID_PDU);
    dialogue->writes = writes;
    dialogue->stat = 2;
    if (writes && !emulator->settings.is_text)
        emulator_take_number(&arguments, &dialogue->stat);
    dialogue->state = DIALOGUE_PROMPT;
    emulator_put(emulator, "\r\n> ", 4);
    return ANSWER_NONE;
}

static int command_send(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    return prompt(emulator, arguments, false);
}

static int command_write(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    return prompt(emulator, arguments, true);
}

struct late_answer {
    int reference, code;
    unsigned epoch;
};

static void answer_late(struct emulator *emulator, void *data)
{
    const struct late_answer *late = data;

    if (late->epoch == emulator->epoch) {
        if (late->code == 0)
            emulator_info(emulator, "+CMGS: %d", late->reference);
        if (emulator->dialogue.state == DIALOGUE_BUSY)
            emulator_finish(emulator, late->code == 0 ? ANSWER_OK : ANSWER_CMS + late->code);
        else if (late->code == 0)
            emulator_info(emulator, "OK");
        else
            emulator_info(emulator, "+CMS ERROR: %d", late->code);
    }
    talloc_free(data);
}

/* Withholds the answer to a send, for ever or until swallow_late_ms have passed. */
static int swallow_answer(struct emulator *emulator, int reference)
{
    struct condition *condition = &emulator->condition;
    struct late_answer *late = talloc(emulator, struct late_answer);

    if (condition->swallow_count > 0)
        condition->swallow_count--;
    *late = (struct late_answer){ reference, condition->swallow_code, emulator->epoch };
    if (condition->swallow_late_ms > 0)
        emulator_after(emulator, condition->swallow_late_ms, answer_late, late);
    else
        talloc_free(late);
    if (condition->swallow_blocks)
        emulator->dialogue.state = DIALOGUE_BUSY;
    else
        emulator_wait_for_line(emulator);
    return ANSWER_NONE;
}

static int announced_length(const char *hex)
{
    uint8_t smsc;

    return network_is_pdu(hex) && hex_read(hex, 1, &smsc) ? (int)(strlen(hex) / 2) - 1 - smsc : -1;
}

/* To the network, unless a fault keeps it; says +name: and TP-MR. */
static int submit(struct emulator *emulator, const char *name, const char *hex)
{
    int refused, reference = emulator->reference;

    if (!network_is_there(emulator))
        return ANSWER_CMS + NO_NETWORK;
    if (emulator->condition.swallow_count != 0 && emulator->condition.swallow_code != 0) {
        emulator->counters.refused++;
        return swallow_answer(emulator, reference);
    }
    refused = network_submit(emulator, hex, reference);
    if (refused != 0) {
        emulator->counters.refused++;
        return ANSWER_CMS + refused;
    }
    emulator->counters.sent++;
    emulator->reference = (reference + 1) % 256;
    if (emulator->condition.swallow_count != 0)
        return swallow_answer(emulator, reference);
    emulator_info(emulator, "%s: %d", name, reference);
    return ANSWER_OK;
}

static int write_slot(struct emulator *emulator, const char *hex, int length)
{
    struct emulated_storage *storage = emulator->settings.memory[1];
    int index = storage_is_full(emulator, storage)
                    ? 0
                    : storage_add(emulator, storage, hex, length, emulator->dialogue.stat & 3);

    if (index == 0)
        return ANSWER_CMS + MEMORY_FULL;
    emulator_info(emulator, "+CMGW: %d", index);
    return ANSWER_OK;
}

static int take_hex(struct emulator *emulator, const char *hex)
{
    int length = announced_length(hex);

    if (length < 0 || (!emulator->settings.is_text && length != emulator->dialogue.announced))
        return ANSWER_CMS + INVALID_PDU;
    return emulator->dialogue.writes ? write_slot(emulator, hex, length) : submit(emulator, "+CMGS", hex);
}

/* What comes between the prompt and Ctrl-Z. */
int messages_payload(struct emulator *emulator, const char *typed)
{
    void *mem = talloc_new(NULL);
    const char *hex = emulator->settings.is_text ? text_mode_encode(mem, emulator, typed) : typed;
    int answer = hex != NULL ? take_hex(emulator, hex) : ANSWER_CMS + INVALID_TEXT;

    talloc_free(mem);
    return answer;
}

/* 27.005 3.5.2: sends what AT+CMGW wrote. */
static int command_send_stored(struct emulator *emulator, enum form form, const char *arguments)
{
    struct emulated_storage *storage = emulator->settings.memory[1];
    int index = 0;

    if (form != FORM_SET)
        return form == FORM_TEST ? ANSWER_OK : ANSWER_ERROR;
    if (!emulator_take_number(&arguments, &index) || index < 1 || index > storage->size ||
        storage->slots[index - 1].hex == NULL || storage->slots[index - 1].stat < 2)
        return ANSWER_CMS + INVALID_INDEX;
    storage->slots[index - 1].stat = 3;
    return submit(emulator, "+CMSS", storage->slots[index - 1].hex);
}

static int command_acknowledge(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)emulator;
    (void)form;
    (void)arguments;
    return ANSWER_OK;
}

const struct emulator_command emulator_message_commands[] = {
    { "+CMGF", command_format, false },
    { "+CSMS", command_service, false },
    { "+CPMS", command_storages, true },
    { "+CSCA", command_centre, true },
    { "+CNMI", command_announce, true },
    { "+CMGL", command_list, true },
    { "+CMGR", command_read, true },
    { "+CMGD", command_delete, true },
    { "+CMGS", command_send, true },
    { "+CMGW", command_write, true },
    { "+CMSS", command_send_stored, true },
    { "+CNMA", command_acknowledge, true },
    { NULL, NULL, false },
};
