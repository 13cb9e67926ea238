import type { Backup } from '../core/backups.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import type { Fate } from './retention-outcome.js';

/** What carrying out one decision works with. */
export interface ExpiryWork {
  readonly system: System;
  /** The instant of the decision: what was written later was not decided upon. */
  readonly decidedFor: Date;
  readonly call: PortCall;
  /** Told that a backup is about to go, and then what became of it. */
  readonly settle: (backup: Backup, fate: Fate) => void;
}
