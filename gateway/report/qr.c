#include "gateway/report/qr.h"

#include <qrencode.h>
#include <talloc.h>

enum { QUIET_MODULES = 4 };

const char *qr_picture(void *mem, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    char *svg;

    if (!code)
        return NULL;
    svg = talloc_asprintf(
        mem,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
        "role=\"img\"><path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000\" d=\"",
        code->width + 2 * QUIET_MODULES, code->width + 2 * QUIET_MODULES,
        4 * (code->width + 2 * QUIET_MODULES), 4 * (code->width + 2 * QUIET_MODULES),
        code->width + 2 * QUIET_MODULES, code->width + 2 * QUIET_MODULES, code->width + 2 * QUIET_MODULES);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                svg = talloc_asprintf_append_buffer(svg, "M%d %dh1v1h-1z", x + QUIET_MODULES,
                                                    y + QUIET_MODULES);
    QRcode_free(code);
    return talloc_strdup_append(svg, "\"/></svg>");
}
