#include "gateway/config/table_lines.h"

#include <string.h>
#include <talloc.h>

#include "gateway/provider/mapping.h"

#define MODEM(field) .at = offsetof(struct modem_config, field)
#define PROVIDER(field) .at = offsetof(struct provider_config, field)

#define KEY_PATTERN "^[A-Za-z0-9_-]{43,128}$"

const struct config_option config_provider_options[] = {
    { "kind", &config_word, "generic", "the provider's interface", PROVIDER(kind),
      .words = "generic twilio vonage africastalking infobip aliyun tencent" },
    { "url", &config_url, NULL, "address of the provider's interface; the kind's own when not given",
      PROVIDER(url) },
    { "account", &config_text, NULL, "name or number of the account", PROVIDER(account) },
    { "secret", &config_secret, NULL, "the account's secret, as env:NAME, file:PATH or credential:NAME",
      PROVIDER(secret) },
    { "from", &config_text, NULL, "sender of outgoing texts: a number or a name", PROVIDER(from) },
    { "hook_key", &config_secret, NULL,
      "key in the webhook's path, /hook/NAME/KEY, for providers that sign nothing; env:NAME, file:PATH or "
      "credential:NAME",
      PROVIDER(hook_key), .pattern = KEY_PATTERN,
      .pattern_words = "is not a key of at least 43 letters and digits (256 random bits)" },
    { "allow", &config_networks, NULL, "networks webhooks may come from; any when not given", PROVIDER(allow),
      .count_at = offsetof(struct provider_config, n_allow) },
    { "replay", &config_number, "300", "most seconds between a webhook's signed time and our clock",
      PROVIDER(replay_seconds), .least = 1, .most = 86400 },
    { "send", &config_yes_or_no, "yes", "whether texts go out by it", PROVIDER(sends) },
    { "receive", &config_yes_or_no, "yes", "whether texts and receipts are received from it",
      PROVIDER(receives) },
    { "trust", &config_word, "none",
      "senders: it proves the numbers of senders, so that cadres' commands count as by a modem; none: their "
      "first command is answered with a code",
      PROVIDER(trust), .words = "none senders" },
    { "app", &config_text, NULL, "application id of the account: tencent's SdkAppId, 云MAS's apId",
      PROVIDER(app) },
    { "region", &config_text, NULL,
      "aliyun, tencent: region of the service, such as cn-hangzhou or ap-guangzhou", PROVIDER(region) },
    { "hook_secret", &config_secret, NULL,
      "secret that signs webhooks, if it is not the account's; env:NAME, file:PATH or credential:NAME",
      PROVIDER(hook_secret) },
    { "signature_method", &config_word, "md5hash", "vonage: how its webhooks are signed",
      PROVIDER(signature_method), .words = "md5hash md5 sha1 sha256 sha512" },
    { "authority", &config_file, NULL, "PEM file with certificates to trust instead of the system's",
      PROVIDER(authority) },
    { "connections", &config_number, "10", "requests at the same time", PROVIDER(connections), .least = 1,
      .most = 256 },
    { "timeout", &config_number, "30", "seconds until a request is given up", PROVIDER(timeout), .least = 1,
      .most = 600 },
    { "per_minute", &config_number, "0", "most texts (parts) that go out in any 60 seconds; 0: no limit",
      PROVIDER(per_minute), .least = 0, .most = 1000000, .is_live = true },
    { "per_day", &config_number, "0", "most texts (parts) that go out in a day; 0: no limit",
      PROVIDER(per_day), .least = 0, .most = 100000000, .is_live = true },
    { "poll", &config_number, "0",
      "seconds between polls for texts and receipts, if the provider can be polled; 0: never",
      PROVIDER(poll_seconds), .least = 0, .most = 86400 },
    { "prefixes", &config_prefixes, NULL,
      "beginnings of the numbers that this line sends to: { \"+86139\", \"+86138\" }", PROVIDER(prefixes),
      .count_at = offsetof(struct provider_config, n_prefixes) },
    { "templates", &config_texts, NULL,
      "aliyun, tencent: the approved template for each of our templates: { \"received SMS_1 number=number\", "
      "\"* SMS_2 words=*\" }",
      PROVIDER(templates), .count_at = offsetof(struct provider_config, n_templates) },
    { "method", &config_word, "POST", "generic: method of the request", PROVIDER(method),
      .words = "GET POST" },
    { "headers", &config_texts, NULL,
      "generic: headers of the request: { \"Authorization: App {{secret}}\" }", PROVIDER(headers),
      .count_at = offsetof(struct provider_config, n_headers) },
    { "body", &config_text, NULL, "generic: body of the request: \"to={{to}}&text={{text}}\"",
      PROVIDER(body) },
    { "body_type", &config_word, "json",
      "generic: type of the body, which decides how values are escaped in it", PROVIDER(body_type),
      .words = "json form text" },
    { "body_base64", &config_yes_or_no, "no", "generic: encode the body in base64", PROVIDER(is_base64) },
    { "mac_over", &config_text, NULL, "generic: text whose MD5 in hex is {{mac}}", PROVIDER(mac_over) },
    { "sent_field", &config_text, NULL,
      "generic: JSON pointer in the answer to the word for success; the answer's beginning when not given",
      PROVIDER(sent_field) },
    { "sent_words", &config_texts, NULL, "generic: words that mean the text was accepted",
      PROVIDER(sent_words), .count_at = offsetof(struct provider_config, n_sent_words) },
    { "sent_id", &config_text, NULL, "generic: JSON pointer in the answer to the provider's id of the text",
      PROVIDER(sent_id) },
    { "sent_why", &config_text, NULL, "generic: JSON pointer in the answer to the reason",
      PROVIDER(sent_why) },
    { "poll_url", &config_url, NULL,
      "generic: address to poll for texts and receipts; {{cursor}} is that of the last poll",
      PROVIDER(poll_url) },
    { "poll_cursor", &config_text, NULL,
      "generic: JSON pointer in the answer, or in its last text, to the next {{cursor}}",
      PROVIDER(poll_cursor) },
    { "in_list", &config_text, NULL, "generic: JSON pointer to a list of texts", PROVIDER(in_list) },
    { "in_from", &config_text, NULL,
      "generic: field or JSON pointer of the sender; a|b: the first that exists", PROVIDER(in_from) },
    { "in_to", &config_text, NULL, "generic: the same of the number written to", PROVIDER(in_to) },
    { "in_text", &config_text, NULL, "generic: the same of the text", PROVIDER(in_text) },
    { "in_id", &config_text, NULL, "generic: the same of the message's id", PROVIDER(in_id) },
    { "in_time", &config_text, NULL, "generic: the same of the time it was sent", PROVIDER(in_time) },
    { "in_charset", &config_text, NULL,
      "generic: field of a form or query that names the charset of the text: UTF-16BE, GBK ...",
      PROVIDER(in_charset) },
    { "charset", &config_word, NULL,
      "generic: charset of what comes, if neither it nor its Content-Type says; else UTF-8 or, if it is "
      "none, what makes a Chinese text",
      PROVIDER(charset), .words = "UTF-8 UTF-16BE UTF-16LE GB18030 GBK GB2312 ISO-8859-1 WINDOWS-1252" },
    { "receipt_list", &config_text, NULL, "generic: JSON pointer to a list of receipts",
      PROVIDER(receipt_list) },
    { "receipt_id", &config_text, NULL,
      "generic: field or JSON pointer of the id of the text that a receipt is for", PROVIDER(receipt_id) },
    { "receipt_number", &config_text, NULL, "generic: the same of the recipient", PROVIDER(receipt_number) },
    { "receipt_status", &config_text, NULL, "generic: the same of the status word",
      PROVIDER(receipt_status) },
    { "receipt_own", &config_text, NULL, "generic: the same of {{id}}, our own id of the text",
      PROVIDER(receipt_own) },
    { "receipt_delivered", &config_texts, NULL, "generic: status words that mean delivered",
      PROVIDER(receipt_delivered), .count_at = offsetof(struct provider_config, n_receipt_delivered) },
    { "receipt_failed", &config_texts, NULL, "generic: status words that mean failed for good",
      PROVIDER(receipt_failed), .count_at = offsetof(struct provider_config, n_receipt_failed) },
    { "signature_header", &config_text, NULL,
      "generic: header with the HMAC-SHA256 of body and time in hex; the key is secret",
      PROVIDER(signature_header) },
    { "timestamp_header", &config_text, NULL, "generic: header with that time, in unix seconds",
      PROVIDER(timestamp_header) },
    { "answer", &config_text, "", "generic: body of our answer once a text is stored", PROVIDER(answer) },
    { 0 },
};

