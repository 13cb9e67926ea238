import {
  abortOnSignals,
  type DrillReport,
  IntegrityChecker,
  type System,
  sweepDrills,
  zephyrExpectation,
} from '@zephyr/backup';

/** The monthly test of the backups: run it from a scheduler with the month as its name, as often as it takes. */
export async function drillMonthly(zephyr: System, month: string): Promise<DrillReport> {
  using signals = abortOnSignals();
  await sweepDrills(zephyr);
  const report = await new IntegrityChecker(zephyr).drill(
    {
      runId: month,
      source: 'newest-unverified',
      quarantine: { vpcSecurityGroups: ['sg-0123456789abcdef0'] },
      expectation: ({ dataTime }) => zephyrExpectation({ restoreTime: dataTime, writeInterval: '1d' }),
      owner: 'platform team',
    },
    { signal: signals.signal },
  );
  console.log(`${report.verdict}: ${report.reasons.join('; ') || report.backup.id}`);
  return report;
}
