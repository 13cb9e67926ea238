import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/core/check-result.js';
import type { DumpCheckReport } from '../../src/integrity/dump-check-report.js';
import type { DumpCheckLevel } from '../../src/integrity/dump-check-request.js';
import { startTemporaryPostgres, type TemporaryPostgres } from '../checks/temporary-postgres.js';
import { zephyrDatabase } from '../checks/zephyr-database.sql.js';
import { cutAt, cuts, type DumpDamage, dumpDamages, flip } from './dump-damages.js';
import { type StoredDump, storeDump } from './stored-dump.js';

let server: TemporaryPostgres;
let plain: StoredDump;
let compressed: StoredDump;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  const database = await server.createDatabase();
  await server.sql(database, zephyrDatabase);
  plain = await storeDump(server, database, { compression: 'none' });
  compressed = await storeDump(server, database, { compression: 'gzip' });
});
afterAll(() => server?.stop());

const check = (dump: StoredDump, level: DumpCheckLevel): Promise<DumpCheckReport> => {
  const scratch = { database: 'scratch', endpoint: { address: '127.0.0.1', port: server.port } };
  return dump.checker.checkDump({ dump: dump.key, level, ...(level > 2 ? { scratch } : {}) });
};
const damageWith = (dump: StoredDump, { before, overwritten }: DumpDamage): StoredDump['damage'] => {
  if (before) return dump.damageBefore;
  return overwritten ? dump.overwrite : dump.damage;
};
const failedIn = ({ checks }: DumpCheckReport): readonly CheckResult[] =>
  checks.filter(({ verdict }) => verdict === 'failed');

describe('a damaged dump', () => {
  it.each(dumpDamages)('is caught at level $level: $name', async (damage) => {
    const dump = damage.compression === 'none' ? plain : compressed;
    const { archive, manifest } = damage;
    if (archive !== undefined) await damageWith(dump, damage)(archive(dump.archive));
    if (manifest !== undefined) await dump.rewriteManifest(manifest(dump.manifest));
    // What is below the level that claims it does not see it: that is what the levels are for.
    if (damage.level > 0) {
      const below = (damage.level - 1) as DumpCheckLevel;
      expect(await check(dump, below)).toMatchObject({ verdict: 'passed', proven: below });
    }
    const report = await check(dump, damage.level);
    expect(report).toMatchObject({ verdict: 'failed', proven: damage.level === 0 ? undefined : damage.level - 1 });
    const failed = failedIn(report).map((one) => `${one.check}: ${one.summary}`);
    expect(failed).toEqual([expect.stringMatching(new RegExp(`^${damage.caughtBy}: .*${damage.says.source}`))]);
    const left = await server.sql('postgres', `SELECT datname FROM pg_database WHERE datname = 'scratch'`);
    expect(left).toEqual([]);
    await dump.restore();
  });

  it.each(cuts)(
    'cut off at %f of its length is caught by its size, and before it was stored by level 1 or 2',
    async (part) => {
      for (const dump of [plain, compressed]) {
        const cut = cutAt(dump.archive, part);
        await dump.damage(cut);
        expect(failedIn(await check(dump, 0)).map((one) => one.check)).toEqual(['dump-object']);
        await dump.damageBefore(cut);
        const report = await check(dump, 2);
        expect(report.verdict).toBe('failed');
        expect(report.levels.some(({ level, verdict }) => level > 0 && verdict === 'failed')).toBe(cut.length > 0);
        await dump.restore();
      }
    },
  );

  it('with a bit flipped anywhere is caught by its SHA-256', async () => {
    for (const dump of [plain, compressed]) {
      for (let place = 0; place < 20; place += 1) {
        await dump.damage(flip(dump.archive, Math.floor((dump.archive.length * (place + 0.5)) / 20)));
        expect(failedIn(await check(dump, 0)).map((one) => one.check)).toEqual(['dump-checksum']);
      }
      await dump.restore();
    }
  });

  it('that is gone is named', async () => {
    plain.store.objects.delete(plain.key);
    const [gone, ...others] = failedIn(await check(plain, 2));
    expect(gone).toMatchObject({ check: 'dump-object', summary: expect.stringMatching(/is not in s3:/) });
    expect(others).toEqual([]);
    await plain.restore();
  });
});
