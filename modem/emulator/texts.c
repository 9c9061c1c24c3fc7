/* Requests to text the modem, made into the PDUs the network brings. */
#include <stdlib.h>
#include <time.h>

#include "modem/emulator/parts.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/pdu_network.h"

enum { MOST_PARTS = 255 };

static bool is_missing(json_object *request, size_t part)
{
    json_object *missing = json_object_object_get(request, "missing");

    if (!json_object_is_type(missing, json_type_array))
        return missing != NULL && (size_t)json_object_get_int(missing) == part;
    for (size_t i = 0; i < json_object_array_length(missing); i++) {
        if ((size_t)json_object_get_int(json_object_array_get_idx(missing, i)) == part)
            return true;
    }
    return false;
}

/* Which part comes i-th, both counted from 1; 0 when the order leaves that place out. */
static size_t part_at(json_object *request, size_t i, size_t n)
{
    json_object *order = json_object_object_get(request, "order");
    int part;

    if (!json_object_is_type(order, json_type_array))
        return i;
    if (i > json_object_array_length(order))
        return 0;
    part = json_object_get_int(json_object_array_get_idx(order, i - 1));
    return part >= 1 && (size_t)part <= n ? (size_t)part : 0;
}

static void bring_part(struct emulator *emulator, json_object *request, const char *hex)
{
    struct queue *queue = request_bool(request, "hold") ? &emulator->held : &emulator->spool;

    for (int times = request_int(request, "times", 1); times > 0; times--) {
        struct carried *message = network_carry(emulator, hex, false, request_text(request, "storage"));

        if (message != NULL)
            queue_add(queue, message);
    }
}

static void bring_parts(struct emulator *emulator, json_object *request, char **hex, size_t n)
{
    json_object *order = json_object_object_get(request, "order");
    size_t places = json_object_is_type(order, json_type_array) ? json_object_array_length(order) : n;

    for (size_t i = 1; i <= places; i++) {
        size_t part = part_at(request, i, n);

        if (part > 0 && !is_missing(request, part))
            bring_part(emulator, request, hex[part - 1]);
    }
}

static struct pdu_delivery delivery_of(json_object *request)
{
    json_object *at;
    int64_t now = json_object_object_get_ex(request, "at", &at) ? json_object_get_int64(at) : time(NULL);

    return (struct pdu_delivery){ .from = request_text(request, "from"),
                                  .text = request_text(request, "text"),
                                  .smsc = NETWORK_CENTRE,
                                  .at = now + request_int(request, "scts_offset", 0),
                                  .offset_minutes = NETWORK_OFFSET_MINUTES,
                                  .message_class = request_int(request, "class", -1),
                                  .wants_ucs2 = request_bool(request, "ucs2") };
}

/* The encoder takes a reference over 255 as a wish for the 16-bit element (23.040 9.2.3.24.8). */
static int reference_of(struct emulator *emulator, json_object *request)
{
    int reference = request_int(request, "reference", (int)(emulator->next_reference++ & 0xff)) & 0xffff;

    return request_bool(request, "wide") && reference < 256 ? reference + 256 : reference;
}

static const char *bring_text(struct emulator *emulator, void *mem, json_object *request, size_t *n)
{
    struct pdu_delivery delivery = delivery_of(request);
    int reference = reference_of(emulator, request);
    const char *error = NULL;
    char **hex;

    if (delivery.from == NULL || delivery.text == NULL)
        return "needs from and text";
    if (!pdu_encode_deliveries(mem, &delivery, (uint16_t)reference, &hex, n, &error))
        return error;
    if (*n > MOST_PARTS)
        return "too long for a short message";
    bring_parts(emulator, request, hex, *n);
    return NULL;
}

/* The error is a constant: the codec's, or one of these. */
const char *network_text(struct emulator *emulator, json_object *request, json_object *reply)
{
    const char *pdu = request_text(request, "pdu"), *error = NULL;
    void *mem = talloc_new(NULL);
    size_t n = 1;

    if (pdu == NULL)
        error = bring_text(emulator, mem, request, &n);
    else if (!network_is_pdu(pdu))
        error = "the pdu is not hex with its SMSC octets in front";
    else
        bring_part(emulator, request, pdu);
    if (error == NULL)
        json_object_object_add(reply, "parts", json_object_new_int((int)n));
    talloc_free(mem);
    return error;
}

static char *numbered(void *mem, const char *text, int number)
{
    const char *place = strstr(text, "{n}");

    if (place == NULL)
        return talloc_asprintf(mem, "%s %d", text, number);
    return talloc_asprintf(mem, "%.*s%d%s", (int)(place - text), text, number, place + 3);
}

const char *network_flood(struct emulator *emulator, json_object *request)
{
    const char *prefix = request_text(request, "from");
    int first = request_int(request, "first", 1), n = request_int(request, "n", 0);
    void *mem = talloc_new(NULL);
    const char *text = talloc_strdup(mem, request_text(request, "text")), *error = NULL;

    prefix = talloc_strdup(mem, prefix ? prefix : "+8613900");
    for (int i = first; text != NULL && i < first + n && error == NULL; i++) {
        void *turn = talloc_new(mem);
        char *from = talloc_asprintf(turn, "%s%06d", prefix, i);
        size_t parts;

        json_object_object_add(request, "from", json_object_new_string(from));
        json_object_object_add(request, "text", json_object_new_string(numbered(turn, text, i)));
        error = bring_text(emulator, turn, request, &parts);
        talloc_free(turn);
    }
    error = text == NULL ? "needs text" : error;
    talloc_free(mem);
    return error;
}
