/*
 * The steps of the schema. A step that has been released is never changed: a new one is added at the end of
 * steps.c. Their SQL is what SQLite and PostgreSQL share; {id} stands for the type of a column that numbers
 * its rows, {secret} for 64 random hex digits, {octets} for the type of
 * a column of octets, {keyed} for what keeps a table's rows in its primary key
 * alone, {spelt checks} for what SQLite wants changed in CHECKs, {named people} for the names of people in
 * the journal, which only a store of SQLite has. The words in each CHECK are those of the
 * store's headers. Known to store/ alone.
 */
#ifndef STORE_SCHEMA_STEPS_H
#define STORE_SCHEMA_STEPS_H

/* steps.c. schema_steps[n] brings a schema from version n to version n + 1; the last is NULL. */
extern const char *const *const schema_steps[];

/* first_steps.sql: what the first 53 steps make of an empty database of SQLite. */
extern const char schema_first_steps[];

/* step_1.c: the tables as they were first released. */
extern const char *const schema_step_1[];

/* steps_2_to_8.c: how they grew. */
extern const char *const schema_step_2[];
extern const char *const schema_step_3[];
extern const char *const schema_step_4[];
extern const char *const schema_step_5[];
extern const char *const schema_step_6[];
extern const char *const schema_step_7[];
extern const char *const schema_step_8[];

/* steps_9_to_22.c: the same. */
extern const char *const schema_step_9[];
extern const char *const schema_step_10[];
extern const char *const schema_step_11[];
extern const char *const schema_step_12[];
extern const char *const schema_step_13[];
extern const char *const schema_step_14[];
extern const char *const schema_step_15[];
extern const char *const schema_step_16[];
extern const char *const schema_step_17[];
extern const char *const schema_step_18[];
extern const char *const schema_step_19[];
extern const char *const schema_step_20[];
extern const char *const schema_step_21[];
extern const char *const schema_step_22[];

/* queues.c: what the operator's page asks for has indexes. */
extern const char *const schema_queues[];

/* lean.c: indexes without what nobody asks for, and with what figures do. */
extern const char *const schema_lean[];
/* lean.c: no index of what another one has. */
extern const char *const schema_leaner[];
/* lean.c: up to which row words are indexed. */
extern const char *const schema_marked[];
extern const char *const schema_grams[];
/* lean.c: words that a case has are not kept once more in its first step. */
extern const char *const schema_words[];

/* figures.c: figures are read from an index of numbers. */
extern const char *const schema_figures[];
/* figures.c: cases that were withdrawn or merged are found by when that was. */
extern const char *const schema_gone[];
/* figures.c: what was open at a moment, and texts that wait, are found by indexes. */
extern const char *const schema_spans[];

/* province.c: what a county keeps of its centre and of the other counties. */
extern const char *const schema_province[];
/* province.c: the random names for people take less room. */
extern const char *const schema_names[];
/* province.c: the journal's rows of one transaction stand together. */
extern const char *const schema_runs[];
/* province.c: a person's random name stands in their own row. */
extern const char *const schema_named[];

/* moves.c: a case's moves and the transitions of its steps are numbers. */
extern const char *const schema_moves[];

#endif
