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

#include "modem/at_answers.h"
#include "modem/at_lines.h"
#include "modem/at_reader.h"
#include "tests/support/support.h"
#include "tests/support/transcript.h"

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

static size_t check_exchange(json_object *row, json_object *exchange, size_t *facts_checked)
{
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

static const char *text_of(json_object *exchange, size_t i)
{
    return json_object_get_string(json_object_object_get(json_object_array_get_idx(exchange, i), "text"));
}

static bool is_ours(json_object *exchange, size_t i)
{
    json_object *chunk = json_object_array_get_idx(exchange, i);

    return strcmp(json_object_get_string(json_object_object_get(chunk, "dir")), "host") == 0;
}

static void add_chunk(json_object *exchange, const char *from, const char *text, size_t n)
{
    json_object *chunk = json_object_new_object();

    json_object_object_add(chunk, "dir", json_object_new_string(from));
    json_object_object_add(chunk, "text", json_object_new_string_len(text, (int)n));
    json_object_array_add(exchange, chunk);
}

/* Appends what the modem could as well have sent for its chunk i; false where that would say something else.
 */
typedef bool (*chunk_change)(json_object *exchange, size_t i, json_object *changed);

static bool octet_by_octet(json_object *exchange, size_t i, json_object *changed)
{
    for (const char *octet = text_of(exchange, i); *octet != '\0'; octet++)
        add_chunk(changed, "modem", octet, 1);
    return true;
}

/* A text in quotes with line ends of its own, as USSD menus have. */
static bool has_quoted_line_end(const char *text)
{
    bool is_quoted = false;

    for (; *text != '\0'; text++) {
        is_quoted = is_quoted != (*text == '"');
        if (is_quoted && (*text == '\r' || *text == '\n'))
            return true;
    }
    return false;
}

static bool with_line_ends(json_object *exchange, size_t i, json_object *changed, const char *line_end)
{
    const char *text = text_of(exchange, i), *next;
    char *all = talloc_strdup(NULL, "");

    if (!has_quoted_line_end(text)) {
        for (; (next = strstr(text, "\r\n")) != NULL; text = next + 2)
            all = talloc_asprintf_append(all, "%.*s%s", (int)(next - text), text, line_end);
        all = talloc_strdup_append(all, text);
        add_chunk(changed, "modem", all, strlen(all));
    }
    talloc_free(all);
    return !has_quoted_line_end(text);
}

static bool with_line_feeds(json_object *exchange, size_t i, json_object *changed)
{
    return with_line_ends(exchange, i, changed, "\n");
}

static bool with_carriage_returns(json_object *exchange, size_t i, json_object *changed)
{
    return with_line_ends(exchange, i, changed, "\r");
}

static bool with_empty_lines(json_object *exchange, size_t i, json_object *changed)
{
    return with_line_ends(exchange, i, changed, "\r\r\n\r\n");
}

static bool with_echo(json_object *exchange, size_t i, json_object *changed, bool is_doubled)
{
    char command[400] = "", echo[1000];

    if (i > 0 && is_ours(exchange, i - 1) && strcspn(text_of(exchange, i - 1), "\x1a\r") > 0)
        snprintf(command, sizeof command, "%.*s", (int)strcspn(text_of(exchange, i - 1), "\x1a\r"),
                 text_of(exchange, i - 1));
    if (command[0] != '\0' && strstr(text_of(exchange, i), command) == NULL) {
        snprintf(echo, sizeof echo, "%s\r%s%s", command, is_doubled ? command : "",
                 is_doubled ? "\r\r\n" : "");
        add_chunk(changed, "modem", echo, strlen(echo));
    }
    add_chunk(changed, "modem", text_of(exchange, i), strlen(text_of(exchange, i)));
    return strchr(text_of(exchange, i), '>') == NULL;
}

static bool with_one_echo(json_object *exchange, size_t i, json_object *changed)
{
    return with_echo(exchange, i, changed, false);
}

static bool with_two_echoes(json_object *exchange, size_t i, json_object *changed)
{
    return with_echo(exchange, i, changed, true);
}

/* The exchange with each of the modem's chunks changed; NULL where that would say something else. */
static json_object *changed_by(json_object *exchange, chunk_change change)
{
    json_object *changed = json_object_new_array();
    bool is_good = true;

    for (size_t i = 0; is_good && i < json_object_array_length(exchange); i++)
        if (is_ours(exchange, i))
            json_object_array_add(changed, json_object_get(json_object_array_get_idx(exchange, i)));
        else
            is_good = change(exchange, i, changed);
    if (is_good)
        return changed;
    json_object_put(changed);
    return NULL;
}

/* The exchange with its chunk i cut in two behind so many octets. */
static json_object *cut_at(json_object *exchange, size_t i, size_t octets)
{
    json_object *cut = json_object_new_array();

    for (size_t j = 0; j < json_object_array_length(exchange); j++) {
        const char *text = text_of(exchange, j);

        if (j == i)
            add_chunk(cut, "modem", text, octets);
        add_chunk(cut, is_ours(exchange, j) ? "host" : "modem", text + (j == i ? octets : 0),
                  strlen(text) - (j == i ? octets : 0));
    }
    return cut;
}

static size_t check_transcript(json_object *row, size_t *facts)
{
    return check_exchange(row, json_object_object_get(row, "exchange"), facts);
}

static size_t check_cuts(json_object *row, size_t *facts)
{
    json_object *exchange = json_object_object_get(row, "exchange");
    size_t wrong = 0;

    for (size_t i = 0; i < json_object_array_length(exchange); i++)
        for (size_t n = 1; !is_ours(exchange, i) && n < strlen(text_of(exchange, i)); n++) {
            json_object *cut = cut_at(exchange, i, n);

            wrong += check_exchange(row, cut, facts);
            json_object_put(cut);
        }
    return wrong;
}

static size_t check_changes(json_object *row, size_t *facts)
{
    static const chunk_change changes[] = { octet_by_octet,   with_line_feeds, with_carriage_returns,
                                            with_empty_lines, with_one_echo,   with_two_echoes };
    json_object *exchange = json_object_object_get(row, "exchange");
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        json_object *changed = changed_by(exchange, changes[i]);

        if (changed != NULL)
            wrong += check_exchange(row, changed, facts);
        json_object_put(changed);
    }
    return wrong;
}

