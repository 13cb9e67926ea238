import { IntegrityChecker, type System, type Verdict } from '@zephyr/backup';

/** Is this database sound, and is its newest vote no older than five minutes? */
export async function checkZephyr(zephyr: System, instance: string, now: Date): Promise<Verdict> {
  const report = await new IntegrityChecker(zephyr).checkDatabase({
    instance,
    expectation: {
      consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
      boundaries: [
        {
          table: 'public.votes',
          column: 'created_at',
          notAfter: now.toISOString(),
          notBefore: new Date(now.getTime() - 300_000).toISOString(),
        },
      ],
    },
  });
  for (const { check, verdict, summary } of report.checks) console.log(`${verdict}: ${check}: ${summary}`);
  return report.verdict;
}