const struct config_option config_modem_options[] = {
    { "device", &config_device, NULL,
      "the modem's port: /dev/ttyUSB2, /dev/serial/by-id/..., usb:SERIAL or usb:VID:PID", MODEM(device),
      .is_required = true, .is_unique = true },
    { "send", &config_yes_or_no, "yes", "whether texts go out by it", MODEM(sends) },
    { "receive", &config_yes_or_no, "yes", "whether texts are received from it", MODEM(receives) },
    { "baud", &config_number, "115200", "speed of a serial port", MODEM(baud), .least = 300,
      .most = 4000000 },
    { "pin", &config_secret, NULL, "PIN of the SIM, as env:NAME, file:PATH or credential:NAME; tried once",
      MODEM(pin), .pattern = "^[0-9]{4,8}$", .pattern_words = "is not a PIN of 4 to 8 digits" },
    { "storage", &config_word, NULL, "where the modem keeps texts; all it has when not given", MODEM(storage),
      .words = "SM ME MT" },
    { "poll", &config_number, "120", "seconds between looks for texts that the modem did not announce",
      MODEM(poll_seconds), .least = 1, .most = 3600 },
    { "command_timeout", &config_number, "5", "seconds to wait for an answer", MODEM(command_timeout),
      .least = 1, .most = 300 },
    { "send_timeout", &config_number, "60", "seconds to wait for the answer to a sent text",
      MODEM(send_timeout), .least = 1, .most = 600 },
    { "per_minute", &config_number, "0", "most texts (parts) that go out in any 60 seconds; 0: no limit",
      MODEM(per_minute), .least = 0, .most = 10000, .is_live = true },
    { "per_day", &config_number, "0", "most texts (parts) that go out in a day; 0: no limit", MODEM(per_day),
      .least = 0, .most = 10000000, .is_live = true },
    { "prefixes", &config_prefixes, NULL,
      "beginnings of the numbers that this line sends to: { \"+86139\", \"+86138\" }", MODEM(prefixes),
      .count_at = offsetof(struct modem_config, n_prefixes) },
    { "verify", &config_yes_or_no, "no", "read each message twice; for bad cables", MODEM(verify) },
    { "hard_reset", &config_yes_or_no, "no", "restart the modem when reopening it does not help",
      MODEM(hard_reset) },
    { "balance_ussd", &config_code, NULL, "USSD code that asks for the balance: \"*100#\"",
      MODEM(balance_ussd) },
    { "balance_hours", &config_number, "24", "hours between two questions for the balance",
      MODEM(balance_hours), .least = 1, .most = 8760 },
    { "low_balance", &config_number, "10", "alert the operator when fewer yuan than this are left",
      MODEM(low_balance), .least = 0, .most = 100000 },
    { "voice", &config_yes_or_no, "no",
      "whether calls are answered and recorded; once a day the modem's sound is opened, and the operator is "
      "alerted where it cannot be",
      MODEM(has_voice) },
    { "audio", &config_text, NULL,
      "sound of calls: a serial port or \"alsa:hw:2,0\"; that of the modem's USB device when not given",
      MODEM(audio) },
    { "missed_call", &config_word, "text",
      "what happens when somebody calls: a text, a task for the operator, nothing", MODEM(missed_call),
      .words = "text call task silence" },
    { "number", &config_phone, NULL, "number of its SIM; a text from it is our own, and nobody's report",
      MODEM(number) },
    { 0 },
};

