/*
 * What somebody who oversees cases asks about them in their own words: 上个月办了多少件, 哪个镇超期最多,
 * 满意率多少, 聚粮村有啥事. The words are in templates/lexicon/figures.txt.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_FIGURE_QUESTION_H
#define GATEWAY_UNDERSTAND_TEXT_FIGURE_QUESTION_H

#include "gateway/understand/text/normalise.h"

enum figure_span {
    SPAN_NONE, /* says none */
    SPAN_TODAY,
    SPAN_YESTERDAY,
    SPAN_WEEK,
    SPAN_LAST_WEEK,
    SPAN_MONTH,
    SPAN_LAST_MONTH,
    SPAN_QUARTER,
    SPAN_LAST_QUARTER,
    SPAN_YEAR,
    SPAN_LAST_YEAR,
    SPAN_NAMED_MONTH,   /* 10月 */
    SPAN_NAMED_DAY,     /* 10月3日 */
    SPAN_NAMED_QUARTER, /* 三季度 */
    SPAN_NAMED_HALF,    /* 上半年 */
    SPAN_RECENT         /* 近三天: so many days, with today */
};

/* The later counts where several are named: 超期没办的 are overdue. */
enum figure_measure {
    MEASURE_NONE,
    MEASURE_RECEIVED,
    MEASURE_ENDED,
    MEASURE_OPEN,
    MEASURE_OVERDUE,
    MEASURE_RESPONSE,
    MEASURE_SOLUTION,
    MEASURE_SATISFACTION
};

/* What is compared: 哪个镇, 哪个村, 哪个局, 哪个单位, 哪类问题. */
enum figure_units { UNITS_NONE, UNITS_ALL, UNITS_TOWNSHIPS, UNITS_VILLAGES, UNITS_OFFICES, UNITS_TOPICS };

struct figure_question {
    bool counts;   /* asks how many, or for a share: 办了多少件, 满意率多少 */
    bool ranks;    /* asks which unit has most or least */
    bool lists;    /* asks what there is: 有啥事 */
    bool surveys;  /* asks how it stands: 情况咋样 */
    bool orders;   /* wants something done: 抓紧, 请尽快解决 */
    bool asks;     /* is a question, of whatever kind */
    bool is_own;   /* tells of the writer's own: 我家, 俺村 */
    bool is_mine;  /* of what the writer has to do: 我手里 */
    bool is_least; /* ranks: the least, or the worst */
    enum figure_measure measure;
    enum figure_units units;
    enum figure_span span;
    int category; /* 1 + enum case_category; 0: any */
    int month;    /* 1..12; SPAN_NAMED_QUARTER: 1..4, SPAN_NAMED_HALF: 1 or 2, SPAN_RECENT: days; else 0 */
    int day;      /* SPAN_NAMED_DAY: 1..31 */
};

struct figure_words;

/* Reads figures.txt; directory as in wordfile_text. NULL: *error says why (from mem). */
struct figure_words *figure_words_new(void *mem, const char *directory, const char **error);

/* All that the text says, a question or not. */
void figure_question_read(const struct figure_words *words, const struct normal *normal,
                          struct figure_question *question);

#endif
