import { BackupClient, type CheckResult, formatMilliseconds } from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';

/** What a deploy script does before it deploys: a tagged snapshot, and a portable dump beside it. */
export async function backUp(
  { system }: Production,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<{ readonly dumpKey: string; readonly checks: readonly CheckResult[] }> {
  narrator.heading('Before the deployment: back up');
  const backups = new BackupClient(system);
  const options = { signal, onProgress: narrator.onProgress };
  const request = { reason: 'pre-deployment', deploymentVersion: 'v2.0.0' };

  const snapshot = await backups.createDatabaseSnapshot(request, options);
  narrator.line(`snapshot ${snapshot.id} is ${snapshot.status}, tagged ${JSON.stringify(snapshot.tags)}`);

  const dump = await backups.createDump(request, options);
  const rows = dump.manifest.fingerprint?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  narrator.line(`dump ${dump.location}: ${(dump.manifest.sizeBytes / 1e6).toFixed(1)} MB, ${rows} rows fingerprinted`);

  const window = await backups.restoreWindow({ signal });
  narrator.line(
    `restore window ${window.earliest?.toISOString()} to ${window.latest.toISOString()}, ` +
      `${formatMilliseconds(window.lagMilliseconds)} behind now`,
  );
  const check = (name: string, passed: boolean, summary: string): CheckResult => ({
    check: name,
    verdict: passed ? 'passed' : 'failed',
    summary,
    evidence: {},
  });
  return {
    dumpKey: dump.id,
    checks: [
      check(
        'snapshot taken',
        snapshot.status === 'available' && snapshot.tags.DeploymentVersion === 'v2.0.0',
        snapshot.id,
      ),
      check('dump with manifest', dump.status === 'available' && rows > 200_000, dump.id),
    ],
  };
}
