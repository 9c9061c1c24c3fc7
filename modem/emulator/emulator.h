/*
 * A GSM modem on a pseudo-terminal with a small mobile network behind it: the demonstration's modem, and the
 * far end of the tests. It answers AT commands as a modem does, in PDU and in text mode, well enough for
 * gammu, smstools and ModemManager; keeps messages in SIM slots, leaves what does not fit with the network
 * until a slot is freed, shows what the gateway sends on "phones", and can be told to fail in every way a
 * cable, a modem or a network fails.
 *
 * Everything outside the AT dialogue goes through a unix stream socket, DEVICE.control: one JSON object a
 * line each way. Each request is answered by {"ok":true,...} or {"ok":false,"error":"..."}, in order:
 *
 *   {"cmd":"text","from":"+8613903570001","text":"..."}  a phone texts the modem; cut into parts when long
 *       "order":[2,1,3]     parts come in this order         "missing":[2]    these parts never come
 *       "reference":7       of the concatenation             "wide":true      a 16-bit one, 256 more
 *       "times":2           every part comes so often        "at":1767225600  the stamp, unix seconds
 *       "scts_offset":-9    seconds added to the stamp       "storage":"ME"   not +CPMS's third memory
 *       "ucs2":true         although GSM 7-bit would do      "class":0        message class
 *       "hold":true         kept back until "release"        "pdu":"07..."    this one, no from and text
 *       answer: "parts":n
 *   {"cmd":"release","window":8}      what was held back comes, shuffled within a window (1: in order)
 *   {"cmd":"flood","n":9,"text":"... {n} ..."[,"from":"+8613900","first":1]}   n texts from n numbers:
 *       from, then six digits that count like {n}
 *   {"cmd":"store","pdu":"07...","stat":3[,"storage":"SM"]}   put into a slot as it is; answer: "index":n
 *   {"cmd":"watch"[,"number":"+86..."]}   from now on this connection also gets each whole text a phone has:
 *       {"event":"delivered","to":"...","text":"...","parts":2,"at":"2026-01-01T09:00:00Z"}
 *   {"cmd":"call","from":"+86..."[,"rings":3,"interval_ms":1000]}   from "" is a withheld number
 *       With sound, counted from the answer:
 *       "says":"FILE"       samples that the caller says   "says_after_ms":3000
 *       "hears":"FILE"      where what is heard is written "keys":[[900,"1"],[9000,"#"]]   pressed then
 *       "hang_up_ms":12000  when the caller hangs up
 *   {"cmd":"voice","maker":"Quectel","model":"EC25"}   it becomes such a modem, with sound at DEVICE.pcm:
 * Quectel's by AT+QPCMV=1, "SIMCOM"'s by AT+CPCMREG=1, "huawei"'s by AT^DDSETEX=2
 *   {"cmd":"report","mode":M[,"to":"+86...","delay_ms":0,"status":64]}   what becomes of texts (to a number):
 *       M is delivered, failed, pending (then delivered), never, repeated (the report comes twice)
 *   {"cmd":"ussd","answer":"..."[,"dcs":72]}   what AT+CUSD answers
 *   {"cmd":"stats"}
 * "commands","read","written","sent","refused","stored","spooled","held","deleted","reports","resets","dialled",
 * "rings" (that did not wait for an answer's end),"handed" (texts that the modem has, sent or not
 * yet),"calls"
 *   {"cmd":"slots"}   "slots":[{"storage":"SM","index":1,"stat":0,"pdu":"07..."},...]
 *   {"cmd":"quit"}
 *   {"cmd":"fault","kind":K,...}   strikes at once, or when its trigger is met:
 *       "after_commands":n  when the command after the next n comes (0: the very next), in its place
 *       "after_read":n      when n more octets came from the client
 *       "after_written":n   when n more octets went to it
 *       "after_ms":n        after that time
 *       "repeat":n          it is armed again n times
 *
 * Kinds of fault:
 *
 *   unplug        the port goes with its symlink; "back_ms":T brings it back, as after a power cycle
 *   plug          it comes back now
 *   boot          the modem restarts in the middle of what it does and says ^BOOT, or what it "says"
 *   stall         for "ms":T nothing is heard nor said (0: until "none")
 *   garble        a "fraction":0.001 of the octets is changed; "direction": "out" (usual), "in", "both"
 *   lose, double  the same with octets that do not come, or come twice
 *   late          from now on every answer comes "ms":T late
 *   error         every "every":n-th command answers +CMS ERROR: "code":c; "count":k times (0: for ever)
 *   swallow_send  "count":n times (0: for ever) AT+CMGS sends without an answer, or with one "late_ms":T
 *                 later; "blocks":true: until then nothing else is answered; "code":c: it does not
 *                 send, and the late answer is +CMS ERROR: c
 *   refuse_send   "count":n times (0: for ever) AT+CMGS answers +CMS ERROR: "code":c (42); "to":"+86...":
 *                 for one number only
 *   burst         "n":500 +CMTI at once, about slots that may be empty
 *   sim           "state":"SIM PIN" with "pin":P and all tries, "SIM PUK", "SIM BUSY", "READY", "" (none)
 *   sound         "refuse":n AT+CPCMREG=1 is an error so often (-1: until AT+CRESET); "dead_uplink",
 * "dead_downlink": true, nothing is taken or given; "octets":640 a frame; "split": samples in two pieces;
 *                 "silent_end": a call's end is not said; "double_keys": each key is said twice
 *   registration  "stat":2, as +CREG says it; nothing is sent or delivered unless it is 1 or 5;
 *                 "lte_only":true: +CEREG alone says it; "ims":1, as +CIREG says it
 *   signal        "rssi":9, as +CSQ says it
 *   clock         "says":"80/01/06,00:00:00+00", as AT+CCLK? answers until AT+CTZU=1; "": the network's time
 *   terse, quiet  result codes are numbers, or none, until ATV1 or ATQ0; also after a restart. "off":true
 *                 ends it; terse with "stuck":true: ATV1 does not help
 *   strict        ESC is part of a line, and a line that begins with anything but AT is not answered, with
 *                 "error":true by ERROR. "off":true
 *   chatter       ^RSSI comes "every_ms":T for ever (0: no more)
 *   mute          the next "count":n final results are not said
 *   one_storage   ME is only another name of SM. "off":true
 *   refuse        every command "command":"+CPMS" answers +CMS ERROR: "code":c, or ERROR with 0. "off":true
 *   names         AT+CPMS= wants exactly "count":n names (0: one to three, as is usual)
 *   keep          AT+CMGD says OK and deletes nothing. "off":true
 *   full, duplicate, no_cnmi, echo   the storage counts as full; each +CMTI is said twice; AT+CNMI is an
 *                 error; echo stays on. "off":true ends them
 *   none          all is well again, and nothing is armed
 */
