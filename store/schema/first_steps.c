#include "store/schema/steps.h"

__asm__(".pushsection .rodata\n"
        ".globl schema_first_steps\n"
        "schema_first_steps: .incbin \"store/schema/first_steps.sql\"\n"
        ".byte 0\n"
        ".popsection");
