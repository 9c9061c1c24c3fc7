#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/hand_over.h"
#include "gateway/case/standing.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/turn/turn.h"
#include "store/people.h"

struct change {
    const char *from, *to;
    bool hands_over; /* else it is one person's new number */
    enum { IS_DONE, FROM_UNKNOWN, TO_UNKNOWN, TO_TAKEN } end;
    struct hand_over what; /* result of handing over */
};

static bool make_change(struct turn *turn, void *arg)
{
    struct change *change = arg;
    struct person *from, *to;

    if (!store_person(turn->store, turn->mem, change->from, &from) ||
        !store_person(turn->store, turn->mem, change->to, &to))
        return false;
    change->end = !from || !from->roles                         ? FROM_UNKNOWN
                  : change->hands_over && (!to || !to->roles)   ? TO_UNKNOWN
                  : !change->hands_over && to && to->roles != 0 ? TO_TAKEN
                                                                : IS_DONE;
    if (change->end != IS_DONE)
        return true;
    if (!change->hands_over)
        return hand_over_number(turn, &operator_person, from, change->to, 0);
    change->what = (struct hand_over){ .by = &operator_person, .from = from, .heir = to };
    return hand_over(turn, &change->what);
}

static int tell(const struct change *change)
{
    switch (change->end) {
    case FROM_UNKNOWN:
        return command_failed("%s is not a registered person's number", change->from);
    case TO_UNKNOWN:
        return command_failed("%s is not a registered person's number", change->to);
    case TO_TAKEN:
        return command_failed("%s is already a registered person's number", change->to);
    case IS_DONE:
        break;
    }
    if (change->hands_over)
        printf(words("handed over: %lld cases; the number %s is retired\n"), (long long)change->what.n,
               change->from);
    else
        printf(words("%s is now %s; the old number is retired\n"), change->from, change->to);
    return EXIT_SUCCESS;
}

static int run_in(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct change change = { 0 };
    struct store *store;
    const char *error;

    if (argc != 4 || (strcmp(argv[1], "move") != 0 && strcmp(argv[1], "hand-over") != 0))
        return command_wrong_use("people takes move or hand-over, and two numbers");
    config = command_config(mem);
    if (!config)
        return EXIT_WRONG_USE;
    change.hands_over = strcmp(argv[1], "hand-over") == 0;
    change.from = argument_e164(mem, argv[2]);
    change.to = argument_e164(mem, argv[3]);
    if (strcmp(change.from, change.to) == 0)
        return command_wrong_use("the two numbers are the same");
    store = command_store(mem, config, true);
    if (!store)
        return EXIT_FAILURE;
    if (!turn_once(mem, store, config, clock_now(), false, make_change, &change, &error))
        return command_failed("%s", error);
    command_knock(config);
    return tell(&change);
}

static int run(int argc, char **argv)
{
    void *mem;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    mem = talloc_new(NULL);
    status = run_in(mem, argc, argv);
    talloc_free(mem);
    return status;
}

const struct command command_people = {
    .name = "people",
    .summary = "gives a cadre a new number, or hands over the cases of one who leaves",
    .usage = "usage: xiangyin people move OLD NEW [-c FILE]\n"
             "       xiangyin people hand-over OLD NEW [-c FILE]\n\n"
             "move: the person has another number. Their cases, duty, leave, "
             "language and open question go along; codes that were\n"
             "asked for end. hand-over: the person leaves; every case in hand goes "
             "to the other one, who hears of all in one text,\n"
             "and so do duty and standing in for others. A case that the other "
             "may not know of is nobody's then, and those who\n"
             "oversee it hear of it. Reporters hear who has their case.\n"
             "Either way the old number is retired: it commands nothing, "
             "and what is texted from it is a villager's.\n",
    .run = run,
};
