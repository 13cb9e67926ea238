import { manualSnapshotName } from '../../core/names.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { CheckedCandidateRequest } from '../instance/candidate-request.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { withWritersStopped } from './with-writers-stopped.js';

/** Two instances that exchange their names, whichever way. */
export interface Renames {
  /** The production name, and the database that is asked for under it. */
  readonly instance: string;
  readonly database: string;
  /** Who has that name; `undefined`: nobody. */
  readonly production: DatabaseInstance | undefined;
  /** What it is called afterwards. */
  readonly archive: string;
  /** Who gets that name. `queueable`: its resource id, where modifications may be queued on it that a rename would apply (facts C3). */
  readonly candidate: { readonly identifier: string; readonly called: string; readonly queueable?: string | undefined };
  readonly acknowledged: Pick<CheckedCandidateRequest['acknowledged'], 'writers' | 'pendingChanges'>;
  readonly backupRetentionDays: number;
}

/** Exchanges the names, with nobody writing meanwhile, and sees to it that it is the right server that answers (facts C6). */
export function promotionSteps(renames: Renames, now: Date): readonly RestoreStep[] {
  const { instance, database, production, archive, candidate, acknowledged, backupRetentionDays } = renames;
  const away: RestoreStep[] =
    production === undefined
      ? []
      : [
          {
            id: 'rename-away',
            kind: 'rename-away',
            title: `Rename ${instance} to ${archive}`,
            preconditions: [
              { kind: 'instance-is', resourceId: production.resourceId, identifier: instance },
              { kind: 'identifier-free', identifier: archive },
              // With the queued changes acknowledged, nobody has to look at them again.
              ...(acknowledged.pendingChanges
                ? []
                : [{ kind: 'nothing-pending', resourceId: production.resourceId } as const]),
              { kind: 'replicas-are', resourceId: production.resourceId, replicas: [...production.replicas].sort() },
            ],
            resourceId: production.resourceId,
            from: instance,
            to: archive,
          },
        ];
  return [
    ...withWritersStopped(acknowledged.writers, [
      ...away,
      {
        id: 'rename-into-place',
        kind: 'rename-into-place',
        title: `Rename ${candidate.identifier} to ${instance}`,
        preconditions: [
          { kind: 'identifier-free', identifier: instance },
          ...(candidate.queueable === undefined || acknowledged.pendingChanges
            ? []
            : [{ kind: 'nothing-pending', resourceId: candidate.queueable } as const]),
        ],
        from: candidate.identifier,
        to: instance,
      },
      {
        id: 'verify-promotion',
        kind: 'verify-promotion',
        title: `Connect to ${instance} and make sure that ${candidate.called} answers`,
        preconditions: [],
        identifier: instance,
        database,
        address: production?.endpoint?.address,
      },
    ]),
    {
      id: 'protect',
      kind: 'protect',
      title: `See to it that ${instance} is backed up; keep ${production === undefined ? 'nothing else' : archive}`,
      preconditions: [],
      identifier: instance,
      snapshot: manualSnapshotName(instance, now, 'promoted'),
      backupRetentionDays,
    },
  ];
}
