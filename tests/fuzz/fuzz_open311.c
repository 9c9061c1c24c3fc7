/* Any octets as a form of /open311/v2/, and any text in its answers. */
#include <assert.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/http/open311/document.h"
#include "gateway/http/open311/entries.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The order of the fields says nothing. */
static void try_key(void *mem, const struct entries *entries)
{
    struct pair *turned = talloc_array(mem, struct pair, entries->n + 1);
    struct entries other = { .fields = turned, .n = entries->n };

    for (size_t i = 0; i < entries->n; i++)
        turned[i] = entries->fields[entries->n - 1 - i];
    assert(strcmp(entries_key(mem, entries), entries_key(mem, &other)) == 0);
}

static void try_fields(void *mem, struct entries *entries)
{
    int64_t latitude = 0, longitude = 0, number;
    bool has_point;

    entries_point(entries, &has_point, &latitude, &longitude);
    assert(!has_point || (llabs(latitude) <= 90000000 && llabs(longitude) <= 180000000));
    entries_time(mem, entries, "start_date", 0);
    number = entries_number(entries, "page", 1, 1, 1000000);
    assert(number >= 1 && number <= 1000000);
    entries_lists(entries, "status", "open");
    try_key(mem, entries);
}

/* What any field holds can stand in an answer, and is found there by a reader of XML. */
static void try_answer(void *mem, const struct entries *entries)
{
    struct json_object *list = json_object_new_array();
    const char *xml;
    xmlDoc *document;

    for (size_t i = 0; i < entries->n; i++) {
        struct json_object *one = json_object_new_object();

        assert(!u8_check((const uint8_t *)entries->fields[i].value, strlen(entries->fields[i].value)));
        json_object_object_add(one, "description", json_object_new_string(entries->fields[i].value));
        json_object_array_add(list, one);
    }
    xml = document_xml(mem, "service_requests", list);
    document = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
                             XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    assert(document);
    xmlFreeDoc(document);
    document_json(mem, list);
    json_object_put(list);
}

/* The first octet says where the query ends and the body begins. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    size_t cut = size > 1 ? data[0] % size : 0;
    struct entries entries;

    if (size > 1 && entries_read(mem, talloc_strndup(mem, (const char *)data + 1, cut ? cut - 1 : 0),
                                 talloc_memdup(mem, data + cut, size - cut), size - cut, &entries)) {
        try_fields(mem, &entries);
        try_answer(mem, &entries);
    }
    talloc_free(mem);
    return 0;
}