/* Checks every transcript of the vectors; the facts that were to be found in them. */
static size_t check_all(size_t (*check)(json_object *row, size_t *facts))
{
    void *mem = talloc_new(NULL);
    const char *path = shared_path(mem, "vectors/at.jsonl");
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t size = 0, facts = 0, wrong = 0;
    char *line = NULL;

    while (file && getline(&line, &size, file) > 0) {
        json_object *row = json_tokener_parse(line);

        assert_non_null(row);
        wrong += check(row, &facts);
        json_object_put(row);
    }
    free(line);
    if (file)
        fclose(file);
    assert_int_equal(wrong, 0);
    talloc_free(mem);
    return path ? facts : SIZE_MAX;
}

static void every_transcript_gives_the_facts_it_holds(void **state)
{
    (void)state;
    assert_true(check_all(check_transcript) > 300);
}

static void the_facts_are_the_same_wherever_a_read_cut_a_transcript(void **state)
{
    (void)state;
    assert_true(check_all(check_cuts) > 20000);
}

static void the_facts_are_the_same_with_other_line_ends_and_echoes(void **state)
{
    (void)state;
    assert_true(check_all(check_changes) > 1500);
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

        at_reader_feed(reader, octets + i, n);
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

/* What has come of a line so far is a result once it is whole; however long it grows it may still become one.
 */
static void a_result_without_its_line_end_is_known(void **state)
{
    static const size_t lengths[] = { 1, 62, 63, 64, 65, 100, 4000 };
    struct at_reader *reader = at_reader_new(NULL);
    char long_line[4000];

    (void)state;
    assert_false(at_reader_has_final(reader));
    at_reader_feed(reader, "O", 1);
    assert_false(at_reader_has_final(reader));
    at_reader_feed(reader, "K", 1);
    assert_true(at_reader_has_final(reader));
    talloc_free(reader);
    memset(long_line, 'A', sizeof long_line);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        reader = at_reader_new(NULL);
        at_reader_feed(reader, long_line, lengths[i]);
        assert_false(at_reader_has_final(reader));
        assert_false(at_reader_has_prompt(reader));
        talloc_free(reader);
    }
}

