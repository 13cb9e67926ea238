import type { KeepReason, RetentionWarning } from './retention-decision.js';
import type { SourceTally } from './source-tally.js';
import type { Standing } from './standing.js';

const millisecondsOfDay = 86_400_000;

/** Counts a backup towards what there is to warn of. */
export function countForWarnings({ source, origin, status }: Standing, kept: readonly KeepReason[], age: number): void {
  if (status === 'available' && age >= 0) source.available = true;
  if (origin !== 'manual') return;
  if (kept.length === 0) {
    source.expiring += 1;
    if (source.kind === 'dump' && age < 30 * millisecondsOfDay) source.billedOn += 1;
    return;
  }
  const endless = kept.some(({ kind }) => kind === 'forever' || kind === 'untagged' || kind === 'no-rule');
  source.kept += 1;
  if (endless && age <= 90 * millisecondsOfDay) source.addedLately += 1;
}

/** What a decision leaves that somebody should look at. */
export function retentionWarnings(
  sources: readonly SourceTally[],
  run: { readonly refused: boolean; readonly snapshotQuota: number },
): readonly RetentionWarning[] {
  const withoutGood = sources
    .filter(({ available }) => !available)
    .map(({ kind, instance }): RetentionWarning => ({ kind: 'no-good-backup', of: kind, source: instance }));
  const billed = run.refused ? 0 : sum(sources, ({ billedOn }) => billedOn);
  return [
    ...quotaWarnings(sources, run),
    ...withoutGood,
    ...(billed === 0 ? [] : [{ kind: 'billed-beyond-expiry', count: billed } as const]),
  ];
}

/** Manual snapshots are few and never expire by themselves: kept "indefinitely" they end in failing deployments (facts A12). */
function quotaWarnings(
  sources: readonly SourceTally[],
  { refused, snapshotQuota: max }: { readonly refused: boolean; readonly snapshotQuota: number },
): readonly RetentionWarning[] {
  const snapshots = sources.filter(({ kind }) => kind === 'database-snapshot');
  return [...new Set(snapshots.map(({ region }) => region))].flatMap((region): readonly RetentionWarning[] => {
    const here = snapshots.filter((source) => source.region === region);
    const used = sum(here, ({ kept, expiring }) => kept + (refused ? expiring : 0));
    const added = sum(here, ({ addedLately }) => addedLately);
    const runwayDays = added === 0 ? undefined : Math.floor((Math.max(0, max - used) / added) * 90);
    const near = used >= max * 0.8 || (runwayDays !== undefined && runwayDays < 90);
    return near ? [{ kind: 'snapshot-quota', region, used, max, addedIn90Days: added, runwayDays }] : [];
  });
}

function sum(sources: readonly SourceTally[], of: (source: SourceTally) => number): number {
  return sources.reduce((total, source) => total + of(source), 0);
}
