#!/bin/sh
# Writes an assembler file that embeds the files named on the command line, as templates/embedded.h declares them.
printf '.section .rodata\n'
i=0
for file in "$@"; do
    printf 'path%d: .asciz "%s"\nfile%d: .incbin "%s"\nfile%d_end: .byte 0\n' $i "$file" $i "$file" $i
    i=$((i + 1))
done
printf '.section .data.rel.ro, "aw"\n.balign 8\n.globl embedded_files\nembedded_files:\n'
i=0
for file in "$@"; do
    printf '.quad path%d, file%d, file%d_end - file%d\n' $i $i $i $i
    i=$((i + 1))
done
printf '.quad 0, 0, 0\n.section .note.GNU-stack, "", %%progbits\n'
