import { IntegrityChecker, type System } from '@zephyr/backup';

/** How far is the newest dump proven? 4: restored into a scratch database, and every table has the content that was dumped. */
export async function proveLatestDump(zephyr: System): Promise<number | undefined> {
  const report = await new IntegrityChecker(zephyr).checkDump({
    dump: 'latest',
    level: 4,
    scratch: { database: 'dump_check' },
  });
  for (const { level, verdict, proves } of report.levels) console.log(`level ${level}: ${verdict}: ${proves}`);
  return report.proven;
}
