/*
 * What stands behind a keyword: phone, case numbers, count, rating, text.
 */
#ifndef GATEWAY_UNDERSTAND_KEYWORD_ARGUMENTS_H
#define GATEWAY_UNDERSTAND_KEYWORD_ARGUMENTS_H

#include "gateway/understand/keyword.h"

/*
 * Reads a case number at octet *at, with the words that announce it, and moves *at behind it. With
 * takes_rating, a digit that follows it without a gap is left: 评260041731.
 */
enum number_kind keyword_take_number(const struct normal *normal, size_t *at, bool takes_rating,
                                     char number[CASE_NUMBER_SIZE]);

/* Reads the case numbers that follow match->number at octet *at, as TAKES_SEVERAL does; the same counts once.
 */
void keyword_take_more(const struct normal *normal, size_t *at, struct keyword_match *match);
/* Gives a match all numbers of another. */
void keyword_copy_numbers(struct keyword_match *to, const struct keyword_match *from);

/*
 * Reads what follows the keyword, from octet `at` on. False: the text is no command after all. accepts_lack:
 * words may stand where NEEDS_NUMBER asks for a number. Strings are allocated from mem.
 */
bool keyword_read_arguments(const struct keyword *keyword, void *mem, const struct normal *normal, size_t at,
                            bool accepts_lack, struct keyword_match *match);

#endif