/* 27.005 3.2.2: with names or without, of one storage to three; one that holds nothing has a size of 0. */
static void what_a_storage_holds_is_read_in_all_forms(void **state)
{
    static const struct {
        const char *line;
        size_t n; /* 0: it is not to be read */
        const char *first;
        int used, total;
    } cases[] = {
        { "+CPMS: \"SM\",3,20,\"ME\",1,99,\"SR\",0,5", 3, "SM", 3, 20 },
        { "+CPMS: \"BM\",0,0,\"SM\",3,20", 2, "BM", 0, 0 },
        { "+CPMS: 3,20,3,20,3,20", 3, "", 3, 20 },
        { "+CPMS: 0,0", 1, "", 0, 0 },
        { "+CPMS: \"SM\",3", 0, "", 0, 0 },
        { "+CPMS: \"SM\",,20", 0, "", 0, 0 },
        { "+CPMS: \"SM\",3,", 0, "", 0, 0 },
        { "+CPMS:", 0, "", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct at_usage usage;

        if (at_read_usage(cases[i].line, &usage) != (cases[i].n > 0))
            fail_msg("%s", cases[i].line);
        if (cases[i].n == 0)
            continue;
        assert_int_equal(usage.n, cases[i].n);
        assert_string_equal(usage.names[0], cases[i].first);
        assert_int_equal(usage.used[0], cases[i].used);
        assert_int_equal(usage.total[0], cases[i].total);
    }
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
    assert_true(at_read_stored("+CMTI: 12,3", mem, &index)); /* no storage has a number for a name */
    assert_string_equal(mem, "");
    assert_int_equal(index, 3);
    assert_true(at_read_stored("+CMTI: \"MMS\",4", mem, &index));
    assert_string_equal(mem, "");
}

static void a_signal_may_come_without_its_errors(void **state)
{
    static const struct {
        const char *line;
        bool is_read;
        int rssi, ber;
    } signals[] = {
        { "+CSQ: 20,3", true, 20, 3 },  { "+CSQ: 99,99", true, 99, 99 }, { "+CSQ: 0,0", true, 0, 0 },
        { "+CSQ: 20", true, 20, -1 },   { "+CSQ: 199,1", true, 199, 1 }, { "+CSQ: 200,1", false, 200, 1 },
        { "+CSQ: -1,1", false, -1, 1 }, { "+CSQ:", false, -1, -1 },      { "+CREG: 20,3", false, -1, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        int rssi = 0, ber = 0;

        if (at_read_signal(signals[i].line, &rssi, &ber) != signals[i].is_read || rssi != signals[i].rssi ||
            ber != signals[i].ber)
            fail_msg("%s is %d, %d", signals[i].line, rssi, ber);
    }
}

static void every_result_that_ends_an_answer_is_known(void **state)
{
    static const struct {
        const char *line;
        enum at_final final;
        int code;
    } finals[] = {
        { "OK", AT_OK, -1 },
        { "ERROR", AT_ERROR, -1 },
        { "COMMAND NOT SUPPORT", AT_ERROR, -1 },
        { "COMMAND NOT SUPPORTED", AT_ERROR, -1 },
        { "TOO MANY PARAMETERS", AT_ERROR, -1 },
        { "OPERATION NOT ALLOWED", AT_ERROR, -1 },
        { "ABORTED", AT_ERROR, -1 },
        { "+CME ERROR: 10", AT_CME, 10 },
        { "+CMS ERROR: 321", AT_CMS, 321 },
        { "+CME ERROR 10", AT_CME, 10 },
        { "+CMS ERROR 321", AT_CMS, 321 },
        { "NO CARRIER", AT_NO_CARRIER, -1 },
        { "NO ANSWER", AT_NO_CARRIER, -1 },
        { "NO DIALTONE", AT_NO_CARRIER, -1 },
        { "NO DIAL TONE", AT_NO_CARRIER, -1 },
        { "BUSY", AT_NO_CARRIER, -1 },
    };
    static const char *const others[] = { "RING", "NO CARRIER 1", "BUSY NOW", "+CMTI: \"SM\",1", "OKAY", "" };
    struct at_result result;

    (void)state;
    for (size_t i = 0; i < sizeof finals / sizeof *finals; i++)
        if (!at_is_final(finals[i].line, &result) || result.final != finals[i].final ||
            result.code != finals[i].code)
            fail_msg("%s", finals[i].line);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (at_is_final(others[i], &result))
            fail_msg("%s", others[i]);
}

static void a_registration_may_have_leading_zeros(void **state)
{
    static const struct {
        const char *line;
        bool is_answer;
        int stat;
        const char *lac;
    } cases[] = {
        { "+CREG: 0001", false, 1, "" },          { "+CREG: 0,0001", true, 1, "" },
        { "+CREG: 0000,0005", true, 5, "" },      { "+CREG: 0011", false, 11, "" },
        { "+CREG: 1,0011,00A1", false, 1, "11" }, { "+CREG: 2,1,\"0011\",\"00A1\"", true, 1, "11" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct at_registration registration;

        if (!at_read_registration(cases[i].line, cases[i].is_answer, &registration))
            fail_msg("%s", cases[i].line);
        assert_int_equal(registration.stat, cases[i].stat);
        assert_string_equal(registration.lac, cases[i].lac);
    }
}

static void a_length_may_have_leading_zeros(void **state)
{
    struct at_message_head head;

    (void)state;
    assert_true(at_read_list_head("+CMGL: 003,01,,00023", &head));
    assert_int_equal(head.index, 3);
    assert_int_equal(head.stat, 1);
    assert_int_equal(head.length, 23);
}

static void names_and_numbers_may_be_hex_of_ucs2(void **state)
{
    struct at_operator op;
    struct at_caller caller;
    char number[48];

    (void)state;
    assert_true(at_read_operator("+COPS: 0,0,\"4E2D56FD79FB52A8\",7", &op));
    assert_string_equal(op.name, "中国移动");
    assert_true(at_read_operator("+COPS: 0,0,\"004300480049004E0041\"", &op));
    assert_string_equal(op.name, "CHINA");
    assert_true(at_read_operator("+COPS: 0,2,\"46000\"", &op));
    assert_string_equal(op.name, "46000");
    assert_true(at_read_operator("+COPS: 0,0,\"CAFE\"", &op));
    assert_string_equal(op.name, "CAFE");
    assert_true(
        at_read_caller("+CLIP: \"002B0038003600310033003900300033003500370030003000300031\",145", &caller));
    assert_string_equal(caller.number, "+8613903570001");
    assert_true(at_read_caller("+CLIP: \"00310030003000380036\",129", &caller));
    assert_string_equal(caller.number, "10086");
    assert_true(at_read_caller("+CLIP: \"13903570001\",129", &caller));
    assert_string_equal(caller.number, "13903570001");
    assert_true(at_read_centre("+CSCA: \"002B0038003600310033003800300030\",145", number, sizeof number));
    assert_string_equal(number, "+8613800");
    assert_true(at_read_centre("+CSCA: \"+8613800357500\",145", number, sizeof number));
    assert_string_equal(number, "+8613800357500");
    assert_false(at_read_centre("+CSCA: \"\",145", number, sizeof number));
    assert_false(at_read_centre("+CSCA: ,145", number, sizeof number));
}

static void clocks_are_read_in_all_their_forms(void **state)
{
    static const struct {
        const char *line;
        int64_t at; /* 0: none */
    } clocks[] = {
        { "+CCLK: \"26/11/29,23:16:43+32\"", 1795965403 },
        { "+CCLK: \"2026/11/29,23:16:43+32\"", 1795965403 },
        { "+CCLK: 26/11/29,23:16:43+32", 1795965403 },
        { "+CCLK:\"26/11/29 23:16:43+32\"", 1795965403 },
        { "+CCLK: \"26/11/29,15:16:43+00\"", 1795965403 },
        { "+CCLK: \"26/11/29,15:16:43\"", 1795965403 },
        { "+CCLK: \"26/11/29,15:16:43+99\"", 1795965403 },
        { "+CCLK: \"26/11/29,11:16:43-16\"", 1795965403 },
        { "+CCLK: \"80/01/06,00:00:00+00\"", 315964800 },
        { "+CCLK: \"04/01/01,00:00:00+00\"", 1072915200 },
        { "+CCLK: \"70/01/01,00:00:01+00\"", 1 },
        { "+CCLK: \"00/00/00,00:00:00+00\"", 0 },
        /* the ends of each field, and what lies beyond */
        { "+CCLK: \"26/01/01,00:00:00+00\"", 1767225600 },
        { "+CCLK: \"26/12/31,23:59:59+00\"", 1798761599 },
        { "+CCLK: \"26/12/31,23:59:60+00\"", 1798761600 },
        { "+CCLK: \"26/00/01,00:00:00+00\"", 0 },
        { "+CCLK: \"26/13/01,00:00:00+00\"", 0 },
        { "+CCLK: \"26/12/00,00:00:00+00\"", 0 },
        { "+CCLK: \"26/12/32,00:00:00+00\"", 0 },
        { "+CCLK: \"26/12/01,24:00:00+00\"", 0 },
        { "+CCLK: \"26/12/01,23:60:00+00\"", 0 },
        { "+CCLK: \"26/12/01,23:59:61+00\"", 0 },
        { "+CCLK: \"26/12/01\"", 0 },
        { "+CCLK: \"\"", 0 },
        { "+CSQ: 20,99", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int64_t at = 0;
        bool is_read = at_read_clock(clocks[i].line, &at);

        if (is_read != (clocks[i].at != 0) || (is_read && at != clocks[i].at))
            fail_msg("%s is %lld", clocks[i].line, (long long)at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_are_read_in_all_their_forms),
        cmocka_unit_test(every_transcript_gives_the_facts_it_holds),
        cmocka_unit_test(the_facts_are_the_same_wherever_a_read_cut_a_transcript),
        cmocka_unit_test(the_facts_are_the_same_with_other_line_ends_and_echoes),
        cmocka_unit_test(lines_are_the_same_wherever_a_read_cut_them),
        cmocka_unit_test(a_code_glued_to_a_line_becomes_a_line),
        cmocka_unit_test(a_text_that_never_closes_its_quote_ends_with_its_line),
        cmocka_unit_test(control_octets_and_spaces_around_a_line_vanish),
        cmocka_unit_test(a_result_without_its_line_end_is_known),
        cmocka_unit_test(what_a_storage_holds_is_read_in_all_forms),
        cmocka_unit_test(a_damaged_result_is_known_as_one),
        cmocka_unit_test(a_signal_may_come_without_its_errors),
        cmocka_unit_test(every_result_that_ends_an_answer_is_known),
        cmocka_unit_test(a_registration_may_have_leading_zeros),
        cmocka_unit_test(a_length_may_have_leading_zeros),
        cmocka_unit_test(names_and_numbers_may_be_hex_of_ucs2),
        cmocka_unit_test(an_announcement_without_an_index_is_nothing_to_read),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
