#include "gateway/understand/intent_score.h"

#include "gateway/understand/intent_votes.h"

#include <string.h>

enum {
    WEIGHTY = 4, /* weight of subject that counts as a vote, and the votes at most */
    WEIGHT_MOST = 4,
    REPLY_MOST = 20, /* letters of most replies; beyond, so many letters count as a vote */
    TELLING = 4,
    PLACED = 5,         /* votes of a place that a long text names */
    PLACE_MOST = 14,    /* letters of a place and hardly anything else */
    NUMBERED_LEAST = 5, /* letters of a matter behind its number */
    SHORT = 16,         /* letters of a remark */
    LONG = 45,          /* letters of a text that tells a story */
    NUMBERED = 14,      /* what a number adds to its rating */
    HIDES = 8,          /* votes that ask not to be named */
    LAST_LEAST = 3,     /* letters of a last clause that says something */
    EARLY = 8,        /* symbols in front, where most ratings stand, and what says that a matter is another */
    SAYS_ANOTHER = 6, /* weight of words that say so */
    LATE_RATING = 5,  /* what is taken from a rating that stands far behind in a long text */
    UNTOLD = 3,       /* what is taken from a complaint that nothing announces */
    RUNNING = 10,     /* letters of a text that may run on */
    COVERED = 5,      /* what words add that are the whole text */
    TOLD_LEAST = 4,   /* weight of words that say whether it was done */
    PROGRESS = 4      /* what they add */
};

/* What is known of one text. */
struct weighing {
    const struct understood *understood;
    struct intent_reading reading;
    struct intent_votes votes; /* of the whole text */
    int number;                /* the rating that a number gives; 0 none */
    size_t number_from, number_to;
    bool is_torn;
};

/* How much of the text the words of a vote cover, in letters. */
static int covered(const struct intent_reading *reading, enum vote vote)
{
    size_t letters = 0;

    for (size_t i = 0; i < reading->n_marks; i++)
        if (reading->marks[i].weights[vote] >= 4)
            letters += reading->marks[i].to - reading->marks[i].from;
    return reading->letters ? (int)(COVERED * letters / reading->letters) : 0;
}

