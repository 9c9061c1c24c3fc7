/*
 * The subcommands: one file each, which ends with its struct command, and one row each in subcommands.c.
 */
#ifndef GATEWAY_COMMAND_SUBCOMMANDS_H
#define GATEWAY_COMMAND_SUBCOMMANDS_H

#include "gateway/command/command.h"

/* All of them, in the order of `xiangyin --help`; ends with NULL. */
extern const struct command *const subcommands[];

/* Each stands at the end of its own file. */
extern const struct command command_setup;
extern const struct command command_run, command_reload, command_check, command_phone, command_emulator,
    command_modem, command_case, command_event, command_notice, command_send, command_file, command_voice,
    command_due, command_import, command_template, command_pdu, command_number, command_demo, command_token,
    command_page, command_model;
extern const struct command command_centre, command_report, command_bulletin, command_letter, command_card,
    command_export, command_people, command_erase, command_retain, command_backup, command_restore,
    command_classify, command_train, command_manual, command_handbook, command_doctor;

#endif
