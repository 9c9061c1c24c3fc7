#include "store/county/transfers.h"

#include "store/record.h"

static const char *const directions[] = { "out", "in", NULL };
static const char *const states[] = { "asked", "linked", "refused", NULL };

static const struct field transfer_fields[] = {
    FIELD(transfer, id, FIELD_INT64),
    WORD(transfer, direction, directions),
    WORD(transfer, state, states),
    FIELD(transfer, number, FIELD_TEXT),
    FIELD(transfer, county, FIELD_TEXT),
    FIELD(transfer, name, FIELD_TEXT),
    FIELD(transfer, their_number, FIELD_TEXT),
    FIELD(transfer, copy, FIELD_TEXT),
    FIELD(transfer, why, FIELD_TEXT),
    FIELD(transfer, asked_at, FIELD_INT64),
    FIELD(transfer, answered_at, FIELD_INT64),
};
static const struct record transfer_record = RECORD(transfer, transfer_fields);

static bool find(struct store *store, const struct transfer *transfer, int64_t *id)
{
    return transfer->direction == TRANSFER_OUT
               ? sql_number(
                     store,
                     "SELECT id FROM transfers WHERE direction = 'out' AND number = $1 AND county = $2",
                     VALUES(as_text(transfer->number), as_text(transfer->county)), id)
               : sql_number(
                     store,
                     "SELECT id FROM transfers WHERE direction = 'in' AND their_number = $1 AND county = $2",
                     VALUES(as_text(transfer->their_number), as_text(transfer->county)), id);
}

bool store_put_transfer(struct store *store, const struct transfer *transfer)
{
    struct transfer put = *transfer;
    struct value values[RECORD_FIELDS];

    if (!find(store, transfer, &put.id))
        return false;
    return sql_run(store,
                   put.id
                       ? record_text(store, &transfer_record, "UPDATE transfers SET {changes} WHERE id = $1")
                       : record_text(store, &transfer_record, "INSERT INTO transfers {row}"),
                   record_values(&transfer_record, &put, values));
}

bool store_transfer_out(struct store *store, void *mem, const char *number, const char *county,
                        struct transfer **transfer)
{
    bool is_done;

    *transfer =
        record_one(store, mem, &transfer_record,
                   "SELECT {columns} FROM transfers WHERE direction = 'out' AND number = $1 AND county = $2",
                   VALUES(as_text(number), as_text(county)), &is_done);
    return is_done;
}

bool store_transfer_in(struct store *store, void *mem, const char *county, const char *their_number,
                       struct transfer **transfer)
{
    bool is_done;

    *transfer = record_one(
        store, mem, &transfer_record,
        "SELECT {columns} FROM transfers WHERE direction = 'in' AND their_number = $1 AND county = $2",
        VALUES(as_text(their_number), as_text(county)), &is_done);
    return is_done;
}

bool store_transfers_of(struct store *store, void *mem, const char *number, struct transfer **transfers,
                        size_t *n)
{
    bool is_done;

    *transfers = record_list(store, mem, &transfer_record,
                             "SELECT {columns} FROM transfers WHERE number = $1 ORDER BY id", false,
                             VALUES(as_text(number)), n, &is_done);
    return is_done;
}

bool store_transfers_by_their_number(struct store *store, void *mem, const char *their_number,
                                     struct transfer **transfers, size_t *n)
{
    bool is_done;

    *transfers = record_list(store, mem, &transfer_record,
                             "SELECT {columns} FROM transfers WHERE their_number = $1 ORDER BY id", false,
                             VALUES(as_text(their_number)), n, &is_done);
    return is_done;
}
