/* pass.h -- reads MODULE_DEF once; words that the pass has not defined say nothing in it. */
#ifndef MACHINE
#define MACHINE(set)
#define STATE(set, name, number, next, zh, en)
#define END_MACHINE(set)
#endif
#ifndef CHOICE
#define CHOICE(set)
#define OPTION(set, name, number, zh, en)
#define END_CHOICE(set)
#endif
#ifndef COMMAND
#define COMMAND(cmd, is_fact, roles, zh, en)
#endif
#ifndef ITEM
#define ITEM(item)
#endif
#ifndef FIELD
#define FIELD(cmd, ctype, name, kind, need, lo, hi, class, zh, en)
#define CHOICE_FIELD(cmd, set, name, need, class, zh, en)
#define LIST(cmd, item_, name, need, max, zh, en)
#endif
#ifndef END_COMMAND
#define END_COMMAND(cmd)
#endif
#ifndef END_ITEM
#define END_ITEM(item)
#endif
#ifndef VIEW
#define VIEW(v, roles, zh, en)
#endif
#ifndef PARAM
#define PARAM(v, ctype, name, kind, need)
#define CHOICE_PARAM(v, set, name, need)
#endif
#ifndef COLUMN
#define COLUMN(v, ctype, name, kind, class, zh, en)
#define CHOICE_COLUMN(v, set, name, class, zh, en)
#define COUNT(v, name, opens, zh, en)
#endif
#ifndef END_VIEW
#define END_VIEW(v)
#endif
#ifndef RULE
#define RULE(type, name, ...)
#endif
#ifndef FAULT
#define FAULT(name, http, zh, en)
#endif
#ifndef FLAG
#define FLAG(name, zh, en)
#endif
#ifndef SHEET
#define SHEET(name, reads, writes, zh, en)
#endif
#define FACT(cmd, roles, zh, en)     COMMAND(cmd, true, roles, zh, en)
#define DECISION(cmd, roles, zh, en) COMMAND(cmd, false, roles, zh, en)
#define ORDER(v, order)           /* read by tools/sqlgen */
#include MODULE_DEF
#undef MACHINE
#undef STATE
#undef END_MACHINE
#undef CHOICE
#undef OPTION
#undef END_CHOICE
#undef COMMAND
#undef ITEM
#undef FACT
#undef DECISION
#undef FIELD
#undef CHOICE_FIELD
#undef LIST
#undef END_COMMAND
#undef END_ITEM
#undef VIEW
#undef PARAM
#undef CHOICE_PARAM
#undef COLUMN
#undef CHOICE_COLUMN
#undef COUNT
#undef ORDER
#undef END_VIEW
#undef RULE
#undef FAULT
#undef FLAG
#undef SHEET
