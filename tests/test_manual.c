#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "gateway/command/manual/page.h"
#include "gateway/command/subcommands.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/villager.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

static const char *shell(void *mem, const char *folder, const char *line)
{
    char text[65536];
    FILE *out = popen(talloc_asprintf(mem, "cd '%s' && %s 2>&1", folder, line), "r");
    size_t n = fread(text, 1, sizeof text - 1, out);

    text[n] = '\0';
    assert_true(pclose(out) >= 0);
    return talloc_strdup(mem, text);
}

static const char *page(void *mem, const char *folder, const char *name)
{
    struct outcome outcome = RUN(mem, folder, NULL, "manual", name);

    assert_int_equal(outcome.status, 0);
    return write_file(mem, folder, name, outcome.out), outcome.out;
}

/* Every page that another one names is there; mandoc itself looks only among those installed. */
static void check_references(const char *text, const char *names)
{
    char name[64];
    int section;

    for (const char *at = strstr(text, "Xr xiangyin"); at; at = strstr(at + 1, "Xr xiangyin")) {
        char line[80];

        assert_int_equal(sscanf(at, "Xr %63s %d", name, &section), 2);
        snprintf(line, sizeof line, "%s.%d\n", name, section);
        if (!strstr(names, line))
            fail_msg("no page %s", line);
    }
}

static void mandoc_finds_no_fault_in_any_page(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *names = RUN(mem, folder, NULL, "manual").out;
    bool has_mandoc = system("command -v mandoc >/dev/null") == 0;
    int n = 0;

    (void)state;
    for (const char *at = names; *at; at = strchr(at, '\n') + 1, n++) {
        const char *name = talloc_strndup(mem, at, strcspn(at, "\n"));
        const char *lint = talloc_asprintf(
            mem, "mandoc -Tlint %s | grep -v 'referenced manual not found: Xr xiangyin'", name);

        check_references(page(mem, folder, name), names);
        if (has_mandoc)
            assert_string_equal(shell(mem, folder, lint), "");
    }
    assert_in_range(n, 10, 30);
    if (!has_mandoc)
        print_message("mandoc is not installed: the pages' language was not checked\n");
    talloc_free(mem);
}

static void every_subcommand_stands_on_a_page(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);

    (void)state;
    for (const struct command *const *command = subcommands; *command; command++) {
        const char *name = page_of((*command)->name) ? page_of((*command)->name) : "xiangyin.1";
        const char *heading = talloc_asprintf(mem, "\n.Ss xiangyin %s\n", (*command)->name);

        if (!strstr(page(mem, folder, name), heading))
            fail_msg("%s does not describe %s", name, (*command)->name);
    }
    assert_string_equal(page_of("case"), "xiangyin-case.1");
    assert_null(page_of("cas"));
    talloc_free(mem);
}

static void what_help_says_stands_on_the_page(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *cases = page(mem, folder, "xiangyin-case.1");
    const char *config = page(mem, folder, "xiangyin.conf.5");

    (void)state;
    assert_non_null(strstr(cases, "\n.Nm xiangyin\n.Cm case Cm list Oo Fl c Ar FILE Oc"));
    assert_non_null(strstr(cases, "\n.It Fl -unsure\n"));
    assert_non_null(strstr(config, "\n.It Ic timezone\n"));
    assert_non_null(strstr(config, "\n.Ss modem \"NAME\"\n"));
    assert_int_equal(RUN(mem, folder, NULL, "manual", "xiangyin.9").status, 2);
    assert_int_equal(RUN(mem, folder, NULL, "manual", "handbook.html").status, 2);
    talloc_free(mem);
}

static void check_keywords(void *mem, const char *text, const struct keyword_command *commands)
{
    for (size_t i = 0; commands[i].words; i++) {
        const char *first = talloc_strndup(mem, commands[i].words, strcspn(commands[i].words, "|"));

        if (!strstr(text, first))
            fail_msg("xiangyin-keywords.7 does not have %s", first);
    }
}

static void every_keyword_is_described(void **state)
{
    void *mem = talloc_new(NULL);
    const char *text = page(mem, temporary_directory(mem), "xiangyin-keywords.7");

    (void)state;
    check_keywords(mem, text, villager_commands);
    check_keywords(mem, text, cadre_commands);
    talloc_free(mem);
}

static void bash_completes_subcommands_verbs_and_options(void **state)
{
    static const struct {
        const char *typed, *completed;
    } tries[] = {
        { "(xiangyin ca) COMP_CWORD=1", "case card\n" },
        { "(xiangyin case sh) COMP_CWORD=2", "show\n" },
        { "(xiangyin case list --un) COMP_CWORD=3", "--until --unsure\n" },
        { "(xiangyin bulletin e) COMP_CWORD=2", "evaluate\n" },
        { "(xiangyin nothing x) COMP_CWORD=2", "\n" },
    };
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);

    (void)state;
    write_file(mem, folder, "bash", RUN(mem, folder, NULL, "manual", "--completion", "bash").out);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        const char *line = talloc_asprintf(
            mem, "bash -c '. ./bash; COMP_WORDS=%s; _xiangyin; echo ${COMPREPLY[*]}'", tries[i].typed);
        assert_string_equal(shell(mem, folder, line), tries[i].completed);
    }
    assert_int_equal(RUN(mem, folder, NULL, "manual", "--completion", "fish").status, 2);
    talloc_free(mem);
}

static void zsh_reads_its_completion(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);

    (void)state;
    write_file(mem, folder, "zsh", RUN(mem, folder, NULL, "manual", "--completion", "zsh").out);
    if (system("command -v zsh >/dev/null") != 0)
        print_message("zsh is not installed: its completion was not read\n");
    else
        assert_string_equal(shell(mem, folder,
                                  "zsh -fc 'compadd() { print -r -- ${@[2,-1]}; }; _files() { :; }; . ./zsh; "
                                  "words=(xiangyin card x) CURRENT=3; _xiangyin'"),
                            "-c --help villager cadre leader --language\n");
    talloc_free(mem);
}

static void the_handbook_has_the_countys_name_and_terms(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *book;

    (void)state;
    write_file(mem, folder, "xiangyin.conf",
               "county = \"浮山<县>\"\naccept_days = 11\nurgent_accept_hours = 0\n"
               "store { url = \"sqlite:x.db\" }\nmodem \"a\" { device = \"/dev/null\" }\n");
    book = RUN(mem, folder, NULL, "handbook", "-c", "xiangyin.conf").out;
    assert_non_null(strstr(book, "浮山&lt;县&gt;"));
    assert_non_null(strstr(book, "11天内受理，60天内办结，急事7天内办结。"));
    assert_null(strstr(book, "{{"));
    assert_int_equal(RUN(mem, folder, NULL, "handbook", "-c", "none.conf").status, 2);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mandoc_finds_no_fault_in_any_page),
        cmocka_unit_test(every_subcommand_stands_on_a_page),
        cmocka_unit_test(what_help_says_stands_on_the_page),
        cmocka_unit_test(every_keyword_is_described),
        cmocka_unit_test(bash_completes_subcommands_verbs_and_options),
        cmocka_unit_test(zsh_reads_its_completion),
        cmocka_unit_test(the_handbook_has_the_countys_name_and_terms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
