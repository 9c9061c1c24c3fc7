/*
 * QR codes as pictures.
 */
#ifndef GATEWAY_REPORT_QR_H
#define GATEWAY_REPORT_QR_H

/* A QR code of a text as SVG, without any style or script, from mem. NULL: the text is too long. */
const char *qr_picture(void *mem, const char *text);

#endif
