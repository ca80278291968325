/* declare.h -- turns MODULE_DEF into types and prototypes. Included last by <module>.h. */

/* Types: the states of a machine, the options of a choice, the struct of a command or item. */
#define MACHINE(set)                                 enum set {
#define STATE(set, name, number, next, zh, en)       set##_##name = number,
#define END_MACHINE(set)                             };
#define CHOICE(set)                                  enum set {
#define OPTION(set, name, number, zh, en)            set##_##name = number,
#define END_CHOICE(set)                              };
#define COMMAND(cmd, is_fact, roles, zh, en)         struct cmd {
#define ITEM(item)                                   struct item {
#define FIELD(cmd, ctype, name, kind, need, lo, hi, class, zh, en) ctype name;
#define CHOICE_FIELD(cmd, set, name, need, class, zh, en)          enum set name;
#define LIST(cmd, item_, name, need, max, zh, en)    const struct item_ *name; size_t name##_count;
#define END_COMMAND(cmd)                             };
#define END_ITEM(item)                               };
#include "ledger/pass.h"

/* What the module and others may use of it. */
#ifdef __wasm__
#define RULE(type, name, ...) __attribute__((export_name(#name))) type name(__VA_ARGS__);
#else
#define RULE(type, name, ...) type name(__VA_ARGS__);
#endif
#define MACHINE(set) \
	extern const struct machine set##_machine; \
	extern const struct choice  set##_choice;
#define STATE(set, name, number, next, zh, en)
#define END_MACHINE(set)
#define CHOICE(set) extern const struct choice set##_choice;
#define OPTION(set, name, number, zh, en)
#define END_CHOICE(set)
#define ITEM(i) extern const struct item i##_item;
#define COMMAND(cmd, is_fact, roles, zh, en) \
	int cmd##_apply(struct tx *tx, struct call *call, const struct cmd *in);
#define VIEW(v, roles, zh, en)     extern const struct view v##_view;
#define FLAG(name, zh, en)         extern const struct flag FLAG_##name;
#include "ledger/pass.h"

#define FAULT(name, http, zh, en) FAULT_##name,
enum { CAT(FAULT_BASE_, MODULE) = CAT(MODULE_, MODULE) * 100,
#include "ledger/pass.h"
};
extern const struct module CAT(MODULE, _module);
#undef MODULE
#undef MODULE_DEF