#ifndef MODEM_EMULATOR_EMULATOR_H
#define MODEM_EMULATOR_EMULATOR_H

#include <stdbool.h>

struct emulator;

struct emulator_options {
    const char *device; /* where the symlink to the pseudo-terminal is made */
    const char *log;    /* one JSON line is appended for each SUBMIT accepted; NULL: none */
    const char *pin;    /* the SIM asks for it; NULL: it does not */
    const char *faults; /* a request as for {"cmd":"fault"}, or an array of them; NULL: none */
    int slots;          /* of the SIM (SM); 0: 50 */
    int modem_slots;    /* of the modem (ME); 0: it has none */
    int latency_ms;     /* from a command to its answer */
    int send_ms;        /* more, for an AT+CMGS */
    int delivery_ms;    /* between two messages the network brings */
    int boot_ms;        /* silence after a restart */
    unsigned seed;      /* of all that is random, and of the IMEI */
};

/* Copies the options. NULL when the process has no file descriptor left. */
struct emulator *emulator_new(const struct emulator_options *options);

/* Makes the device and its control socket; a stale symlink or socket is replaced, anything else refused. */
bool emulator_open(struct emulator *emulator);

/* Serves an opened emulator until emulator_stop or {"cmd":"quit"}. False: it cannot wait for input, and ends.
 */
bool emulator_run(struct emulator *emulator);

/* Opens and serves in a thread of its own; emulator_free ends it. */
bool emulator_start(struct emulator *emulator);

/* Ends emulator_run. From any thread, also from a signal handler. */
void emulator_stop(struct emulator *emulator);

/* Stops, and removes device and control socket. */
void emulator_free(struct emulator *emulator);

/* Why the last call failed; "" before any did. */
const char *emulator_error(const struct emulator *emulator);

#endif
