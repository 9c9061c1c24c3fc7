#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/voice/sip_private.h"

/* PROBE_DOWN_SECONDS: of a PBX that does not answer. */
enum { PROBE_DOWN_SECONDS = 30, EXPIRES_SECONDS = 600, ADDRESS = 64 };

const char *sip_trunk_user(const struct sip_line *line)
{
    return line->config->voice_user ? line->config->voice_user : "xiangyin";
}

static void note(struct sip_line *line, bool is_up, const char *why)
{
    bool was_up = atomic_exchange(&line->is_trunk_up, is_up);

    if (is_up && !was_up)
        log_info("%s: the PBX at %s answers", line->name, line->config->voice_trunk);
    else if (!is_up && was_up)
        log_warning("%s: the PBX at %s does not answer: %s", line->name, line->config->voice_trunk, why);
}

/* ---- whether it lives ---- */

static void probe(void *arg);

static void probe_later(struct sip_line *line)
{
    int seconds = line->config->voice_keep_alive;

    if (!atomic_load(&line->is_trunk_up) && seconds > PROBE_DOWN_SECONDS)
        seconds = PROBE_DOWN_SECONDS;
    tmr_start(&line->probe_tick, (uint64_t)seconds * 1000, probe, line);
}

/* Any answer shows that the PBX is up, even a refusal of OPTIONS. */
static void probed(int error, const struct sip_msg *message, void *arg)
{
    struct sip_line *line = arg;

    if (message && message->scode < 200)
        return;
    if (!line->config->voice_register)
        note(line, error == 0, error ? strerror(error) : "");
    probe_later(line);
}

static void probe(void *arg)
{
    struct sip_line *line = arg;
    char trunk[ADDRESS], local[ADDRESS], uri[ADDRESS + 8];
    struct sa from;
    int error = sip_transp_laddr(line->sip, &from, SIP_TRANSP_UDP, &line->trunk);

    re_snprintf(trunk, sizeof trunk, "%J", &line->trunk);
    re_snprintf(local, sizeof local, "%J", &from);
    re_snprintf(uri, sizeof uri, "sip:%s", trunk);
    line->probes++;
    if (!error)
        error = sip_requestf(&line->probe, line->sip, true, "OPTIONS", uri, NULL, NULL, NULL, probed, line,
                             "To: <%s>\r\nFrom: <sip:%s@%s>;tag=%08x\r\nCall-ID: %08x%08x@%s\r\n"
                             "CSeq: %u OPTIONS\r\nContact: <sip:%s@%s>\r\nContent-Length: 0\r\n\r\n",
                             uri, sip_trunk_user(line), local, rand_u32(), rand_u32(), rand_u32(), local,
                             line->probes, sip_trunk_user(line), local);
    if (error)
        probe_later(line);
}

/* ---- registration ---- */

static void registered(int error, const struct sip_msg *message, void *arg)
{
    struct sip_line *line = arg;
    bool is_up = !error && message && message->scode < 300;
    char why[ADDRESS];

    if (error || !message)
        re_snprintf(why, sizeof why, "%m", error);
    else
        re_snprintf(why, sizeof why, "registration refused with %u", message->scode);
    if (!is_up && !atomic_load(&line->is_trunk_up))
        log_warning("%s: not registered at %s: %s", line->name, line->config->voice_trunk, why);
    note(line, is_up, why);
}

static int begin_registration(struct sip_line *line)
{
    char registrar[ADDRESS + 8], address[ADDRESS + 8];
    bool is_usual = sa_port(&line->trunk) == 5060;

    re_snprintf(registrar, sizeof registrar, "sip:%J", &line->trunk);
    re_snprintf(address, sizeof address, is_usual ? "sip:%s@%j" : "sip:%s@%J", sip_trunk_user(line),
                &line->trunk);
    return sipreg_register(&line->registration, line->sip, registrar, address, NULL, address, EXPIRES_SECONDS,
                           sip_trunk_user(line), NULL, 0, 0, sip_out_authenticate, line, false, registered,
                           line, NULL, NULL);
}

int sip_trunk_begin(struct sip_line *line)
{
    tmr_start(&line->probe_tick, 0, probe, line);
    return line->config->voice_register ? begin_registration(line) : 0;
}

void sip_trunk_end(struct sip_line *line)
{
    tmr_cancel(&line->probe_tick);
    line->probe = mem_deref(line->probe);
    line->registration = mem_deref(line->registration); /* also unregisters */
}
