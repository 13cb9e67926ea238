import type { DumpRequest } from '../ports/postgres.js';
import type { DumpArchive } from './dump-manifest.js';
import type { TableSize } from './table-sizes.js';

/** One archive to be made. */
export interface DumpPart {
  readonly key: string;
  readonly content: DumpArchive['content'];
  /** The tables whose rows it holds; absent where it is the only archive or holds no rows. */
  readonly tables?: readonly string[] | undefined;
  /** What pg_dump is asked for. */
  readonly select: Pick<DumpRequest, 'schemas' | 'tables' | 'excludedTables' | 'sections'>;
}

type Scope = Pick<DumpRequest, 'schemas' | 'tables'>;

/** Below this a pg_dump of its own, which reads the whole catalog first, is not worth it. */
const smallestShareBytes = 4 * 1_048_576;

/** A table of at least this share of all rows gets an archive of its own. */
const ownArchiveShare = 1 / 32;

/** The only archive of a dump that is not divided. */
export function wholeDump(key: string, scope: Scope): readonly DumpPart[] {
  return [{ key, content: 'everything', select: scope }];
}

/**
 * Divides a dump into archives that restore together: the definitions of everything, and the rows, the largest first. A large
 * table gets an archive of its own, so that it can be fetched alone; the others share a few of about the same size. The last
 * takes all that no other names: tables, large objects, values of sequences.
 */
export function divideDump(
  key: string,
  scope: Scope,
  sizes: readonly TableSize[],
  workers: number,
): readonly DumpPart[] {
  const stem = key.slice(0, -'.dump'.length);
  const total = sum(sizes);
  const ownAt = Math.max(smallestShareBytes, total * ownArchiveShare);
  const own = sizes.filter(({ bytes }) => bytes >= ownAt).map((table) => [table]);
  const shared = sizes.filter(({ bytes }) => bytes < ownAt);
  const bins = balance(shared, binsFor(sum(shared), total, workers));
  // The bin that takes the rest is the fullest one: naming tables costs pg_dump a query each.
  const [rest = [], ...others] = bins.sort((a, b) => b.length - a.length);
  const named = [...own, ...others].sort((a, b) => sum(b) - sum(a));
  const left = restOf(scope, named.flatMap(names));
  const data = [
    ...named.map((tables) => ({ tables: names(tables), select: { tables: names(tables) } })),
    ...(left === undefined ? [] : [{ tables: names(rest), select: left }]),
  ];
  return [
    { key: `${stem}.schema.dump`, content: 'schema', select: { ...scope, sections: ['pre-data', 'post-data'] } },
    ...data.map(
      ({ tables, select }, index): DumpPart => ({
        key: `${stem}.data-${index + 1}.dump`,
        content: 'data',
        tables,
        select: { ...select, sections: ['data'] },
      }),
    ),
  ];
}

/** All of a scope but the tables that other archives name; `undefined` where nothing is left. */
function restOf({ schemas, tables }: Scope, excludedTables: readonly string[]): DumpPart['select'] | undefined {
  if (tables === undefined) return { schemas, excludedTables };
  const elsewhere = new Set(excludedTables);
  const rest = tables.filter((table) => !elsewhere.has(table));
  return rest.length === 0 ? undefined : { tables: rest };
}

/** As many as give every worker about two of the size of its share. */
function binsFor(sharedBytes: number, totalBytes: number, workers: number): number {
  const wanted = Math.round((sharedBytes / Math.max(1, totalBytes)) * 2 * workers);
  return Math.max(1, Math.min(wanted, Math.floor(sharedBytes / smallestShareBytes)));
}

/** The largest first, each to where the least is. */
function balance(tables: readonly TableSize[], bins: number): TableSize[][] {
  const filled = Array.from({ length: bins }, () => ({ bytes: 0, tables: [] as TableSize[] }));
  for (const table of [...tables].sort((a, b) => b.bytes - a.bytes)) {
    const least = filled.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    least.tables.push(table);
    least.bytes += table.bytes;
  }
  return filled.map((bin) => bin.tables);
}

function sum(tables: readonly TableSize[]): number {
  return tables.reduce((bytes, table) => bytes + table.bytes, 0);
}

function names(tables: readonly TableSize[]): readonly string[] {
  return tables.map(({ name }) => name);
}
