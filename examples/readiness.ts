import { assessReadiness, readinessExitCode, renderReadiness, type System } from '@zephyr/backup';

/** A plugin for Nagios and its kin: 0 when recovery would work within its objectives, 1 with a warning, 2 when it would not. */
export async function reportReadiness(zephyr: System): Promise<number> {
  const report = await assessReadiness(zephyr);
  console.log(renderReadiness(report));
  return readinessExitCode(report);
}

/** The same for a system with a replica and with backups in a second region. */
export async function reportWholeReadiness(zephyr: System): Promise<string> {
  const expected = { dumpEvery: '7d', cacheSnapshotEvery: '7h', replicas: 1, backupRegions: ['us-west-2'] } as const;
  const report = await assessReadiness(zephyr, { expected });
  return renderReadiness(report, 'markdown');
}
