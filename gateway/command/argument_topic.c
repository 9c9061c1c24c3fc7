#include "gateway/command/arguments.h"

#include <string.h>

#include "gateway/command/command.h"
#include "gateway/understand/lexicon.h"

/* The names of templates/zh/topic.txt, and others that offices use. */
static const struct {
    const char *word;
    enum topic topic;
} topic_words[] = {
    { "供水", TOPIC_WATER },   { "水利", TOPIC_WATER },   { "道路", TOPIC_ROAD },
    { "交通", TOPIC_ROAD },    { "供电", TOPIC_POWER },   { "住房", TOPIC_HOUSING },
    { "土地", TOPIC_LAND },    { "农业", TOPIC_FARM },    { "医疗", TOPIC_MEDICAL },
    { "教育", TOPIC_SCHOOL },  { "低保", TOPIC_WELFARE }, { "低保救助", TOPIC_WELFARE },
    { "救助", TOPIC_WELFARE }, { "养老", TOPIC_CARE },    { "养老照护", TOPIC_CARE },
    { "社保", TOPIC_SOCIAL },  { "民政", TOPIC_CIVIL },   { "就业", TOPIC_JOBS },
    { "环境", TOPIC_ENV },     { "环保", TOPIC_ENV },     { "治安", TOPIC_ORDER },
    { "干部", TOPIC_CADRE },   { "政策", TOPIC_POLICY },  { "其他", TOPIC_OTHER },
};

/* What an office is for, beside a topic. */
static const struct {
    const char *word, *duty;
} duty_words[] = {
    { "livelihood", "livelihood" },
    { "便民", "livelihood" },
    { "便民服务", "livelihood" },
    { "民生", "livelihood" },
    { "petition", "petition" },
    { "信访", "petition" },
    { "信访接待", "petition" },
    { "民访", "petition" },
    { "away", "away" },
    { "在外", "away" },
    { "外出", "away" },
    { "在外人员", "away" },
    { "discipline", "discipline" },
    { "纪检", "discipline" },
    { "纪委", "discipline" },
    { "纪检监察", "discipline" },
};

const char *argument_find_topic(const char *text)
{
    enum topic parsed;

    if (topic_parse(text, &parsed))
        return topic_name(parsed);
    for (size_t i = 0; i < sizeof topic_words / sizeof *topic_words; i++)
        if (strcmp(topic_words[i].word, text) == 0)
            return topic_name(topic_words[i].topic);
    return NULL;
}

const char *argument_find_duty(const char *text)
{
    for (size_t i = 0; i < sizeof duty_words / sizeof *duty_words; i++)
        if (strcmp(duty_words[i].word, text) == 0)
            return duty_words[i].duty;
    return argument_find_topic(text);
}

bool argument_topic(const char *text, const char **topic)
{
    *topic = text ? argument_find_topic(text) : NULL;
    if (text && !*topic)
        return command_wrong_use("invalid topic '%s' (expected %s)", text, ARGUMENT_TOPICS), false;
    return true;
}
