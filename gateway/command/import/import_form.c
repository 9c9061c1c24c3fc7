#include "gateway/command/import/import_form.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/turn/dates.h"
#include "gateway/understand/lexicon.h"
#include "store/fnv.h"

enum { TEXT_MOST = 8000, WORDS_MOST = 120, PHONE_DIGITS = 15, MEMORY_SLOTS = 4096 };

enum {
    DATE,
    TEXT,
    FORM,
    REPORTER,
    NAME,
    PLACE,
    CATEGORY,
    TOPIC,
    STATE,
    UNIT,
    HANDLER,
    ACCEPTED,
    CLOSED,
    RESULT,
    RATING,
    GUARDED
};

const struct sheet_column form_columns[] = {
    [DATE] = { "date 日期 收到日期 登记日期 反映日期", true },
    [TEXT] = { "text 内容 反映内容 诉求内容 诉求", true },
    [FORM] = { "form 表号 编号 登记号", false },
    [REPORTER] = { "reporter 电话 反映人电话 手机 联系电话", false },
    [NAME] = { "name 姓名 反映人", false },
    [PLACE] = { "place 地点 村 住址", false },
    [CATEGORY] = { "category 类别 分类", false },
    [TOPIC] = { "topic 主题 领域", false },
    [STATE] = { "state 状态 办理状态 办理情况", false },
    [UNIT] = { "unit 承办单位 责任单位", false },
    [HANDLER] = { "handler 承办人电话 责任人电话", false },
    [ACCEPTED] = { "accepted 受理日期", false },
    [CLOSED] = { "closed 办结日期 答复日期", false },
    [RESULT] = { "result 办理结果 答复 处理结果", false },
    [RATING] = { "rating 评价 满意度", false },
    [GUARDED] = { "guarded 保护", false },
};
const size_t form_column_count = sizeof form_columns / sizeof *form_columns;

static const char *const rating_words[] = { "", "满意", "基本满意", "不满意", "没解决" };

/* A direct-mapped cache of names; a name whose slot is taken is looked up again. */
struct place_memory {
    struct {
        const char *name;
        int64_t id;
    } slots[MEMORY_SLOTS];
};

static unsigned hash_of(const char *text)
{
    return (unsigned)(fnv_add_text(FNV_START, text) % MEMORY_SLOTS);
}

/* 0 after saying why. */
static int64_t look_up(struct form_reader *reader, void *mem, struct sheet_row *row, size_t column,
                       const char *name)
{
    int64_t *ids;
    size_t n;

    unit_names_find(reader->units, mem, name, &ids, &n);
    if (n == 0) {
        sheet_wrong(row, column, "\"%s\" is not known: import units first, or give an alias", name);
        return 0;
    }
    if (n == 1)
        return ids[0];
    sheet_wrong(row, column, "\"%s\" may be %s (%s) or %s (%s): write the code", name,
                unit_names_place(reader->units, ids[0]), unit_names_by_id(reader->units, ids[0])->code,
                unit_names_place(reader->units, ids[1]), unit_names_by_id(reader->units, ids[1])->code);
    return 0;
}

static int64_t read_unit(struct form_reader *reader, void *mem, struct sheet_row *row, size_t column)
{
    const char *name = sheet_cell(row, column);
    unsigned slot = hash_of(name);
    int64_t id;

    if (!*name)
        return 0;
    if (!reader->memory)
        reader->memory = talloc_zero(reader->units, struct place_memory);
    if (reader->memory->slots[slot].name && strcmp(reader->memory->slots[slot].name, name) == 0)
        return reader->memory->slots[slot].id;
    id = look_up(reader, mem, row, column, name);
    if (id && !reader->memory->slots[slot].name) {
        reader->memory->slots[slot].name = talloc_strdup(reader->memory, name);
        reader->memory->slots[slot].id = id;
    }
    return id;
}

/* 2013年7月1日, 2013/7/1 and 2013.7.1 as 2013-7-1; from mem. */
static char *plain_date(void *mem, const char *text)
{
    static const char *const marks[] = { "年", "月", "/", ".", "日", "号" };
    char *out = talloc_strdup(mem, "");

    while (*text) {
        size_t i = 0;

        while (i < 6 && strncmp(text, marks[i], strlen(marks[i])) != 0)
            i++;
        out = i < 4 ? talloc_strdup_append(out, "-") : i < 6 ? out : talloc_strndup_append(out, text, 1);
        text += i < 6 ? strlen(marks[i]) : 1;
    }
    return out;
}

static int64_t read_date(struct form_reader *reader, void *mem, struct sheet_row *row, size_t column)
{
    const char *text = sheet_cell(row, column), *plain = *text ? plain_date(mem, text) : NULL;
    int64_t at = 0;

    if (!*text && column != DATE)
        return 0;
    if (!plain || !argument_time(plain, &at))
        sheet_wrong(row, column, "\"%s\" is not a date (expected 2013-07-01)", text);
    else if (at > reader->now)
        sheet_wrong(row, column, "%s is in the future", text);
    else if (at <= 0)
        sheet_wrong(row, column, "%s is before 1970", text);
    return at;
}

