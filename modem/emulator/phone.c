/*
 * What other programs ask of a modem: phone book, clock, capabilities, locks, files of the SIM. Enough for
 * gammu, smstools and ModemManager's generic plug-in to work with it; nothing here has an effect.
 */
#include <stdlib.h>
#include <time.h>

#include "modem/emulator/parts.h"

/* A command whose answers never change. NULL: that form is an error; "": it is OK. */
static const struct fixed {
    const char *name, *test, *read, *run, *set;
} fixed[] = {
    { "+GCAP", "", NULL, "+GCAP: +CGSM", NULL },
    { "+CPAS", "+CPAS: (0,3,4)", NULL, "+CPAS: 0", NULL },
    { "+CBC", "+CBC: (0-3),(0-100)", NULL, "+CBC: 0,100", NULL },
    { "+CNUM", "", NULL, "", NULL },
    { "+CPBS", "+CPBS: (\"SM\")", "+CPBS: \"SM\",0,100", NULL, "" },
    { "+CPBR", "+CPBR: (1-100),40,18", NULL, NULL, "" },
    { "+CPBF", "+CPBF: 40,18", NULL, NULL, "" },
    { "+CPBW", "+CPBW: (1-100),40,(129,145),18", NULL, NULL, "" },
    { "+CLCK", "+CLCK: (\"SC\")", NULL, NULL, "+CLCK: 0" },
    { "+CPWD", "+CPWD: (\"SC\",8)", NULL, NULL, "" },
    { "+CSDH", "+CSDH: (0,1)", "+CSDH: 0", NULL, "" },
    { "+CSAS", "", NULL, "", "" },
    { "+CRES", "", NULL, "", "" },
    { "+CSCB", "", "+CSCB: 0,\"\",\"\"", NULL, "" },
    { "+CMMS", "+CMMS: (0-2)", "+CMMS: 0", NULL, "" },
    { "+CRC", "+CRC: (0,1)", "+CRC: 0", "", "" },
    { "+CCWA", "+CCWA: (0,1)", "+CCWA: 0", "", "" },
    { "+COLP", "+COLP: (0,1)", "+COLP: 0,2", NULL, "" },
    { "+CIND", "+CIND: (\"signal\",(0-5)),(\"service\",(0,1)),(\"message\",(0,1)),(\"smsfull\",(0,1))",
      "+CIND: 4,1,0,0", NULL, "" },
    { "+CMER", "+CMER: (0-3),(0),(0),(0,1),(0)", "+CMER: 0,0,0,0,0", NULL, "" },
    { "+CTZU", "+CTZU: (0,1)", "+CTZU: 0", NULL, "" },
    { "+CTZR", "+CTZR: (0,1)", "+CTZR: 0", NULL, "" },
    { "+IFC", "+IFC: (0-2),(0-2)", "+IFC: 0,0", NULL, "" },
    { "+IPR", "+IPR: (),(115200)", "+IPR: 115200", NULL, "" },
    { "+ICF", "+ICF: (3),(4)", "+ICF: 3,4", NULL, "" },
    { "+WS46", "+WS46: (12)", "+WS46: 12", NULL, "" },
    { "+CGATT", "+CGATT: (0,1)", "+CGATT: 1", NULL, "" },
    { "+CGACT", "+CGACT: (0,1)", "", NULL, "" },
    { "+CGDCONT", "+CGDCONT: (1-3),\"IP\",,,(0),(0)", "", NULL, "" },
    { "+CRSM", "", NULL, NULL, "+CRSM: 106,130" }, /* 51.011 9.4: 6A82, no such file */
    { "+CPOL", "+CPOL: (1-10),(0-2)", "", NULL, "" },
    { "+CVHU", "+CVHU: (0,1)", "+CVHU: 0", NULL, "" },
    { "+CLIR", "+CLIR: (0-2)", "+CLIR: 0,1", NULL, "" },
};

static const char *answer_of(const struct fixed *command, enum form form)
{
    return form == FORM_TEST   ? command->test
           : form == FORM_READ ? command->read
           : form == FORM_RUN  ? command->run
                               : command->set;
}

int phone_answer(struct emulator *emulator, const char *name, size_t n, enum form form)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        const char *answer;

        if (strlen(fixed[i].name) != n || strncasecmp(fixed[i].name, name, n) != 0)
            continue;
        answer = answer_of(&fixed[i], form);
        if (answer == NULL)
            return ANSWER_CME + 4;
        if (*answer != '\0')
            emulator_info(emulator, "%s", answer);
        return ANSWER_OK;
    }
    return ANSWER_NONE;
}

/* 27.007 8.15; setting it has no effect. */
static int command_clock(struct emulator *emulator, enum form form, const char *arguments)
{
    time_t local = time(NULL) + NETWORK_OFFSET_MINUTES * (time_t)60;
    struct tm tm;
    char text[32];

    (void)arguments;
    if (form == FORM_READ && *emulator->clock != '\0') {
        emulator_info(emulator, "+CCLK: \"%s\"", emulator->clock);
        return ANSWER_OK;
    }
    strftime(text, sizeof text, "%Y/%m/%d,%H:%M:%S", gmtime_r(&local, &tm));
    if (form == FORM_READ) /* the year has two digits */
        emulator_info(emulator, "+CCLK: \"%s+%02d\"", text + 2, NETWORK_OFFSET_MINUTES / 15);
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

/* 27.007 8.41: the clock takes the network's time. */
static int command_network_time(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_SET && atoi(arguments) > 0)
        emulator->clock[0] = '\0';
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

const struct emulator_command emulator_phone_commands[] = {
    { "+CCLK", command_clock, false },
    { "+CTZU", command_network_time, false },
    { NULL, NULL, false },
};
