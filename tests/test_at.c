/* The AT reader against every transcript of the vectors, and the lines it must not trip over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/transcript.h"
#include "modem/at_answers.h"
#include "modem/at_lines.h"
#include "modem/at_reader.h"
#include "tests/support.h"

/* Every element of wanted has its like in found, each found one used once. */
static bool is_match(json_object *wanted, json_object *found);

static bool is_subset(json_object *wanted, json_object *found)
{
    size_t n = json_object_array_length(wanted), m = found ? json_object_array_length(found) : 0;
    size_t next = 0;

    for (size_t i = 0; i < n; i++) {
        while (next < m &&
               !is_match(json_object_array_get_idx(wanted, i), json_object_array_get_idx(found, next)))
            next++;
        if (next++ >= m)
            return false;
    }
    return true;
}

/* Objects may say more than is wanted; lists may not. */
static bool is_match(json_object *wanted, json_object *found)
{
    if (json_object_is_type(wanted, json_type_object)) {
        json_object_object_foreach(wanted, key, value)
        {
            json_object *other = NULL;

            if (strcmp(key, "note") == 0)
                continue;
            if (!json_object_is_type(found, json_type_object) ||
                !json_object_object_get_ex(found, key, &other) || !is_match(value, other))
                return false;
        }
        return true;
    }
    if (json_object_is_type(wanted, json_type_array))
        return json_object_is_type(found, json_type_array) &&
               json_object_array_length(wanted) == json_object_array_length(found) &&
               is_subset(wanted, found);
    return json_object_equal(wanted, found);
}

static bool check_fact(const char *id, const char *key, json_object *wanted, json_object *facts)
{
    json_object *found = NULL;
    bool is_right;

    if (strcmp(key, "note") == 0)
        return true;
    if (strcmp(key, "operators_include") == 0 || strcmp(key, "messages_min") == 0) {
        json_object_object_get_ex(facts, *key == 'o' ? "operators" : "messages", &found);
        is_right = is_subset(wanted, found);
    } else {
        is_right = json_object_object_get_ex(facts, key, &found) ? is_match(wanted, found) : false;
    }
    if (!is_right)
        print_message("# %s %s: wanted %s, found %s\n", id, key, json_object_to_json_string(wanted),
                      found ? json_object_to_json_string(found) : "nothing");
    return is_right;
}

static size_t check_transcript(json_object *row, size_t *facts_checked)
{
    json_object *exchange = json_object_object_get(row, "exchange");
    json_object *facts = transcript_facts(exchange);
    size_t wrong = 0;

    assert_non_null(facts);
    json_object_object_foreach(json_object_object_get(row, "expect"), key, wanted)
    {
        ++*facts_checked;
        wrong += !check_fact(json_object_get_string(json_object_object_get(row, "id")), key, wanted, facts);
    }
    json_object_put(facts);
    return wrong;
}

static void every_transcript_gives_the_facts_it_holds(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = shared_path(mem, "vectors/at.jsonl");
    size_t size = 0, transcripts = 0, facts = 0, wrong = 0;
    char *line = NULL;
    FILE *file;

    (void)state;
    if (path) {
        file = fopen(path, "r");
        assert_non_null(file);
        while (getline(&line, &size, file) > 0) {
            json_object *row = json_tokener_parse(line);

            assert_non_null(row);
            transcripts++;
            wrong += check_transcript(row, &facts);
            json_object_put(row);
        }
        free(line);
        fclose(file);
        print_message("# %zu transcripts, %zu facts, %zu wrong\n", transcripts, facts, wrong);
        assert_int_equal(wrong, 0);
    }
    talloc_free(mem);
}

