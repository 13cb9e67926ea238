/** What is wrong, as whoever was woken by it says it. */
export type Symptom = 'backup-missing' | 'restore-stuck' | 'logs-behind' | 'unreachable';

/** Every symptom. */
export const symptoms: readonly Symptom[] = ['backup-missing', 'restore-stuck', 'logs-behind', 'unreachable'];

/** `certain`: seen in the state of AWS. `likely`: it fits in time. `possible`: nothing speaks against it. */
export type Likelihood = 'certain' | 'likely' | 'possible';

/** A cause. Stable: runbooks may link to it. */
export type CauseCode =
  // Of a missing backup.
  | 'not-missing'
  | 'backups-off'
  | 'backup-running'
  | 'instance-not-available'
  | 'storage-full'
  | 'interrupted'
  | 'new-instance'
  | 'renamed'
  | 'window-moved'
  | 'window-overlap'
  | 'manual-snapshot-in-window'
  | 'copy-in-window'
  | 'busy'
  | 'unseen'
  // Of a restore that does not come to an end.
  | 'no-such-instance'
  | 'finished'
  | 'failed'
  | 'still-creating'
  | 'slow'
  | 'finishing'
  | 'group-not-applied'
  | 'cannot-connect'
  // Of logs that do not arrive, besides those of a missing backup.
  | 'not-behind'
  | 'read-replica'
  | 'shipping-failed'
  // Of a database that nobody reaches, besides those of a missing backup and of a restore.
  | 'failing-over'
  | 'failed-over'
  | 'failover-given-up'
  | 'restarting'
  | 'restarted'
  | 'answers'
  | 'refuses'
  | 'no-standby';

/** Why it may be so, on what that rests, and what to do about it. */
export interface LikelyCause {
  readonly code: CauseCode;
  readonly likelihood: Likelihood;
  readonly title: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly fix: string;
}

/** A widespread explanation that is none. */
export interface RuledOut {
  readonly belief: string;
  readonly because: string;
}

/** What was found. JSON as it stands: instants are ISO texts. */
export interface Diagnosis {
  readonly symptom: Symptom;
  readonly instance: string;
  readonly region: string;
  readonly at: string;
  /** The most likely first; never empty. */
  readonly causes: readonly LikelyCause[];
  readonly ruledOut: readonly RuledOut[];
  /** What RDS reported, the oldest first, at most 50 of the newest. */
  readonly events: readonly { readonly at: string; readonly source: string; readonly message: string }[];
  /** What could not be looked at: the causes may be incomplete. */
  readonly unknown: readonly string[];
}

/** The most likely first; of equal likelihood in the order in which they were considered. */
export function byLikelihood(causes: readonly LikelyCause[]): readonly LikelyCause[] {
  const of = (wanted: Likelihood): readonly LikelyCause[] => causes.filter(({ likelihood }) => likelihood === wanted);
  return [...of('certain'), ...of('likely'), ...of('possible')];
}
