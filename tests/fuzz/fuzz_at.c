/* Octets as from a modem: the reader, the dialogue without a port, and everything that reads a line. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/at.h"
#include "modem/at_answers.h"
#include "modem/at_messages.h"
#include "modem/modem_ussd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const commands[] = {
    NULL,          "AT+CMGL=4\r",  "AT+CMGR=1\r", "AT+CREG?\r",
    "AT+CPMS=?\r", "AT+CMGS=18\r", "0011AD\x1a",  "AT+CUSD=1,\"*100#\",15\r",
    "AT+CPIN?\r",  "ATE0\r",       "AT+COPS?\r"
};

static void read_line(void *mem, const char *line)
{
    struct at_registration registration;
    struct at_message_head head;
    struct at_storages storages;
    struct at_usage usage;
    struct at_operator op;
    struct at_caller caller;
    struct at_result result;
    struct at_ussd ussd;
    char text[24];
    int a, b;

    at_is_final(line, &result);
    at_is_damaged_final(line);
    at_read_registration(line, true, &registration);
    at_read_registration(line, false, &registration);
    at_read_list_head(line, &head);
    at_read_message_head(line, &head);
    at_read_stored(line, text, &a);
    at_read_storages(line, &storages);
    at_read_usage(line, &usage);
    at_read_signal(line, &a, &b);
    at_read_operator(line, &op);
    at_read_caller(line, &caller);
    at_read_sim(line, text, sizeof text);
    if (at_read_ussd(line, &ussd))
        modem_ussd_text(mem, &ussd);
}

static void hear(void *context, const struct at_code *code, const char *line, const char *pdu)
{
    (void)code;
    read_line(context, line);
    if (pdu)
        read_line(context, pdu);
}

/* The first octet chooses the command, the second where the octets are cut into reads. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct at *at = at_new(mem, -1, hear, NULL, mem);
    struct at_messages messages;
    struct at_replayed answer;
    size_t step;

    if (size > 2 && at) {
        step = data[1] ? data[1] : 4096;
        at_replay_command(at, mem, commands[data[0] % (sizeof commands / sizeof *commands)]);
        for (size_t i = 2; i < size; i += step)
            at_replay_octets(at, (const char *)data + i, size - i < step ? size - i : step);
        answer = at_replay_end(at);
        at_read_messages(mem, answer.reply.lines, answer.reply.n, &messages);
        for (size_t i = 0; i < answer.reply.n; i++)
            read_line(mem, answer.reply.lines[i]);
    }
    talloc_free(mem);
    return 0;
}
