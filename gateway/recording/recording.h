/*
 * Filing a recording: what a call, a program or a person brings becomes a file, an event and a case.
 *
 *   recording_begin    the row is committed: before the tone, and before there is a file
 *   the file           NAME.part is written, through at least every second of a call
 *   recording_file     synced, renamed and measured; then the event, the case, the texts about it and all
 *                      that is known of the file are committed together
 *
 * A crash leaves one of these behind: a row alone, a row with a .part, or a row with a whole file. The next
 * start finishes them (sweep.h). For what is brought whole, recording_bring does all three.
 */
#ifndef GATEWAY_RECORDING_RECORDING_H
#define GATEWAY_RECORDING_RECORDING_H

#include "gateway/desk/desk.h"
#include "store/recordings.h"

/* By which recordings are written to the store: a desk, or in a subcommand a store of its own. */
struct recorder {
    const struct config *config;
    /* Commits a job; false: it was rolled back. */
    bool (*commit)(desk_job *job, void *job_arg, void *arg);
    void *arg;
};
struct recorder recorder_of_desk(const struct config *config, struct desk *desk);

enum filed {
    FILED,           /* as a case of its own, or joined to one */
    FILED_MISSED,    /* less than 2 s of sound: a missed call */
    FILED_BEFORE,    /* the same recording under the same key: nothing was done */
    FILED_OTHER,     /* another recording has this key: nothing was done */
    FILED_NOT_SOUND, /* refused, for ever: why says what it is instead */
    FILED_NOT_KEPT   /* failed: why says how; the same may succeed later */
};

struct filing {
    /* in: line, external_id, caller, called ("" unknown), at, keys, is_growing; the rest is filled in. keys
       with a 9: for the discipline office alone. caller: E.164, or "withheld". */
    struct recording recording;
    const char *number; /* of its case; "" none */
    const char *why;    /* NULL: nothing is wrong */
};

/*
 * Commits the row, with the name of the file to come. The writer of a call then writes WAV to
 * keep_part_path(recording.file). False: filing->why says why, and there must be no tone.
 */
bool recording_begin(const struct recorder *recorder, void *mem, struct filing *filing);

/* Keeps the .part of a begun recording and files it. The keys may have been added to since it began. */
enum filed recording_file(const struct recorder *recorder, void *mem, struct filing *filing);

/* A whole recording that is brought. Without external_id (NULL) its octets, caller and time are its key. */
enum filed recording_bring(const struct recorder *recorder, void *mem, struct filing *filing,
                           const void *octets, size_t length);

#endif
