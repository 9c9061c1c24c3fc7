#include "gateway/command/command.h"

const char command_version[] = XIANGYIN_VERSION;
