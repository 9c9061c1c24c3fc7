#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/villager.h"
#include "gateway/understand/keyword.h"
#include "gateway/understand/text/normalise.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { KEYWORDS_MOST = 64 };

static const char configuration[] = "county = \"浮山县\"\nsignature = \"【浮山亮晒评】\"\n"
                                    "store { url = \"sqlite:%s/x.db\" }\n"
                                    "modem \"a\" { device = \"/dev/null\" number = \"+8613900001069\" }\n";

static const char *make_folder(void *mem)
{
    const char *folder = temporary_directory(mem);

    write_file(mem, folder, "xiangyin.conf", talloc_asprintf(mem, configuration, folder));
    return folder;
}

static bool is_command(void *mem, const struct normaliser *normaliser, const struct keyword_command *commands,
                       const char *text)
{
    struct keyword table[KEYWORDS_MOST] = { 0 };
    struct keyword_match match;
    struct normal normal;

    for (size_t i = 0; commands[i].words; i++)
        table[i] = (struct keyword){ commands[i].words, (int)i, commands[i].takes };
    normalise(normaliser, mem, text, &normal);
    return keyword_match(table, mem, &normal, &match) && match.number_kind != NUMBER_WRONG &&
           match.second_kind != NUMBER_WRONG && !match.is_corrected;
}

/* How many commands the card shows; each has to be one, number and all. */
static int check_card(void *mem, const char *folder, const char *reader, const char *language,
                      const struct keyword_command *commands)
{
    struct outcome card =
        RUN(mem, folder, NULL, "card", reader, "-c", "xiangyin.conf", "--language", language);
    const char *error;
    struct normaliser *normaliser = normaliser_new(mem, &error);
    int n = 0;

    assert_int_equal(card.status, 0);
    assert_non_null(strstr(card.out, "13900001069"));
    assert_non_null(strstr(card.out, "@page { size: A5"));
    for (const char *at = card.out; (at = strstr(at, "<kbd>")); n++) {
        const char *text = talloc_strndup(mem, at + 5, (size_t)(strstr(at, "</kbd>") - at - 5));

        if (!is_command(mem, normaliser, commands, text))
            fail_msg("%s, %s: no command: %s", reader, language, text);
        at += 5;
    }
    return n;
}

static void everything_a_card_tells_to_text_is_a_command(void **state)
{
    static const struct {
        const char *reader, *language;
        const struct keyword_command *commands;
        int n;
    } cards[] = {
        { "villager", "zh", villager_commands, 9 }, { "villager", "en", villager_commands, 9 },
        { "cadre", "zh", cadre_commands, 26 },      { "cadre", "en", cadre_commands, 26 },
        { "leader", "zh", cadre_commands, 16 },     { "leader", "en", cadre_commands, 16 },
    };
    void *mem = talloc_new(NULL);
    const char *folder = make_folder(mem);

    (void)state;
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        assert_int_equal(check_card(mem, folder, cards[i].reader, cards[i].language, cards[i].commands),
                         cards[i].n);
    talloc_free(mem);
}

static void a_card_for_nobody_is_refused(void **state)
{
    void *mem = talloc_new(NULL);
    struct outcome card = RUN(mem, NULL, NULL, "card", "mayor");

    (void)state;
    assert_int_equal(card.status, 2);
    assert_non_null(strstr(card.err, "card takes villager, cadre or leader"));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_a_card_tells_to_text_is_a_command),
        cmocka_unit_test(a_card_for_nobody_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
