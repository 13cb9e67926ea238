import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckReport,
  type DrillEvidence,
  type DrillHistory,
  renderCheckReport,
  renderDrillReport,
} from '@zephyr/backup';

/** A page for people, with the course over the months, and a file that turns the build red where the drill has not passed. */
export async function reportDrill(drill: DrillEvidence, history: DrillHistory, directory: string): Promise<void> {
  const page = renderDrillReport(drill, { format: 'html', history });
  await writeFile(join(directory, 'drill.html'), page);
  await writeFile(join(directory, 'drill.xml'), renderDrillReport(drill, { format: 'junit' }));
}

/** The same of a check. */
export async function reportCheck(report: CheckReport, subject: string, directory: string): Promise<void> {
  await writeFile(join(directory, 'check.html'), renderCheckReport(report, { format: 'html', subject }));
  await writeFile(join(directory, 'check.xml'), renderCheckReport(report, { format: 'junit', subject }));
}
