import { assessReadiness, readinessExitCode, renderReadiness, type System } from '@zephyr/backup';

/** A plugin for Nagios and its kin: 0 when recovery would work within its objectives, 1 with a warning, 2 when it would not. */
export async function reportReadiness(zephyr: System): Promise<number> {
  const report = await assessReadiness(zephyr);
  console.log(renderReadiness(report));
  return readinessExitCode(report);
}
