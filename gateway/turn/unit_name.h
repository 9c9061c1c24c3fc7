/*
 * The names of units as people say them.
 */
#ifndef GATEWAY_TURN_UNIT_NAME_H
#define GATEWAY_TURN_UNIT_NAME_H

/*
 * The place a committee is named after, for the national table of units names committees and people name
 * villages: 聚粮村 for 聚粮村委会, 高村 for 高村村民委员会, 西街社区 for 西街社区居民委员会. Any other name
 * is returned itself. From mem, or name.
 */
const char *unit_name_short(void *mem, const char *name);

#endif
