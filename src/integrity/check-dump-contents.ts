import type { DumpManifest } from '../backup/dump-manifest.js';
import { namePartsOf } from '../checks/table-name.js';
import type { CheckResult } from '../core/check-result.js';
import type { ArchiveContents } from '../ports/postgres.js';

const check = 'dump-contents';

/** Tables that evidence names one by one; beyond, only their number. */
const named = 50;

/**
 * Holds the tables of contents of a dump's archives against its manifest: they come from the server and the pg_dump that it
 * names, and hold data of its tables and no others.
 */
export function checkDumpContents(manifest: DumpManifest, contents: readonly ArchiveContents[]): CheckResult {
  const entries = contents.reduce((sum, { entries: count }) => sum + count, 0);
  const evidence = { archives: contents.length, entries, versions: contents.map(versionsOf) };
  const failed = (summary: string, more: Readonly<Record<string, unknown>> = {}): CheckResult => ({
    check,
    verdict: 'failed',
    summary,
    evidence: { ...evidence, ...more },
  });
  const { serverVersion, pgDumpVersion, fingerprint } = manifest;
  const foreign = contents.find(
    ({ databaseVersion, dumpVersion }) =>
      differs(databaseVersion, serverVersion) || differs(dumpVersion, pgDumpVersion),
  );
  if (foreign !== undefined) {
    const { server, pgDump } = versionsOf(foreign);
    return failed(
      `the archive is of server ${server} by pg_dump ${pgDump}, the manifest of ${serverVersion} by ${pgDumpVersion}`,
    );
  }
  const misplaced = misplacedTables(manifest, contents);
  if (misplaced.length > 0) {
    const [first] = misplaced;
    const summary = `no data of ${misplaced.length} tables in the archive that the manifest names: ${first?.table} in ${first?.key}`;
    return failed(summary, { misplaced: misplaced.slice(0, named) });
  }
  const held = contents.flatMap(({ tables }) => tables);
  if (fingerprint === undefined) {
    const summary = `${held.length} tables; the manifest names none to compare with`;
    return { check, verdict: 'passed', summary, evidence: { ...evidence, tables: held.length } };
  }
  const expected = fingerprint.tables.map(({ table }) => ({ table, listed: listedAs(table) }));
  const missing = expected.filter(({ listed }) => !held.some((entry) => isEntryOf(entry, listed)));
  const defined = new Set(contents.flatMap(({ definitions }) => definitions));
  // Data without a definition is an extension's configuration, which no fingerprint is taken of.
  const strange = held.filter(
    (entry) => defined.has(entry) && !expected.some(({ listed }) => isEntryOf(entry, listed)),
  );
  const counts = { tables: held.length, expected: expected.length };
  if (missing.length === 0 && strange.length === 0) {
    const summary = `data of all ${expected.length} tables of the manifest`;
    return { check, verdict: 'passed', summary, evidence: { ...evidence, ...counts } };
  }
  const [first] = missing;
  const summary =
    first === undefined
      ? `${strange.length} tables that the manifest does not know: ${strange[0] ?? ''}`
      : `no data of ${missing.length} of the manifest's ${expected.length} tables: ${first.table}`;
  return failed(summary, {
    ...counts,
    missing: missing.slice(0, named).map(({ table }) => table),
    unexpected: strange.slice(0, named),
  });
}

/** Where a dump has several archives, its manifest says which table's rows are in which. */
function misplacedTables(
  { archives }: DumpManifest,
  contents: readonly ArchiveContents[],
): readonly { readonly table: string; readonly key: string }[] {
  return archives.flatMap(({ key, tables = [] }, index) => {
    const held = contents[index]?.tables ?? [];
    const missing = tables.filter((table) => !held.some((entry) => isEntryOf(entry, listedAs(table))));
    return missing.map((table) => ({ table, key }));
  });
}

function versionsOf({ databaseVersion, dumpVersion }: ArchiveContents): { server: string; pgDump: string } {
  return { server: databaseVersion, pgDump: dumpVersion };
}

/** Whether `15.18` is another version than 150018; of what is not written like that, such as a beta, nothing is claimed. */
function differs(written: string, version: number): boolean {
  const match = /^(\d{2,})\.(\d+)$/.exec(written);
  return match !== null && Number(match[1]) * 10_000 + Number(match[2]) !== version;
}

/** A table's name as pg_restore lists it: not quoted, on one line, a first space taken for what divides schema and table. */
function listedAs(table: string): string {
  return namePartsOf(table)
    .join(' ')
    .replace(/[\r\n]/g, ' ')
    .replace(' ', '.');
}

/** An owner's name with spaces ends up, in part, in the table's. */
function isEntryOf(entry: string, listed: string): boolean {
  return entry === listed || entry.startsWith(`${listed} `);
}