static const char *read_phone(void *mem, struct sheet_row *row, size_t column)
{
    const char *text = sheet_cell(row, column), *phone = *text ? argument_e164(mem, text) : "";
    size_t length = phone ? strlen(phone) : 0;

    if (*text && (length < 3 || length > 1 + PHONE_DIGITS || strspn(phone + 1, "0123456789") != length - 1))
        sheet_wrong(row, column, "\"%s\" is not a phone number", text);
    return phone ? phone : "";
}

static void read_class(struct sheet_row *row, struct form *form)
{
    const char *category = sheet_cell(row, CATEGORY), *topic = sheet_cell(row, TOPIC);
    enum case_category found;

    if (*category && !case_category_parse(category, &found))
        sheet_wrong(row, CATEGORY, "\"%s\" is not one of 民生 民困 民访", category);
    else if (*category)
        form->category = 1 + (int)found;
    if (*topic && !(form->topic = argument_find_topic(topic)))
        sheet_wrong(row, TOPIC, "\"%s\" is not one of %s", topic, ARGUMENT_TOPICS);
}

/* Without a state column the dates decide. */
static void read_state(struct sheet_row *row, struct form *form)
{
    const char *text = sheet_cell(row, STATE);
    bool has_end;

    form->state = form->closed_at ? CASE_CLOSED : form->accepted_at ? CASE_IN_HAND : CASE_NEW;
    if (*text && (!argument_state(text, &form->state) || form->state == CASE_MERGED)) {
        sheet_wrong(row, STATE, "\"%s\" is not one of 待受理 在办 办结 解释 不受理 撤回", text);
        return;
    }
    has_end = form->state == CASE_CLOSED || form->state == CASE_RATED || form->state == CASE_EXPLAINED ||
              form->state == CASE_OUT_OF_SCOPE;
    if (has_end && !form->closed_at)
        sheet_wrong(row, CLOSED, "is empty, but the case is %s", *text ? text : "closed");
    if (!has_end && form->closed_at && form->state != CASE_WITHDRAWN)
        sheet_wrong(row, CLOSED, "has a date, but the case is %s", text);
}

static void read_rating(struct sheet_row *row, struct form *form)
{
    const char *text = sheet_cell(row, RATING);

    for (int i = 1; i <= 4; i++)
        if (strcmp(text, rating_words[i]) == 0 || (text[0] == '0' + i && text[1] == '\0'))
            form->rating = i;
    if (*text && !form->rating)
        sheet_wrong(row, RATING, "\"%s\" is not one of 1 满意 2 基本满意 3 不满意 4 没解决", text);
    else if (form->rating && !form->closed_at)
        sheet_wrong(row, RATING, "is given, but the case has not ended");
    if (form->rating && form->state == CASE_CLOSED)
        form->state = CASE_RATED;
    else if (!form->rating && form->state == CASE_RATED)
        form->state = CASE_CLOSED;
}

static void read_guard(struct sheet_row *row, struct form *form)
{
    static const char *const yes[] = { "yes", "1", "是" }, *const no[] = { "no", "0", "否" };
    const char *text = sheet_cell(row, GUARDED);

    for (size_t i = 0; i < 3; i++)
        if (strcmp(text, yes[i]) == 0)
            form->guard = GUARD_YES;
        else if (strcmp(text, no[i]) == 0)
            form->guard = GUARD_NO;
    if (*text && form->guard == GUARD_BY_TEXT)
        sheet_wrong(row, GUARDED, "\"%s\" is neither yes nor no", text);
}

static const char *read_words(struct sheet_row *row, size_t column, size_t most)
{
    const char *text = sheet_cell(row, column);

    if (strlen(text) > most)
        sheet_wrong(row, column, "is longer than %zu octets", most);
    return text;
}

static void check_order(struct sheet_row *row, const struct form *form)
{
    if (form->accepted_at && form->accepted_at < form->received_at)
        sheet_wrong(row, ACCEPTED, "is before the date received");
    if (form->closed_at && form->closed_at < form->received_at)
        sheet_wrong(row, CLOSED, "is before the date received");
}

void form_read(struct form_reader *reader, void *mem, struct sheet_row *row, struct form *form)
{
    *form = (struct form){ 0 };
    form->received_at = read_date(reader, mem, row, DATE);
    form->accepted_at = read_date(reader, mem, row, ACCEPTED);
    form->closed_at = read_date(reader, mem, row, CLOSED);
    form->text = read_words(row, TEXT, TEXT_MOST);
    if (!*form->text)
        sheet_wrong(row, TEXT, "is empty");
    form->result = read_words(row, RESULT, TEXT_MOST);
    form->number = read_words(row, FORM, WORDS_MOST);
    form->name = read_words(row, NAME, WORDS_MOST);
    form->reporter = read_phone(mem, row, REPORTER);
    form->handler = read_phone(mem, row, HANDLER);
    form->place = read_unit(reader, mem, row, PLACE);
    form->unit = read_unit(reader, mem, row, UNIT);
    read_class(row, form);
    read_state(row, form);
    read_rating(row, form);
    read_guard(row, form);
    check_order(row, form);
}
