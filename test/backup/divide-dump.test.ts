import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DumpPart, divideDump } from '../../src/backup/divide-dump.js';
import type { TableSize } from '../../src/backup/table-sizes.js';

const stem = 'manual/2025/11/09/zephyr-backup-20251109-140000';
const key = `${stem}.dump`;
const everything = { schemas: undefined, tables: undefined };
const mebibyte = 1_048_576;

function table(name: string, mebibytes: number): TableSize {
  return { schema: 'public', name: `public.${name}`, bytes: mebibytes * mebibyte };
}

function dataOf(parts: readonly DumpPart[]): readonly DumpPart[] {
  return parts.filter(({ content }) => content === 'data');
}

describe('divideDump', () => {
  it('gives large tables an archive of their own, the largest first, and the rest one that takes all else', () => {
    const sizes = [table('polls', 1), table('audit_logs', 300), table('votes', 700), table('participants', 2)];
    const parts = divideDump(key, everything, sizes, 2);
    expect(parts.map((part) => [part.key, part.content, part.tables])).toEqual([
      [`${stem}.schema.dump`, 'schema', undefined],
      [`${stem}.data-1.dump`, 'data', ['public.votes']],
      [`${stem}.data-2.dump`, 'data', ['public.audit_logs']],
      [`${stem}.data-3.dump`, 'data', ['public.participants', 'public.polls']],
    ]);
    expect(parts[0]?.select.sections).toEqual(['pre-data', 'post-data']);
    expect(parts[1]?.select).toMatchObject({ tables: ['public.votes'], sections: ['data'] });
    expect(parts[3]?.select).toMatchObject({
      excludedTables: ['public.votes', 'public.audit_logs'],
      sections: ['data'],
    });
  });

  it('shares many tables of one size among the workers', () => {
    const sizes = Array.from({ length: 200 }, (_none, index) => table(`t${index}`, 5));
    const data = dataOf(divideDump(key, everything, sizes, 2));
    expect(data.map(({ tables }) => tables?.length)).toEqual([50, 50, 50, 50]);
  });

  it('of a small database makes one archive of rows', () => {
    expect(dataOf(divideDump(key, everything, [table('polls', 1)], 8))).toHaveLength(1);
    expect(dataOf(divideDump(key, everything, [], 2))).toHaveLength(1);
  });

  it('keeps to the schemas asked for', () => {
    const parts = divideDump(key, { schemas: ['public'], tables: undefined }, [table('votes', 700)], 2);
    expect(parts.map(({ select }) => [select.schemas, select.tables, select.excludedTables])).toEqual([
      [['public'], undefined, undefined],
      [undefined, ['public.votes'], undefined],
      [['public'], undefined, ['public.votes']],
    ]);
  });

  it('keeps to the tables asked for, and makes no archive of nothing', () => {
    const sizes = [table('votes', 700)];
    const some = divideDump(key, { tables: ['public.votes', 'public.ids'] }, sizes, 2);
    expect(dataOf(some).map(({ select }) => select.tables)).toEqual([['public.votes'], ['public.ids']]);
    expect(dataOf(divideDump(key, { tables: ['public.votes'] }, sizes, 2))).toHaveLength(1);
  });

  it('dumps the rows of every table exactly once, whatever their sizes', () => {
    const anySizes = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 120 });
    fc.assert(
      fc.property(anySizes, fc.integer({ min: 2, max: 8 }), fc.boolean(), (mebibytes, workers, named) => {
        const sizes = mebibytes.map((size, index) => table(`t${index}`, size));
        const names = sizes.map(({ name }) => name);
        const scope = named && names.length > 0 ? { tables: names } : everything;
        const parts = dataOf(divideDump(key, scope, sizes, workers));
        expect(parts.flatMap(({ tables }) => tables ?? []).sort()).toEqual([...names].sort());
        // What pg_dump is asked for is what the manifest will say.
        for (const { select, tables } of parts) {
          const asked = (select.tables ?? names).filter((name) => !select.excludedTables?.includes(name));
          expect([...asked].sort()).toEqual([...(tables ?? [])].sort());
        }
        expect(new Set(parts.map((part) => part.key)).size).toBe(parts.length);
      }),
    );
  });
});
