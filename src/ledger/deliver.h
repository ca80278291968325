/* deliver.h -- messages from area to area: out of one ledger's outbox, into another as commands. */
#pragma once
#include "ledger/execute.h"

/*
 * Deliver what lies in the outboxes of this database's areas and has not arrived. A message is
 * command n of the stream "area A in area B", so one that is delivered again changes nothing.
 * Areas that have no ledger here are passed over. 0 or -errno; may run at any time.
 */
int ledger_deliver(struct ledger *ledger, time_ms now, size_t *ret_delivered);
