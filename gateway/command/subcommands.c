#include "gateway/command/subcommands.h"

/* one a line: */
/* clang-format off */
const struct command *const subcommands[] = {
    &command_run,
    &command_demo,
    &command_check,
    &command_import,
    &command_case,
    &command_event,
    &command_notice,
    &command_send,
    &command_due,
    &command_report,
    &command_bulletin,
    &command_letter,
    &command_card,
    &command_export,
    &command_erase,
    &command_retain,
    &command_backup,
    &command_restore,
    &command_modem,
    &command_phone,
    &command_emulator,
    &command_pdu,
    &command_number,
    &command_token,
    &command_template,
    &command_classify,
    &command_train,
    NULL,
};
