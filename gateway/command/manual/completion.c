#include "gateway/command/manual/completion.h"

#include <ctype.h>
#include <string.h>

#include "gateway/command/subcommands.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz-";

/* Whether the same option occurs earlier in the text. */
static bool is_repeated(const char *text, const char *option, size_t length)
{
    for (const char *at = strstr(text, "--"); at && at < option; at = strstr(at + 2, "--"))
        if (strspn(at, name_letters) == length && strncmp(at, option, length) == 0)
            return true;
    return false;
}

static void print_options(FILE *out, const char *usage)
{
    for (const char *at = strstr(usage, "--"); at; at = strstr(at + 2, "--")) {
        size_t length = strspn(at, name_letters);

        if (length > 2 && !is_repeated(usage, at, length))
            fprintf(out, " %.*s", (int)length, at);
    }
}

/* Prints the verbs of a command, the first argument of each form: "list" or "show|report". */
static void print_verbs(FILE *out, const struct command *command)
{
    char form[64];
    int length = snprintf(form, sizeof form, "xiangyin %s ", command->name);

    for (const char *at = strstr(command->usage, form); at; at = strstr(at, form)) {
        at += length;
        for (size_t n; islower((unsigned char)*at); at += n + (at[n] == '|')) {
            n = strspn(at, name_letters);
            if (strchr(" |\n", at[n]))
                fprintf(out, " %.*s", (int)n, at);
            if (at[n] != '|')
                break;
        }
    }
}

static void print_names(FILE *out)
{
    for (const struct command *const *command = subcommands; *command; command++)
        fprintf(out, "%s%s", command == subcommands ? "" : " ", (*command)->name);
}

static void print_cases(FILE *out)
{
    for (const struct command *const *command = subcommands; *command; command++) {
        fprintf(out, "    %s) choices=\"-c --help", (*command)->name);
        print_verbs(out, *command);
        print_options(out, (*command)->usage);
        fputs("\" ;;\n", out);
    }
}

/* Both scripts complete words, and files where no word fits. */
static void print_bash(FILE *out)
{
    fputs("# bash completion for xiangyin\n"
          "_xiangyin()\n{\n  local choices current=${COMP_WORDS[COMP_CWORD]}\n"
          "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    choices=\"--help --version ",
          out);
    print_names(out);
    fputs("\"\n  else\n    case ${COMP_WORDS[1]} in\n", out);
    print_cases(out);
    fputs("    esac\n  fi\n  mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$current\")\n}\n"
          "complete -o default -F _xiangyin xiangyin\n",
          out);
}

static void print_zsh(FILE *out)
{
    fputs("#compdef xiangyin\n# zsh completion for xiangyin\n_xiangyin()\n{\n  local choices=\n"
          "  if (( CURRENT == 2 )); then\n    choices=\"--help --version ",
          out);
    print_names(out);
    fputs("\"\n  else\n    case $words[2] in\n", out);
    print_cases(out);
    fputs("    esac\n  fi\n  compadd -- ${=choices}\n  _files\n}\n", out);
}

bool completion_print(FILE *out, const char *shell)
{
    bool is_bash = strcmp(shell, "bash") == 0, is_zsh = strcmp(shell, "zsh") == 0;

    if (is_bash)
        print_bash(out);
    if (is_zsh)
        print_zsh(out);
    return is_bash || is_zsh;
}