static void check_limits(struct problems *problems, const struct config_part *part)
{
    if (!config_written(part, "per_minute") && !config_written(part, "per_day"))
        problem_warning(problems, part->line,
                        "%s has neither per_minute nor per_day: nothing limits what it sends", part->where);
}

void config_check_modem(struct problems *problems, const struct config_part *part)
{
    const struct modem_config *modem = part->values;
    const char *pin = config_written(part, "pin");

    if (pin && strspn(pin, "0123456789") == strlen(pin))
        problem_warning(problems, part->line,
                        "the pin of %s is readable in this file; use env:NAME, file:PATH or credential:NAME",
                        part->where);
    if (modem->audio && !modem->has_voice)
        problem_warning(problems, part->line, "%s has audio, but not voice = yes: no call is answered",
                        part->where);
    if (modem->has_voice && !modem->receives)
        problem_warning(problems, part->line, "%s does not receive, so that its calls are not answered",
                        part->where);
    if (!modem->sends && !modem->receives)
        problem_warning(problems, part->line, "%s neither sends nor receives", part->where);
    if (modem->sends)
        check_limits(problems, part);
}

/* Each entry must be well formed, and each of our texts must have one. */
static void check_templates(struct problems *problems, const struct config_part *part)
{
    const struct provider_config *provider = part->values;
    void *mem = talloc_new(NULL);
    const char *error;

    for (size_t i = 0; i < provider->n_templates; i++)
        if (!mapping_parse(mem, provider->templates[i], &error))
            problem_error(problems, part->line, "templates \"%s\" of %s %s", provider->templates[i],
                          part->where, error);
    for (const char **name = mapping_names(mem); name && *name; name++)
        if (!mapping_find(mem, provider, *name))
            problem_error(problems, part->line,
                          "%s sends only approved templates, and templates has none for %s", part->where,
                          *name);
    talloc_free(mem);
}

