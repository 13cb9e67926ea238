import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { manifestKeyOf } from '../../src/backup/dump-manifest.js';
import { readEvidence } from '../../src/evidence/read-evidence.js';
import { readVerifications } from '../../src/evidence/read-verifications.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

let zephyr: ZephyrRegion;
let checker: IntegrityChecker;

beforeAll(async () => {
  zephyr = await startZephyr(5_000);
  checker = new IntegrityChecker(zephyr.system);
}, 60_000);
afterAll(() => zephyr?.close());

const scratch = { database: 'dump_check' };
const left = async (): Promise<number> => {
  const session = await zephyr.connect('postgres');
  const rows = await session.query(`SELECT FROM pg_database WHERE datname = 'dump_check'`);
  await session.close();
  return rows.length;
};

describe('a dump in S3, as createDump made it', () => {
  it('is proven to level 4 on the system’s own instance, and nothing is left', async () => {
    const dump = await new BackupClient(zephyr.system).createDump();
    const report = await checker.checkDump({ dump: 'latest', level: 4, scratch });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', proven: 4, dump: dump.manifest.key });
    expect(await left()).toBe(0);
    const verified = (await readVerifications(zephyr.system)).of({ ...dump, resourceId: dump.source.resourceId });
    expect(verified).toMatchObject({ how: 'dump-check', at: new Date(report.finishedAt.replace(/\.\d+/, '.000')) });
    const evidence = await readEvidence(zephyr.system, verified?.evidence ?? '');
    expect(evidence).toMatchObject({ subject: dump.id, verdict: 'passed', body: { report: { proven: 4 } } });
  });

  it('of several archives is proven by all of them, and caught by one', async () => {
    const { manifest } = await new BackupClient(zephyr.system).createDump({ parallel: { workers: 2 } });
    expect(manifest.archives.length).toBeGreaterThan(1);
    const report = await checker.checkDump({ dump: manifest.key, level: 4, scratch });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report.proven).toBe(4);
    expect(report.checks.filter(({ check }) => check === 'dump-decode')).toHaveLength(manifest.archives.length);
    expect(await left()).toBe(0);

    const parts = [1, 2].map((n) => checker.checkDump({ dump: manifest.key, subset: { n, of: 2 } }));
    const [first, second] = await Promise.all(parts);
    expect([first, second]).toMatchObject([1, 2].map(() => ({ verdict: 'passed', proven: undefined })));
    const read = [...(first?.coverage?.read ?? []), ...(second?.coverage?.read ?? [])];
    expect(read.sort()).toEqual(manifest.archives.map(({ key }) => key).sort());
    expect(second?.coverage?.notRead.length).toBeGreaterThan(0);

    const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    const rewrite = async (archives: typeof manifest.archives): Promise<void> => {
      await store.put(manifestKeyOf(manifest.key), JSON.stringify({ ...manifest, archives }));
    };
    await rewrite(
      manifest.archives.map((archive) =>
        archive.tables === undefined ? archive : { ...archive, tables: [...archive.tables, 'public.lost'] },
      ),
    );
    const misplaced = await checker.checkDump({ dump: manifest.key, level: 1 });
    expect(misplaced).toMatchObject({ verdict: 'failed', proven: 0 });
    expect(misplaced.checks.at(-1)?.summary).toMatch(/no data of 1 tables in the archive .*: public\.lost in .*data-1/);
    await rewrite(manifest.archives);
    await store.delete({ key: manifest.archives.at(-1)?.key ?? '' });
    const gone = await checker.checkDump({ dump: manifest.key });
    expect(gone.checks.filter(({ verdict }) => verdict === 'failed')).toMatchObject([
      { check: 'dump-object', summary: expect.stringMatching(/is not in/) },
    ]);
    expect(gone.proven).toBeUndefined();
  });
});

describe('a part of a dump', () => {
  it('is restored with the definitions of everything and the rows of its tables, which are compared', async () => {
    await zephyr.sql(
      `CREATE TABLE large (id serial PRIMARY KEY, poll_id bigint REFERENCES polls, line text);
       INSERT INTO large (poll_id, line) SELECT (SELECT min(id) FROM polls), repeat(md5(g::text), 12) FROM generate_series(1, 20000) g; ANALYZE`,
    );
    const { manifest } = await new BackupClient(zephyr.system).createDump({ parallel: { workers: 2 } });
    const [schema, ...data] = manifest.archives;
    expect([schema?.content, data.length]).toEqual(['schema', 2]);
    const compared: number[] = [];
    for (const n of [1, 2]) {
      const subset = { n, of: 31 };
      const part = await checker.checkDump({ dump: manifest.key, level: 4, scratch, subset });
      expect(part.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
      expect(part).toMatchObject({
        verdict: 'passed',
        proven: undefined,
        coverage: { read: [schema?.key, data[n - 1]?.key] },
      });
      compared.push(Number(part.checks.find(({ check }) => check === 'fingerprint')?.evidence.tables));
      const sound = await checker.checkDump({ dump: manifest.key, level: 3, scratch, subset });
      expect(sound).toMatchObject({ verdict: 'passed', proven: undefined });
    }
    expect(compared).toEqual(data.map(({ tables = [] }) => tables.length));
    expect(await left()).toBe(0);
    expect(
      (await readVerifications(zephyr.system)).of({
        kind: 'dump',
        id: manifest.key,
        region: manifest.source.region,
        createdAt: new Date(manifest.createdAt),
        resourceId: manifest.source.resourceId,
      }),
    ).toBeUndefined();
  });
});

describe('a structure', () => {
  it('is taken of the system’s own database and held against another', async () => {
    const structure = await checker.structure();
    const report = await checker.checkDatabase({ expectation: { structure } });
    expect(report.verdict).toBe('passed');
    await zephyr.sql('CREATE DATABASE zephyr_copy', 'postgres');
    const other = await checker.checkDatabase({ database: 'zephyr_copy', expectation: { structure } });
    expect(other.verdict).toBe('failed');
    await expect(checker.structure({}, { deadline: new Date(0) })).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });
});
