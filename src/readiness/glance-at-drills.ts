import { isBackupError } from '../core/errors.js';
import type { EvidenceEntry } from '../evidence/evidence-key.js';
import type { EvidenceRecord } from '../evidence/evidence-record.js';
import { listEvidence } from '../evidence/list-evidence.js';
import { readEvidence } from '../evidence/read-evidence.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import type { DrillsGlance } from './readiness-facts.js';

/** A drill of more than a year ago says nothing about today. */
const lookBackMilliseconds = 400 * 86_400_000;

/** Evidence read at most: enough to find one that passed among some that did not, and an end to the reading. */
const mostRead = 10;

/** The last drill of the database that passed, by the evidence in the archive. Errors: those of the store. */
export async function glanceAtDrills(system: System, now: Date, call: PortCall): Promise<DrillsGlance> {
  const since = new Date(now.getTime() - lookBackMilliseconds);
  const newest: EvidenceEntry[] = [];
  for await (const entry of listEvidence(system, { kind: 'drill', since }, call)) {
    newest.unshift(entry);
    if (newest.length > mostRead) newest.pop();
  }
  let failed: DrillsGlance['failed'];
  const unreadable: string[] = [];
  for (const { key } of newest) {
    const record = await readEvidence(system, key, call).catch((error: unknown) => {
      // Evidence that was tampered with proves nothing, but does not keep others from being looked at.
      if (!isBackupError(error, 'evidence-invalid') && !isBackupError(error, 'version-mismatch')) throw error;
      unreadable.push(key);
      return undefined;
    });
    if (record === undefined || !isOfDatabase(record)) continue;
    const { at, verdict } = record;
    if (verdict === 'passed') {
      return {
        passed: { at, recoveryTimeMilliseconds: recoveryTimeOf(record), evidence: key },
        failed,
        unreadable,
      };
    }
    failed ??= { at, verdict, evidence: key };
  }
  return { failed, unreadable };
}

/** A dump or a cache that was restored says nothing about how the database would be. */
function isOfDatabase({ body }: EvidenceRecord): boolean {
  const kind = partOf(body.backup).kind;
  return kind !== 'dump' && kind !== 'cache-snapshot';
}

function recoveryTimeOf({ body }: EvidenceRecord): number | undefined {
  const { measuredMilliseconds } = partOf(body.recoveryTime);
  return typeof measuredMilliseconds === 'number' ? measuredMilliseconds : undefined;
}

function partOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
