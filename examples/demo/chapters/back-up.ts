import { BackupClient, type CheckResult, formatMilliseconds } from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';
import { check } from '../report.js';

const request = { reason: 'pre-deployment', deploymentVersion: 'v2.0.0' };

/** What a deploy script does before it deploys: a tagged snapshot, and a look at how far recovery could reach. */
export async function takeSnapshot(
  { system }: Production,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  narrator.heading('Before the deployment: back up');
  const backups = new BackupClient(system);
  const snapshot = await backups.createDatabaseSnapshot(request, { signal, onProgress: narrator.onProgress });
  narrator.line(`snapshot ${snapshot.id} is ${snapshot.status}, tagged ${JSON.stringify(snapshot.tags)}`);
  const window = await backups.restoreWindow({ signal });
  narrator.line(
    `restore window ${window.earliest?.toISOString()} to ${window.latest.toISOString()}, ` +
      `${formatMilliseconds(window.lagMilliseconds)} behind now`,
  );
  const tagged = snapshot.tags.DeploymentVersion === request.deploymentVersion;
  return [check('snapshot taken', snapshot.status === 'available' && tagged, snapshot.id)];
}

/** A portable copy beside it: a dump in S3 with its manifest. */
export async function takeDump(
  { system }: Production,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly checks: readonly CheckResult[] }> {
  const dump = await new BackupClient(system).createDump(request, { signal, onProgress: narrator.onProgress });
  const rows = dump.manifest.fingerprint?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  narrator.line(`dump ${dump.location}: ${(dump.manifest.sizeBytes / 1e6).toFixed(1)} MB, ${rows} rows fingerprinted`);
  return { id: dump.id, checks: [check('dump with manifest', dump.status === 'available' && rows > 200_000, dump.id)] };
}
