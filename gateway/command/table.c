#include "gateway/command/command.h"

const struct command *const commands[] = {
    &command_check, &command_modem, &command_phone, &command_emulator, &command_pdu,
    &command_template,
    NULL,
};