/* All that the reader gives for these octets, lines between bars, prompts as >; fed n octets at a time. */
static const char *read_all(void *mem, const char *octets, size_t step)
{
    struct at_reader *reader = at_reader_new(mem);
    char *all = talloc_strdup(mem, "");
    const char *line;
    enum at_token token;

    for (size_t i = 0; i < strlen(octets); i += step) {
        size_t n = strlen(octets + i) < step ? strlen(octets + i) : step;

        assert_true(at_reader_feed(reader, octets + i, n));
        while ((token = at_reader_next(reader, &line)))
            all = talloc_asprintf_append(all, token == AT_PROMPT ? "|>" : "|%s", line);
    }
    while ((token = at_reader_flush(reader, &line)))
        all = talloc_asprintf_append(all, token == AT_PROMPT ? "|>" : "|%s", line);
    return all;
}

static void lines_are_the_same_wherever_a_read_cut_them(void **state)
{
    static const char octets[] =
        "AT+CMGL=4\r\r\n+CMGL: 0,1,,23\r\n07913366003051F5\r\n^RSSI:18\r\n> \r\nOK\r\n"
        "+CUSD: 1,\"Bal:$1\r\n1. More\",15\r\nRING\rOK";
    void *mem = talloc_new(NULL);
    const char *whole = read_all(mem, octets, sizeof octets);

    (void)state;
    assert_string_equal(whole, "|AT+CMGL=4|+CMGL: 0,1,,23|07913366003051F5|^RSSI:18|>|OK|"
                               "+CUSD: 1,\"Bal:$1\r\n1. More\",15|RING|OK");
    for (size_t step = 1; step < 40; step++)
        assert_string_equal(read_all(mem, octets, step), whole);
    talloc_free(mem);
}

static void a_code_glued_to_a_line_becomes_a_line(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(read_all(mem, "+CSQ: 20,99+CMTI: \"SM\",3\r\n", 100), "|+CSQ: 20,99|+CMTI: \"SM\",3");
    assert_string_equal(read_all(mem, "07913366+CMTI: \"SM\",3^RSSI:9\r\n", 100),
                        "|07913366|+CMTI: \"SM\",3|^RSSI:9");
    assert_string_equal(read_all(mem, "+COPS: 0,0,\"A+CMTI: B\"\r\n", 100), "|+COPS: 0,0,\"A+CMTI: B\"");
    talloc_free(mem);
}

static void a_text_that_never_closes_its_quote_ends_with_its_line(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(read_all(mem, "+CUSD: 1,\"Bal:\r\nOK\r\n+CMTI: \"SM\",1\r\n", 7),
                        "|+CUSD: 1,\"Bal:|OK|+CMTI: \"SM\",1");
    talloc_free(mem);
}

static void control_octets_and_spaces_around_a_line_vanish(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(read_all(mem, "\x1b\r\n \tOK \r\n0011AD\x1a\r\n", 100), "|OK|0011AD");
    talloc_free(mem);
}

static void a_damaged_result_is_known_as_one(void **state)
{
    static const char *const damaged[] = { "OJ", "oK", "K", "xOK", "OKx", "ERRPR", "+CMS ERxOR: 3" };
    static const char *const others[] = { "OK", "ERROR", "RING", "07913366", "+CSQ: 1,2", "OKAY NOW" };

    (void)state;
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        if (!at_is_damaged_final(damaged[i]))
            fail_msg("%s", damaged[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (at_is_damaged_final(others[i]))
            fail_msg("%s", others[i]);
}

static void an_announcement_without_an_index_is_nothing_to_read(void **state)
{
    char mem[4];
    int index;

    (void)state;
    assert_false(at_read_stored("+CMTI: ,-1", mem, &index));
    assert_false(at_read_stored("+CMTI:", mem, &index));
    assert_true(at_read_stored("+CMTI: \"SM\",0", mem, &index));
    assert_string_equal(mem, "SM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transcript_gives_the_facts_it_holds),
        cmocka_unit_test(lines_are_the_same_wherever_a_read_cut_them),
        cmocka_unit_test(a_code_glued_to_a_line_becomes_a_line),
        cmocka_unit_test(a_text_that_never_closes_its_quote_ends_with_its_line),
        cmocka_unit_test(control_octets_and_spaces_around_a_line_vanish),
        cmocka_unit_test(a_damaged_result_is_known_as_one),
        cmocka_unit_test(an_announcement_without_an_index_is_nothing_to_read),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
