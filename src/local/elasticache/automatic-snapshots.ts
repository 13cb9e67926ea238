import { nextDailyWindow } from '../control-plane/daily-window.js';
import type { Subject } from '../control-plane/timeline.js';
import { automaticSnapshotName } from './cache-names.js';
import type { CacheNode, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { removeSnapshot } from './snapshot-lifecycle.js';
import { isSnapshotOf } from './snapshot-lookup.js';
import { beginSnapshot } from './snapshots.js';
import { inClusterMode, primariesOf, unitName, unitStatus } from './units.js';

const day = 86_400_000;

/** Takes a snapshot once a day, at an instant of its own within the window; a unit that is busy then is left out (facts F7). */
export function scheduleSnapshots(state: ElastiCacheState, unit: CacheUnit): void {
  const subject: Subject = { key: scheduleKey(unit), isAppointment: true, setStatus: () => {}, fail: () => {} };
  const plan = (): void => {
    const now = state.timeline.instant();
    const window = nextDailyWindow(unit.nodes[0]?.details.SnapshotWindow ?? '05:00-06:00', now);
    const at = window.start + Math.floor(state.settings.random() * window.milliseconds);
    state.timeline.run(subject, [{ milliseconds: at - now.getTime(), done: take }]);
  };
  const take = (at: Date): void => {
    if (retentionOf(unit) === 0 || state.units.get(unit.key) === undefined) return;
    if (unitStatus(unit) === 'available' && state.timeline.isIdle(unit.key)) {
      const nodes = snapshotNodes(unit);
      const name = automaticSnapshotName(inClusterMode(unit) ? unitName(unit) : (nodes[0]?.id ?? ''), at);
      beginSnapshot(state, unit, { name, source: 'automated', nodes, tags: [] });
    }
    dropOld(state, unit, at);
    plan();
  };
  state.timeline.cancel(subject.key);
  if (state.settings.automaticSnapshots && retentionOf(unit) > 0) plan();
}

/** Ends the schedule of a unit that goes away; its automatic snapshots go with it. */
export function endSnapshots(state: ElastiCacheState, unit: CacheUnit): void {
  state.timeline.cancel(scheduleKey(unit));
  dropOld(state, unit, undefined);
}

function dropOld(state: ElastiCacheState, unit: CacheUnit, now: Date | undefined): void {
  for (const snapshot of state.snapshots.sorted()) {
    const { SnapshotSource: source, NodeSnapshots: parts } = snapshot.details;
    if (source !== 'automated' || !isSnapshotOf(snapshot, unit)) continue;
    const time = parts?.[0]?.SnapshotCreateTime?.getTime();
    if (now === undefined || (time !== undefined && now.getTime() - time > retentionOf(unit) * day)) {
      removeSnapshot(state, snapshot);
    }
  }
}

function snapshotNodes(unit: CacheUnit): readonly CacheNode[] {
  if (inClusterMode(unit)) return primariesOf(unit);
  const chosen = unit.nodes.find(({ id }) => id === unit.group?.SnapshottingClusterId) ?? unit.nodes[0];
  return chosen === undefined ? [] : [chosen];
}

function retentionOf(unit: CacheUnit): number {
  return unit.nodes[0]?.details.SnapshotRetentionLimit ?? 0;
}

function scheduleKey(unit: CacheUnit): string {
  return `schedule/${unit.key}`;
}
