import type { DrillEvidence, DrilledKind } from './drill-evidence.js';

/** What kind of drill it was. `regional-`: of what another region has, restored there, which takes as long as it takes there. */
export type DrillKind = DrilledKind | 'regional-copy' | 'regional-point-in-time';

/** The kind of a drill, from its evidence. Only drills of one kind can be compared by how long they took. */
export function drillKind({ backup, target, system }: Pick<DrillEvidence, 'backup' | 'target' | 'system'>): DrillKind {
  if (target.region === system.region) return backup.kind;
  if (backup.kind === 'database-snapshot') return 'regional-copy';
  return backup.kind === 'point-in-time' ? 'regional-point-in-time' : backup.kind;
}
