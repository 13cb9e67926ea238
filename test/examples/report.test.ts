import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportCheck, reportDrill } from '../../examples/report.js';
import { drillStatistics } from '../../src/integrity/drill/drill-statistics.js';
import { partialDrill, passedDrill } from '../integrity/drill/drill-evidences.js';

it('writes the reports of a drill and of a check', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zephyr-report-'));
  try {
    const drills = [{ ...passedDrill, key: 'evidence/drill/a.json' }];
    await reportDrill(partialDrill, { drills, byKind: { 'database-snapshot': drillStatistics(drills) } }, directory);
    const { checks, startedAt, finishedAt } = partialDrill;
    await reportCheck({ verdict: 'inconclusive', checks, startedAt, finishedAt }, 'zephyr-production-pitr', directory);
    expect((await readdir(directory)).sort()).toEqual(['check.html', 'check.xml', 'drill.html', 'drill.xml']);
    expect(await readFile(join(directory, 'drill.html'), 'utf8')).toContain('Recovery time over 2 drills');
    expect(await readFile(join(directory, 'check.xml'), 'utf8')).toContain('errors="1"');
  } finally {
    await rm(directory, { recursive: true });
  }
});