/* Names what its kind cannot send without. */
static void check_sending(struct problems *problems, const struct config_part *part,
                          const struct provider_kind *kind)
{
    const char *needs = kind->needs ? kind->needs : "";

    if (!kind->build)
        problem_error(problems, part->line, "%s: this kind cannot send; set send = no", part->where);
    for (; *needs; needs += strspn(needs, " ")) {
        size_t length = strcspn(needs, " ");
        char option[32];

        snprintf(option, sizeof option, "%.*s", (int)length, needs);
        if (!config_written(part, option))
            problem_error(problems, part->line, "%s cannot send without %s; set it, or send = no",
                          part->where, option);
        needs += length;
    }
    if (kind->is_templated)
        check_templates(problems, part);
    check_limits(problems, part);
}

/* NIST SP 800-107 5.3.4 asks for 112 bits at least; a shorter key can be found by trying. */
enum { SIGNING_LEAST = 16 };

void config_check_signing_secret(struct problems *problems, const struct config_part *part,
                                 const char *secret)
{
    if (secret && strlen(secret) < SIGNING_LEAST)
        problem_error(problems, part->line, "the secret of %s that signs must have at least %d octets",
                      part->where, SIGNING_LEAST);
}

/* A webhook that neither shows a key nor is signed would accept texts from anybody. */
void config_check_provider(struct problems *problems, const struct config_part *part)
{
    const struct provider_config *provider = part->values;
    const struct provider_kind *kind = provider_kind_find(provider->kind);
    const char *key = config_written(part, "hook_key");
    bool has_secret = config_written(part, "secret") || config_written(part, "hook_secret"),
         is_generic = strcmp(provider->kind, "generic") == 0;

    if (key && strncmp(key, "env:", 4) != 0 && strncmp(key, "file:", 5) != 0 &&
        strncmp(key, "credential:", 11) != 0)
        problem_warning(
            problems, part->line,
            "the hook_key of %s is readable in this file; use env:NAME, file:PATH or credential:NAME",
            part->where);
    if (provider->receives && !key && !has_secret)
        problem_error(problems, part->line,
                      "%s would accept texts from anybody: it has neither hook_key nor secret", part->where);
    else if (provider->receives && !key && !is_generic && !kind->is_signed && !config_written(part, "poll"))
        problem_error(
            problems, part->line,
            "%s does not sign its webhooks: set hook_key, or poll if it can be polled, or receive = no",
            part->where);
    if (provider->sends && (config_written(part, "url") || !is_generic))
        check_sending(problems, part, kind);
    if (provider->signature_header && !has_secret)
        problem_error(problems, part->line, "%s has a signature_header and no secret to check it with",
                      part->where);
    if (provider->receives && provider_is_signed(provider))
        config_check_signing_secret(problems, part,
                                    provider->hook_secret ? provider->hook_secret : provider->secret);
}
