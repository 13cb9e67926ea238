import { type CheckReport, IntegrityChecker, type System } from '@zephyr/backup';

/**
 * Does a candidate hold what production holds, of all that was there at the instant it was restored to? Rows that production has
 * changed or deleted since differ, and that is what this tells before anything is promoted.
 */
export async function compareWithProduction(
  zephyr: System,
  candidate: string,
  restoreTime: string,
): Promise<CheckReport> {
  const report = await new IntegrityChecker(zephyr).checkDatabase({
    instance: candidate,
    expectation: {
      sameAs: {
        instance: zephyr.database.instance,
        slice: { column: 'created_at', notAfter: restoreTime },
        sample: { above: 10 * 1024 ** 3, rows: 1_000_000 },
      },
    },
  });
  for (const { verdict, summary } of report.checks) console.log(`${verdict}: ${summary}`);
  return report;
}
