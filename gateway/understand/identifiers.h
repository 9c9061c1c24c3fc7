/*
 * The numbers that stand in a text: a case number is told from telephones and identity numbers.
 */
#ifndef GATEWAY_UNDERSTAND_IDENTIFIERS_H
#define GATEWAY_UNDERSTAND_IDENTIFIERS_H

#include "gateway/understand/case_number.h"
#include "gateway/understand/text/normalise.h"

/* The first valid case number anywhere in the text, from mem; NULL when there is none. */
const char *identifiers_case_number(void *mem, const struct normal *normal);

/* A case number and the octets of the normalised text that it takes. */
struct number_found {
    size_t from, to;
    char number[CASE_NUMBER_SIZE];
};

/* The first run of digits that is a valid case number and `more` digits behind it, without a gap; to is
 * between them. */
bool identifiers_number_joined(const struct normal *normal, size_t more, struct number_found *found);

/* The valid case numbers of the text in their order, at most so many; the same may stand there twice. */
size_t identifiers_case_numbers(const struct normal *normal, struct number_found *found, size_t most);

/*
 * The six digits of a text that is a confirmation code: alone, with spaces or hyphens between them, with
 * polite words around them (验证码505843谢谢), or as we asked for them (确认请回505843，10分钟内有效。). From
 * mem; NULL: none, or words stand there that make the text something else.
 */
const char *identifiers_code(void *mem, const struct normal *normal);

#endif
