#include "gateway/command/command.h"

#ifndef XIANGYIN_VERSION /* the Makefile names it; tools that read this file alone need some text */
#define XIANGYIN_VERSION "unknown"
#endif

const char command_version[] = XIANGYIN_VERSION;
