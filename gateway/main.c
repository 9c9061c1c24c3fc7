#include <locale.h>

#include "gateway/command/subcommands.h"

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    return command_main(subcommands, argc, argv);
}