static void add_votes(const struct weighing *weighing, struct intent_scores *scores)
{
    static const struct {
        enum intent_kind kind;
        enum vote vote;
    } pairs[] = {
        { INTENT_COMPLAINT, VOTE_COMPLAINT },
        { INTENT_STATUS, VOTE_STATUS },
        { INTENT_URGE, VOTE_URGE },
        { INTENT_ADD, VOTE_ADD },
        { INTENT_WITHDRAW, VOTE_WITHDRAW },
        { INTENT_STOP, VOTE_STOP },
        { INTENT_RESUME, VOTE_RESUME },
        { INTENT_HIDE, VOTE_HIDE },
        { INTENT_THANKS, VOTE_THANKS },
        { INTENT_GREETING, VOTE_GREETING },
        { INTENT_WHO, VOTE_WHO },
        { INTENT_WRONG, VOTE_WRONG },
        { INTENT_NOISE, VOTE_NOISE },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        scores->of[pairs[i].kind] +=
            weighing->votes.of[pairs[i].vote] + covered(&weighing->reading, pairs[i].vote);
}

/* What speaks for a matter of its own, words of complaint apart. */
static int substance(const struct weighing *weighing)
{
    const struct understood *understood = weighing->understood;

    int letters = (int)weighing->reading.letters, weight = understood->subject_weight / WEIGHTY;

    return (strcmp(understood->topic, "other") != 0 ? 2 : 0) + (weight < WEIGHT_MOST ? weight : WEIGHT_MOST) +
           (letters > REPLY_MOST ? (letters - REPLY_MOST) / TELLING : 0) + (understood->place.unit ? 6 : 0) +
           (understood->urgency == URGENCY_URGENT ? 3 : 0) + (weighing->votes.of[VOTE_BEGINS] ? 3 : 0) +
           letters / 10;
}

/* The first mark that brings a new matter; the end when none does. */
static size_t find_another(const struct intent_reading *reading)
{
    for (size_t i = 0; i < reading->n_marks; i++)
        if (reading->marks[i].weights[VOTE_ANOTHER])
            return reading->marks[i].from;
    return reading->n;
}

/* 还有个事, 你好，再反映一件 */
static bool begins_another(const struct intent_reading *reading)
{
    for (size_t i = 0; i < reading->n_marks && reading->marks[i].from <= EARLY; i++)
        if (reading->marks[i].weights[VOTE_ANOTHER] >= SAYS_ANOTHER)
            return true;
    return false;
}

static size_t find_but(const struct intent_reading *reading)
{
    for (size_t i = 0; i < reading->n_marks; i++)
        if (reading->marks[i].weights[VOTE_BUT] && reading->marks[i].from > 0)
            return reading->marks[i].from;
    return reading->n;
}

/* Whether a case's number stands in the text, be it right or wrong. */
static bool has_number(const struct intent_reading *reading)
{
    size_t digits = 0;

    for (size_t i = 0; i <= reading->n; i++) {
        if (reading->symbols[i] >= '0' && reading->symbols[i] <= '9') {
            digits++;
            continue;
        }
        if (digits >= CASE_NUMBER_LEAST - 1 && digits <= CASE_NUMBER_MOST &&
            reading->symbols[i - digits] == '2')
            return true;
        digits = 0;
    }
    return false;
}

static int best_rating(const int rating[5])
{
    int best = 1;

    for (int i = 2; i <= 4; i++)
        if (rating[i] > rating[best])
            best = i;
    return best;
}

static void rate_votes(const struct weighing *weighing, size_t to, int rating[5], bool *is_ironic)
{
    struct intent_votes votes;

    intent_votes_count(&weighing->reading, 0, to, &votes);
    for (int i = 1; i <= 4; i++)
        rating[i] = votes.of[VOTE_RATE1 + i - 1];
    *is_ironic = votes.is_ironic;
    if (weighing->number && weighing->number_from < to)
        rating[weighing->number] += NUMBERED;
}

/* A rating with a new matter behind it, or a new matter alone. */
static void score_matter(const struct weighing *weighing, size_t split, struct intent_scores *scores)
{
    const struct intent_reading *reading = &weighing->reading;
    int head[5], best;
    bool is_ironic;

    rate_votes(weighing, split, head, &is_ironic);
    best = best_rating(head);
    scores->matter = reading->where[split];
    if (head[best] < 4 && weighing->number) {
        best = weighing->number; /* the number stands behind */
        head[best] = NUMBERED;
    }
    scores->both_rating = best;
    if (head[best] >= 4) {
        scores->of[INTENT_BOTH] = head[best] + 10;
        scores->must_ask |= is_ironic;
    } else {
        scores->of[INTENT_COMPLAINT] += 10;
    }
}

/* Whether the first word that rates is followed by neither mark, particle nor another word of the table. */
static bool runs_on(const struct intent_reading *reading)
{
    for (size_t i = 0; i < reading->n_marks; i++) {
        const struct intent_mark *mark = &reading->marks[i];
        bool rates = mark->weights[VOTE_RATE3] >= 5 || mark->weights[VOTE_RATE4] >= 5 ||
                     mark->weights[VOTE_RATE1] >= 5 || mark->weights[VOTE_GOOD];

        if (rates)
            return mark->to < reading->n && !is_separator(reading->symbols[mark->to]) &&
                   reading->letters >= RUNNING;
    }
    return false;
}

/* Whether a word that rates stands near the front. */
static bool rates_early(const struct intent_reading *reading)
{
    for (size_t i = 0; i < reading->n_marks && reading->marks[i].from < EARLY; i++)
        for (enum vote vote = VOTE_RATE1; vote <= VOTE_RATE4; vote++)
            if (reading->marks[i].weights[vote] >= 5)
                return true;
    return false;
}

/* 修好了，让我掏了二百块: what comes last is what people want to say. */
static bool ends_well(const struct intent_reading *reading)
{
    struct intent_votes votes;
    size_t from = reading->n, letters = 0;

    while (from > 0 && (letters < LAST_LEAST || !is_separator(reading->symbols[from - 1])))
        letters += !is_separator(reading->symbols[--from]);
    intent_votes_count(reading, from, reading->n, &votes);
    return votes.of[VOTE_RATE1] + votes.of[VOTE_RATE2] + votes.of[VOTE_THANKS] > 0;
}

static void score_rating(const struct weighing *weighing, struct intent_scores *scores)
{
    const struct intent_reading *reading = &weighing->reading;
    size_t another = find_another(reading), but = find_but(reading);
    int best;
    bool is_ironic;

    scores->by_number = weighing->number > 0;
    scores->ends_well = ends_well(reading);
    scores->runs_on = runs_on(reading);
    rate_votes(weighing, reading->n, scores->rating, &is_ironic);
    best = best_rating(scores->rating);
    if (another == reading->n && !weighing->understood->place.unit && !weighing->votes.of[VOTE_BEGINS])
        scores->of[INTENT_COMPLAINT] -= UNTOLD;
    scores->must_ask |= is_ironic || weighing->is_torn;
    scores->of[INTENT_COMPLAINT] += substance(weighing);
    if (!weighing->number && reading->letters > REPLY_MOST + 4 && !rates_early(reading))
        for (int i = 1; i <= 4; i++)
            scores->rating[i] -= LATE_RATING;
    if (another < reading->n && reading->n - another > 4 && scores->of[INTENT_STATUS] < 8)
        score_matter(weighing, another, scores);
    else if (but < reading->n && best <= 2) {
        struct intent_votes tail;

        intent_votes_count(reading, but, reading->n, &tail);
        if (tail.of[VOTE_COMPLAINT] >= 3)
            score_matter(weighing, but, scores);
    } else if (weighing->number && weighing->number_to < reading->n && weighing->number <= 2) {
        struct intent_votes tail;

        intent_votes_count(reading, weighing->number_to, reading->n, &tail);
        if (tail.of[VOTE_COMPLAINT] >= 6 && tail.of[VOTE_RATE1] < 4)
            score_matter(weighing, weighing->number_to, scores);
    }
}

static void score_question(const struct weighing *weighing, enum situation situation,
                           struct intent_scores *scores)
{
    const struct intent_votes *votes = &weighing->votes;

    /* how and when things are done is a matter, unless it is asked of one's own case */
    if (!votes->of[VOTE_PAST] && !has_number(&weighing->reading) &&
        weighing->reading.letters > (situation == SITUATION_NONE ? PLACE_MOST / 2 : PLACE_MOST))
        scores->of[INTENT_STATUS] -= 5;
    else if (votes->of[VOTE_ASKS])
        scores->of[INTENT_STATUS] += 2 + (weighing->reading.letters <= SHORT ? 2 : 0) +
                                     (votes->of[VOTE_PAST] || votes->of[VOTE_DONE] ? 2 : 0);
}

/* Shapes that no word tells: digits and marks alone, home talk, the name of a place. */
static void score_shape(const struct weighing *weighing, enum situation situation,
                        struct intent_scores *scores)
{
    const struct intent_votes *votes = &weighing->votes;
    const struct understood *understood = weighing->understood;
    size_t letters = weighing->reading.letters;

    if (votes->of[VOTE_KIN])
        scores->of[INTENT_WRONG] += votes->of[VOTE_KIN] - substance(weighing) / 2;
    if (understood->kind == TEXT_MARKS && situation == SITUATION_NONE)
        scores->of[INTENT_NOISE] += 10;
    if (understood->kind == TEXT_GREETING)
        scores->of[INTENT_GREETING] += 10;
    if (understood->kind == TEXT_THANKS)
        scores->of[INTENT_THANKS] += 6;
    if (has_number(&weighing->reading) && letters <= SHORT && situation != SITUATION_RATING)
        scores->of[INTENT_STATUS] += 5;
    if (situation != SITUATION_RATING && weighing->number && letters >= NUMBERED_LEAST)
        scores->of[INTENT_COMPLAINT] += 3; /* 1 村里路坏了: one matter a text */
    if (situation == SITUATION_PLACE)
        scores->of[INTENT_PLACE] += (votes->of[VOTE_UNIT] ? 4 : 0) + (votes->of[VOTE_SITE] ? 3 : 0) +
                                    (understood->place.unit && letters <= PLACE_MOST ? 6 : 0) +
                                    (letters <= 8 ? 4 : 0) - (letters > 20 ? 6 : 0);
    if (letters <= 2 && situation == SITUATION_NONE)
        scores->of[INTENT_NOISE] += 5;
    if (letters > LONG)
        scores->of[INTENT_COMPLAINT] += 6;
}

/* 拉走啦, 还没拉走: what would rate a closed case tells of an open one that it has come right, or has not. */
static void score_progress(const struct weighing *weighing, struct intent_scores *scores)
{
    const struct intent_votes *votes = &weighing->votes;
    bool is_right = votes->of[VOTE_RATE1] >= TOLD_LEAST, is_not = votes->of[VOTE_RATE4] >= TOLD_LEAST;

    if (weighing->reading.letters > REPLY_MOST || votes->of[VOTE_ASKS] || votes->of[VOTE_WITHDRAW])
        return;
    if (is_right)
        scores->of[INTENT_ADD] += PROGRESS;
    else if (is_not)
        scores->of[INTENT_URGE] += PROGRESS;
}

void intent_score(const struct intent_words *words, void *mem, const struct understood *understood,
                  enum situation situation, struct intent_scores *scores)
{
    struct weighing weighing = { .understood = understood };

    intent_words_read(words, mem, &understood->normal, &weighing.reading);
    weighing.number =
        intent_number(&weighing.reading, &weighing.number_from, &weighing.number_to, &weighing.is_torn);
    intent_votes_count(&weighing.reading, 0, weighing.reading.n, &weighing.votes);
    add_votes(&weighing, scores);
    score_question(&weighing, situation, scores);
    score_shape(&weighing, situation, scores);
    scores->is_word = weighing.reading.n_marks == 1 && weighing.reading.marks[0].to == weighing.reading.n;
    scores->letters = weighing.reading.letters;
    scores->disowns = weighing.votes.of[VOTE_DISOWNS];
    scores->hides = weighing.votes.of[VOTE_HIDE] >= HIDES;
    scores->is_another = begins_another(&weighing.reading);
    scores->complains = weighing.votes.of[VOTE_COMPLAINT] > 0 || weighing.votes.of[VOTE_NOT] > 0;
    scores->told = weighing.votes.of[VOTE_COMPLAINT] + substance(&weighing);
    if (situation == SITUATION_RATING) {
        score_rating(&weighing, scores);
        return;
    }
    if (situation == SITUATION_OPEN)
        score_progress(&weighing, scores);
    scores->of[INTENT_COMPLAINT] += substance(&weighing);
    if (understood->place.unit &&
        weighing.reading.letters > PLACE_MOST) /* who tells more of a case need not say where */
        scores->of[INTENT_COMPLAINT] += PLACED;
    if (find_another(&weighing.reading) < weighing.reading.n && scores->of[INTENT_STATUS] < 8)
        scores->of[INTENT_COMPLAINT] += 8;
}
