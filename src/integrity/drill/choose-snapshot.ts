import type { DatabaseSnapshot } from '../../core/backups.js';
import { BackupError } from '../../core/errors.js';

/** Which snapshot a drill is of, where the request leaves it to the drill. */
export type SnapshotChoice =
  | 'latest-automated-snapshot'
  | 'latest-snapshot'
  | 'newest-unverified'
  | { readonly id: string };

/**
 * Chooses among the snapshots of the instance, by the instant of their data: order is undocumented (facts A5), and what is still
 * being made or has failed cannot be restored.
 *
 * Errors: `snapshot-not-found`, `invalid-state` for one that was named and is not available.
 */
export function chooseSnapshot(snapshots: readonly DatabaseSnapshot[], choice: SnapshotChoice): DatabaseSnapshot {
  if (typeof choice === 'object') return named(snapshots, choice.id);
  const origins = choice === 'latest-automated-snapshot' ? ['automated'] : ['automated', 'manual', 'aws-backup'];
  const own = snapshots.filter(
    ({ status, origin, dataTime }) => origins.includes(origin) && status === 'available' && dataTime !== undefined,
  );
  const left = choice === 'newest-unverified' ? own.filter(({ verified }) => verified === undefined) : own;
  const [first, ...others] = left;
  if (first !== undefined) return others.reduce(newer, first);
  const proven = own.length > 0;
  const what = {
    'latest-automated-snapshot': 'automated',
    'latest-snapshot': 'available',
    'newest-unverified': 'unverified',
  };
  throw new BackupError({
    code: 'snapshot-not-found',
    message: `there is no ${what[choice]} snapshot to drill: ${
      proven ? `all ${own.length} of them are verified` : 'there is none that is available'
    }`,
    hint: proven
      ? 'Nothing is left to prove; drill one of them again by its id, or a point in time.'
      : 'Look at the instance: are automated backups on, and has the first one finished?',
    details: { choice, snapshots: snapshots.length },
  });
}

function named(snapshots: readonly DatabaseSnapshot[], id: string): DatabaseSnapshot {
  const wanted = id.toLowerCase();
  const found = snapshots.find((snapshot) => snapshot.id === wanted);
  if (found === undefined) {
    throw new BackupError({
      code: 'snapshot-not-found',
      message: `there is no snapshot ${wanted} of this instance`,
      hint: 'List the backups and name one of them.',
      details: { snapshot: wanted },
    });
  }
  if (found.status === 'available') return found;
  throw new BackupError({
    code: 'invalid-state',
    message: `the snapshot ${wanted} is ${found.statusText}`,
    hint: 'Wait until it is available, or drill another one.',
    retryable: found.status === 'in-progress',
    details: { snapshot: wanted, status: found.statusText },
  });
}

/** Of equal age the one whose name comes last, so that the choice does not depend on the order of the list. */
function newer(one: DatabaseSnapshot, other: DatabaseSnapshot): DatabaseSnapshot {
  const [a, b] = [Number(one.dataTime), Number(other.dataTime)];
  if (a === b) return one.id > other.id ? one : other;
  return a > b ? one : other;
}
