/*
 * A SQLite VFS that knows what a disk would hold if the power went at this moment. Each file has what was
 * synced last, and the writes since: of these, each 512-octet sector may have reached the disk, or not, or in
 * part, in any order; so may a truncation. A deletion without a sync of its directory may be undone, and so
 * may a file that was never synced.
 */
#ifndef TESTS_FAULT_POWER_H
#define TESTS_FAULT_POWER_H

/*
 * Becomes the default VFS. Files below `images` are left alone, and never synced; all others are watched.
 * moment(arg) is called on the thread that writes, before each write, sync, truncation and deletion.
 */
void power_watch(const char *images, void (*moment)(void *arg), void *arg);

/* Forgets all files and makes SQLite's own VFS the default again. Every database must be closed. */
void power_end(void);

/* From moment: writes to the folder what each file may hold after a power cut now. *seed: of rand_r. */
void power_cut(const char *folder, unsigned *seed);

#endif
