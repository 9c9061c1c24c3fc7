/* Cases are found by words exactly as a look at every text would find them, and what is withheld is not
 * found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/people.h"
#include "store/search/search.h"
#include "store/sql.h"
#include "store/steps.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

#define WANG "+8613934567001"
#define LI "+8613934567002"
#define CADRE "+8613800000001"

enum { MOST_TEXTS = 900, WORDS = 500 };

static int open_world(void **state)
{
    const char *error = "";
    struct store *store = store_open(NULL, "sqlite::memory:", &error);

    assert_non_null(store);
    place_kinds(store, "received,progress,viewed");
    assert_true(store_put_person(store, &(struct person){ .phone = WANG, .name = "王秀英", .language = "" }));
    assert_true(store_put_person(store, &(struct person){ .phone = LI, .name = "李二_", .language = "" }));
    assert_true(store_put_person(
        store, &(struct person){ .phone = CADRE, .name = "甲例一", .language = "", .roles = ROLE_CADRE }));
    *state = store;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct case_ *add_case(struct store *store, const char *number, const char *reporter, const char *text)
{
    struct case_ *case_ = talloc(store, struct case_);

    *case_ = (struct case_){
        .number = number, .reporter = reporter, .line = "", .topic = "water", .text = text, .received_at = 1
    };
    place_case(store, case_);
    return case_;
}

static void add_step(struct store *store, int64_t case_id, const char *kind, const char *words)
{
    struct step step = { .case_id = case_id, .at = 1, .actor = "", .line = "", .kind = kind, .words = words };

    assert_true(store_add_step(store, &step));
}

/* The numbers of the cases found, parted by spaces. */
static const char *found_as(struct store *store, const struct search *search)
{
    char *numbers = talloc_strdup(store, "");
    int64_t *ids;
    size_t n;

    assert_true(store_search(store, store, search, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct case_ *case_;

        assert_true(store_case(store, store, ids[i], &case_));
        numbers = talloc_asprintf_append(numbers, "%s%s", i ? " " : "", case_->number);
    }
    return numbers;
}

static const char *found(struct store *store, const char *words)
{
    return found_as(store, &(struct search){ .words = words, .with_reporters = true });
}

/* Every other text is a case, the others are words of steps. */
static size_t fill(struct store *store, const char *path, char **texts)
{
    FILE *file = fopen(path, "r");
    char line[2000];
    int64_t case_id = 0;
    size_t n = 0;

    assert_non_null(file);
    assert_true(store_begin(store, STORE_BUSY_MS));
    while (fgets(line, sizeof line, file) && n < MOST_TEXTS) {
        const char *text = strrchr(line, '\t');

        if (line[0] == '#' || !text)
            continue;
        texts[n] = talloc_strndup(store, text + 1, strcspn(text + 1, "\r\n"));
        if (n % 2 == 0)
            case_id = add_case(store, talloc_asprintf(store, "%zu", n), WANG, texts[n])->id;
        else
            add_step(store, case_id, "progress", texts[n]);
        if (++n % 64 == 0)
            assert_true(store_commit(store) && store_begin(store, STORE_BUSY_MS));
    }
    assert_true(store_commit(store));
    fclose(file);
    return n;
}

static char *lower(void *mem, const char *text)
{
    char *copy = talloc_strdup(mem, text);

    for (char *c = copy; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return copy;
}

static const char *scanned(void *mem, char **texts, size_t n, const char *word)
{
    char *numbers = talloc_strdup(mem, "");
    const char *low = lower(mem, word);

    for (size_t pairs = (n + 1) / 2; pairs-- > 0;) {
        size_t i = 2 * pairs;

        if (strstr(lower(mem, texts[i]), low) || (i + 1 < n && strstr(lower(mem, texts[i + 1]), low)) ||
            (strspn(word, "0123456789") == strlen(word) && strstr(talloc_asprintf(mem, "%zu", i), word)))
            numbers = talloc_asprintf_append(numbers, "%s%zu", *numbers ? " " : "", i);
    }
    return numbers;
}

/* From one to eight characters out of a text, some of them in the other case, or in an order that no text
 * has. */
static char *some_word(void *mem, char **texts, size_t n)
{
    const char *text = texts[(size_t)rand() % n], *end;
    size_t characters = 1 + (size_t)rand() % 8, start = (size_t)rand() % (strlen(text) + 1);
    char *word;

    while (start > 0 && (text[start] & 0xc0) == 0x80)
        start--;
    for (end = text + start; *end && (characters > 0 || (*end & 0xc0) == 0x80); end++)
        characters -= (*end & 0xc0) != 0x80;
    while ((*end & 0xc0) == 0x80)
        end++;
    word = talloc_strndup(mem, text + start, (size_t)(end - text - (ptrdiff_t)start));
    for (char *c = word; rand() % 5 == 0 && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return rand() % 20 == 0 ? talloc_strdup_append(word, "停水") : word;
}

static void words_are_found_exactly_where_a_look_at_every_text_finds_them(void **state)
{
    struct store *store = *state;
    char *texts[MOST_TEXTS];
    size_t n = fill(store, "tests/corpus/texts-train.tsv", texts);

    srand(7);
    assert_true(n > 500);
    for (int done = 0; done < WORDS;) {
        void *mem = talloc_new(store);
        char *word = some_word(mem, texts, n);

        if (*word && !strpbrk(word, " \t") && !strstr(word, "\u3000")) {
            assert_string_equal(found_as(store, &(struct search){ .words = word }),
                                scanned(mem, texts, n, word));
            done++;
        }
        talloc_free(mem);
    }
}

/* Adds rows until those before them are in the indexes. */
static void index_what_is_there(struct store *store)
{
    int64_t newest, indexed = 0;

    assert_true(sql_number(store, "SELECT max(id) FROM cases", NO_VALUES, &newest));
    for (int i = 0; indexed < newest && i < 1000; i++) {
        add_case(store, talloc_asprintf(store, "27%06d", i), WANG, "路灯");
        assert_true(
            sql_number(store, "SELECT until FROM words_indexed WHERE name = 'cases'", NO_VALUES, &indexed));
    }
    assert_true(indexed >= newest);
}

static void change_words(struct store *store, struct case_ *case_)
{
    assert_string_equal(found(store, "水管"), "26000010");
    case_->text = "电线断了";
    assert_true(store_update_case(store, case_));
    assert_string_equal(found(store, "水管"), "");
    assert_string_equal(found(store, "了"), "26000010");
    assert_true(store_begin(store, STORE_BUSY_MS));
    case_->text = "路塌了";
    assert_true(store_update_case(store, case_));
    case_->text = "桥塌了";
    assert_true(store_update_case(store, case_));
    assert_true(store_commit(store));
    assert_string_equal(found(store, "电线"), "");
    assert_string_equal(found(store, "路塌"), "");
    assert_string_equal(found(store, "桥塌"), "26000010");
    assert_true(sql_run(store, "UPDATE cases SET text = ''", NO_VALUES));
    assert_string_equal(found(store, "桥"), "");
}

static void changed_words_are_found_and_former_ones_are_not(void **state)
{
    struct store *store = *state;
    struct case_ *case_ = add_case(store, "26000010", WANG, "水管裂了");

    change_words(store, case_);
    case_->text = "水管裂了";
    assert_true(store_update_case(store, case_));
    index_what_is_there(store);
    change_words(store, case_);
}

/* A number of a row that went may be given again. */
static void a_row_in_place_of_an_indexed_one_is_found(void **state)
{
    struct store *store = *state;

    add_case(store, "26000010", WANG, "水管裂了");
    index_what_is_there(store);
    assert_true(sql_run(store, "DELETE FROM cases", NO_VALUES));
    assert_string_equal(found(store, "水管"), "");
    assert_int_equal(add_case(store, "26000029", WANG, "电线断了")->id, 1);
    assert_string_equal(found(store, "电线"), "26000029");
    assert_string_equal(found(store, "水管"), "");
}

static void what_is_rolled_back_is_not_found(void **state)
{
    struct store *store = *state;

    assert_true(store_begin(store, STORE_BUSY_MS));
    add_case(store, "26000010", WANG, "水管裂了");
    store_rollback(store);
    add_case(store, "26000029", WANG, "电线断了");
    assert_string_equal(found(store, "了"), "26000029");
    assert_string_equal(found(store, "水管"), "");
}

static void a_statement_that_fails_leaves_the_others_words(void **state)
{
    struct store *store = *state;
    struct case_ twice = {
        .number = "26000010", .reporter = "", .line = "", .topic = "", .text = "再来一遍"
    };

    assert_true(store_begin(store, STORE_BUSY_MS));
    add_case(store, "26000010", WANG, "水管裂了");
    assert_false(store_open_case(store, &twice));
    assert_true(store_commit(store));
    assert_string_equal(found(store, "水管"), "26000010");
    assert_string_equal(found(store, "再来"), "");
}

/* More than are noted at first room for. */
static void all_words_of_a_long_transaction_are_found(void **state)
{
    enum { CASES = 300 };
    struct store *store = *state;

    assert_true(store_begin(store, STORE_BUSY_MS));
    for (int i = 0; i < CASES; i++)
        add_case(store, talloc_asprintf(store, "26%06d", i), WANG,
                 talloc_asprintf(store, "第%d条水管裂了", i));
    assert_true(store_commit(store));
    for (int i = 0; i < CASES; i += 23)
        assert_string_equal(found(store, talloc_asprintf(store, "第%d条", i)),
                            talloc_asprintf(store, "26%06d", i));
}

static int count_open_files(void)
{
    DIR *files = opendir("/proc/self/fd");
    int n = 0;

    assert_non_null(files);
    while (readdir(files))
        n++;
    closedir(files);
    return n;
}

static void a_store_that_was_searched_leaves_no_file_open(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *url = talloc_asprintf(mem, "sqlite:%s/store.db", temporary_directory(mem));
    int before = count_open_files();

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct store *store = store_open(NULL, url, &error);

        assert_non_null(store);
        add_case(store, talloc_asprintf(mem, "2600001%d", i), "", "水管裂了");
        assert_non_null(strstr(found(store, "水管"), talloc_asprintf(mem, "2600001%d", i)));
        talloc_free(store);
    }
    assert_int_equal(count_open_files(), before);
    talloc_free(mem);
}

static void several_words_must_all_be_there_and_may_be_in_different_places(void **state)
{
    struct store *store = *state;
    int64_t id = add_case(store, "26000010", WANG, "水管裂了")->id;

    add_step(store, id, "progress", "配件已到");
    add_case(store, "26000029", LI, "水管漏了");
    assert_string_equal(found(store, "水管　配件"), "26000010");
    assert_string_equal(found(store, " 王秀英 水管 "), "26000010");
    assert_string_equal(found(store, "水管"), "26000029 26000010");
    assert_string_equal(found(store, ""), "");
    assert_string_equal(found(store, " 　"), "");
}

static void who_looked_at_a_case_is_not_searched(void **state)
{
    struct store *store = *state;
    int64_t id = add_case(store, "26000010", WANG, "水管裂了")->id;

    add_step(store, id, "viewed", "丙例三");
    assert_string_equal(found(store, "丙例"), "");
}

static void restricted_cases_are_found_by_those_who_may_see_them_alone(void **state)
{
    struct store *store = *state;
    struct case_ *case_ = add_case(store, "26000010", WANG, "村主任收钱才办");

    add_case(store, "26000029", LI, "收钱的人不在");
    case_->is_guarded = true;
    assert_true(store_update_case(store, case_));
    assert_string_equal(found(store, "收钱"), "26000029");
    assert_string_equal(found(store, "26000010"), "");
    assert_string_equal(found(store, "王秀英"), "");
    assert_string_equal(found_as(store, &(struct search){ .words = "收钱", .with_guarded = true }),
                        "26000029 26000010");
}

static void names_and_numbers_are_found_but_nobody_who_asked_not_to_be_named(void **state)
{
    struct store *store = *state;
    struct case_ *case_ = add_case(store, "26000010", WANG, "水管裂了");

    add_case(store, "26000029", LI, "路坏了")->handler = CADRE;
    assert_true(
        sql_run(store, "UPDATE cases SET handler = '" CADRE "' WHERE number = '26000029'", NO_VALUES));
    assert_string_equal(found(store, "秀英"), "26000010");
    assert_string_equal(found(store, "甲例一"), "26000029");
    assert_string_equal(found(store, "二_"), "26000029"); /* _ stands for itself */
    assert_string_equal(found(store, "_英"), "");
    assert_string_equal(found(store, "000029"), "26000029");
    assert_string_equal(found(store, "7001"), "26000010");
    assert_string_equal(found(store, "+8613934567001"), "26000010");
    assert_string_equal(found(store, "13934567001"), "26000010");
    assert_string_equal(found(store, "3934567"), ""); /* not the end of a number */
    assert_string_equal(found(store, "567001"), "");  /* nor may it be guessed digit by digit */
    assert_string_equal(found_as(store, &(struct search){ .words = "秀英" }), "");
    assert_string_equal(found_as(store, &(struct search){ .words = "7001" }), "");
    case_->is_anonymous = true;
    assert_true(store_update_case(store, case_));
    assert_string_equal(found(store, "秀英"), "");
    assert_string_equal(found(store, "7001"), "");
    assert_string_equal(found(store, "水管"), "26000010");
}

/* Numbers as they are made: of three years, of five to seven digits, with or without a digit of the gateway.
 */
static void add_numbered(struct store *store, const char *prefix, char **numbers, int *n)
{
    static const int counted[] = { 1,      2,      9,      999,    12345,  12346,  99999,
                                   100000, 123456, 234512, 345123, 999999, 1000000 };

    for (int year = 24; year < 27; year++)
        for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
            numbers[*n] =
                talloc_asprintf(store, "%d%s%05d%d", year, prefix, counted[i], (int)(i + (size_t)year) % 10);
            add_case(store, numbers[(*n)++], "", "");
        }
    assert_true(
        sql_run(store,
                "INSERT INTO counters (name, value) VALUES ('case 2024', 1000000), ('case 2025', 1000000),"
                " ('case 2026', 1000000)",
                NO_VALUES));
}

static const char *numbers_with(void *mem, char **numbers, int n, const char *digits)
{
    char *found = talloc_strdup(mem, "");

    for (int i = n; i-- > 0;)
        if (strstr(numbers[i], digits))
            found = talloc_asprintf_append(found, "%s%s", *found ? " " : "", numbers[i]);
    return found;
}

static void digits_are_found_wherever_they_stand_in_a_number(void **state)
{
    static const char *const prefixes[] = { "", "7" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *numbers[64];
        void *world;
        int n = 0;

        open_world(&world);
        add_numbered(world, prefixes[i], numbers, &n);
        for (int k = 0; k < n; k++)
            for (size_t length = 1; length <= strlen(numbers[k]); length++)
                for (size_t at = 0; at + length <= strlen(numbers[k]); at++) {
                    const char *digits = talloc_strndup(world, numbers[k] + at, length);

                    assert_string_equal(found(world, digits), numbers_with(world, numbers, n, digits));
                }
        assert_string_equal(found(world, "1234567890123"), "");
        close_world(&world);
    }
}

static void those_of_a_unit_and_what_its_people_handle_are_found(void **state)
{
    struct store *store = *state;
    struct unit town = { .code = "1", .name = "镇", .level = UNIT_TOWNSHIP },
                village = { .code = "2", .name = "村", .level = UNIT_VILLAGE };
    struct search search = { .words = "水管" };

    assert_true(store_put_unit(store, &town));
    village.parent = town.id;
    assert_true(store_put_unit(store, &village));
    for (int i = 0; i < 4; i++)
        add_case(store, talloc_asprintf(store, "2600%d", i), WANG, "水管裂了");
    assert_true(
        sql_run(store, "UPDATE cases SET place = $1 WHERE number = '26000'", VALUES(as_number(village.id))));
    assert_true(
        sql_run(store, "UPDATE cases SET unit = $1 WHERE number = '26001'", VALUES(as_number(town.id))));
    assert_true(
        sql_run(store, "UPDATE cases SET handler = $1 WHERE number = '26002'", VALUES(as_text(CADRE))));
    search.within = town.id;
    assert_string_equal(found_as(store, &search), "26001 26000");
    search.also = CADRE;
    assert_string_equal(found_as(store, &search), "26002 26001 26000");
    search.within = village.id;
    search.also = NULL;
    assert_string_equal(found_as(store, &search), "26000");
}

static bool count(const struct case_ *case_, void *arg)
{
    (void)case_;
    ++*(int *)arg;
    return true;
}

static void a_filter_picks_among_what_was_found(void **state)
{
    struct store *store = *state;
    int64_t *ids;
    size_t n;
    int picked = 0;

    for (int i = 0; i < 5; i++)
        add_case(store, talloc_asprintf(store, "2600%d", i), i % 2 ? LI : WANG, "水管裂了");
    assert_true(store_search(store, store, &(struct search){ .words = "水管" }, &ids, &n));
    assert_int_equal(n, 5);
    assert_true(store_each_found(store, ids, n, &(struct case_filter){ .reporter = WANG }, count, &picked));
    assert_int_equal(picked, 3);
    picked = 0;
    assert_true(store_each_found(store, ids, n, &(struct case_filter){ .limit = 2, .after_id = ids[0] },
                                 count, &picked));
    assert_int_equal(picked, 2);
}

static void an_older_store_is_searched_too(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *path = talloc_asprintf(mem, "%s/x.db", folder),
               *error = "";
    FILE *file = fopen("tests/corpus/store-7.sql", "r");
    char *statements = talloc_zero_size(mem, 1 << 20);
    struct store *store;
    sqlite3 *db;

    (void)state;
    assert_non_null(file);
    assert_true(fread(statements, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &error);
    assert_non_null(store);
    assert_string_equal(found(store, "停水三天"), "26000010");
    assert_true(sql_run(store, "UPDATE cases SET text = '' WHERE number = '26000010'", NO_VALUES));
    assert_string_equal(found(store, "停水三天"), "");
    talloc_free(mem);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(words_are_found_exactly_where_a_look_at_every_text_finds_them),
        IN_A_WORLD(changed_words_are_found_and_former_ones_are_not),
        IN_A_WORLD(a_row_in_place_of_an_indexed_one_is_found),
        IN_A_WORLD(what_is_rolled_back_is_not_found),
        IN_A_WORLD(a_statement_that_fails_leaves_the_others_words),
        IN_A_WORLD(all_words_of_a_long_transaction_are_found),
        IN_A_WORLD(a_store_that_was_searched_leaves_no_file_open),
        IN_A_WORLD(several_words_must_all_be_there_and_may_be_in_different_places),
        IN_A_WORLD(who_looked_at_a_case_is_not_searched),
        IN_A_WORLD(restricted_cases_are_found_by_those_who_may_see_them_alone),
        IN_A_WORLD(names_and_numbers_are_found_but_nobody_who_asked_not_to_be_named),
        cmocka_unit_test(digits_are_found_wherever_they_stand_in_a_number),
        IN_A_WORLD(those_of_a_unit_and_what_its_people_handle_are_found),
        IN_A_WORLD(a_filter_picks_among_what_was_found),
        cmocka_unit_test(an_older_store_is_searched_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
