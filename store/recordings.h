/*
 * Recordings: a row for each, from before its first sound until long after its file is gone. The files stand
 * in a folder beside the database (gateway/recording/keep.h); here is what is known of them. Phones are
 * E.164, times seconds since 1970 UTC; 0 and "" for what is not known or has not happened.
 */
#ifndef STORE_RECORDINGS_H
#define STORE_RECORDINGS_H

#include "store/store.h"

/* "begun": its event is not committed, and its file may not be whole. "kept". "removed": its file goes, or
 * has gone where file is "". */
enum recording_state { RECORDING_BEGUN, RECORDING_KEPT, RECORDING_REMOVED };

/* What a transcriber made of it: "waiting", "done", "silent" (it heard no speech), "failed" (given up). */
enum transcript { TRANSCRIPT_WAITING, TRANSCRIPT_DONE, TRANSCRIPT_SILENT, TRANSCRIPT_FAILED };

/* The caller of a recording, and the sender of a call, whose number is not known. */
#define RECORDING_WITHHELD "withheld"

struct recording {
    int64_t id;
    enum recording_state state;
    const char *line;        /* the line or program that brought it: "api:pbx" */
    const char *external_id; /* its key on that line, as of an event: the id of the call */
    const char *caller;      /* RECORDING_WITHHELD where the caller's number is not known */
    const char *called;
    int64_t at;         /* when the call began */
    int64_t begun_at;   /* when the row was written */
    bool is_growing;    /* written during a call: what there is of it after a crash counts */
    bool is_sealed;     /* the caller pressed 9: for the discipline office alone */
    const char *keys;   /* pressed that mean something, in order: 9 for the discipline office, 0 wants to be
                           called back */
    const char *file;   /* name in the folder */
    const char *copy;   /* of the copy to listen to; "" not made yet, or file where it needs none */
    const char *format; /* "wav pcm 16", "wav pcm 8", "wav a-law", "wav mu-law", "ogg opus" */
    const char *sha256; /* of the file, in hex */
    int64_t octets;
    int64_t ms, sound_ms; /* its length, and how much of that is not silence */
    int64_t event_id, case_id;
    int64_t heard_at, written_at;      /* first heard; what it says was written down, or sent up unwritten */
    const char *heard_by, *written_by; /* phones, "operator" */
    enum transcript transcript;
    const char *transcript_text;   /* a machine's, so never more than a suggestion; "" none */
    const char *transcript_engine; /* what it says it is */
    int transcript_confidence;     /* what it says of it, percent */
    int transcript_tries;
    int64_t transcript_due; /* when it is tried next */
    const char *code;       /* by which a caller without a number asks after the case; "" */
    int code_tries;         /* wrong ones on the day of code_tried_at */
    int64_t code_tried_at;
    int64_t ring_at; /* when the next person is told that nobody has heard it; 0: nobody will be */
};

/* Adds a row and gives it its id. */
bool store_add_recording(struct store *store, struct recording *recording);
/* Writes back all fields. */
bool store_update_recording(struct store *store, const struct recording *recording);
/* The recording is of this event from now on. */
bool store_recording_becomes(struct store *store, int64_t id, int64_t event_id);
/* Deletes a row that nothing came of. */
bool store_drop_recording(struct store *store, int64_t id);

/* Each from mem: by id; of an event; kept or removed under this key. NULL when there is none. */
bool store_recording(struct store *store, void *mem, int64_t id, struct recording **recording);
bool store_recording_of_event(struct store *store, void *mem, int64_t event_id, struct recording **recording);
bool store_recording_by_key(struct store *store, void *mem, const char *line, const char *external_id,
                            struct recording **recording);

/* Which recordings a list wants. Fields that are 0 or false do not restrict. By id, that is, the oldest
 * first. */
struct recording_filter {
    int64_t case_id;
    int64_t due_by;        /* ring_at is set and not later */
    int64_t begun_by;      /* state is "begun", since this moment or longer */
    bool is_unwritten;     /* of a case, and not written down */
    bool lacks_copy;       /* kept without a copy */
    int64_t transcribe_by; /* waits for a transcriber since this moment or longer; none that is sealed */
    bool is_leaving;       /* removed, with its file still to be deleted */
    int limit;
};
bool store_recordings(struct store *store, void *mem, const struct recording_filter *filter,
                      struct recording **recordings, size_t *n);
/* How many match; limit is ignored. *oldest: when the first of them began; 0: there is none. */
bool store_count_recordings(struct store *store, const struct recording_filter *filter, int64_t *count,
                            int64_t *oldest);
/* How many of this caller made a case or joined one since a moment. */
bool store_count_recordings_from(struct store *store, const char *caller, int64_t since, int64_t *count);
/* Whether a row names this file, as its own or as its copy. */
bool store_knows_recording_file(struct store *store, const char *file, bool *is_known);

/* When the next person is told of a recording that nobody has heard; 0: none waits. */
bool store_next_recording(struct store *store, int64_t *at);

/* All recordings of a case count as written down by this person. */
bool store_write_down_recordings(struct store *store, int64_t case_id, const char *by, int64_t at);

/*
 * Marks the files of recordings to be removed: of ended cases untouched since before, and of no case. Of at
 * most limit; *n counts. A case that is open, under review, or merged into an open one keeps its recordings.
 */
bool store_retain_recordings(struct store *store, int64_t before, int limit, int64_t *n);

#endif
