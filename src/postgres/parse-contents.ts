import type { ArchiveContents } from '../ports/postgres.js';

/** What `pg_restore --list` prints, read (facts H10); `undefined` if it is not that. */
export function parseContents(listing: string): ArchiveContents | undefined {
  const lines = listing.split('\n');
  const databaseVersion = headerValue(lines, 'Dumped from database version');
  const dumpVersion = headerValue(lines, 'Dumped by pg_dump version');
  const entries = lines.filter((line) => /^\d+; /.test(line));
  if (databaseVersion === undefined || dumpVersion === undefined) return undefined;
  return {
    databaseVersion,
    dumpVersion,
    entries: entries.length,
    tables: namesOf(entries, 'TABLE DATA'),
    definitions: namesOf(entries, 'TABLE'),
    listing: entries.map((entry) => ({
      id: Number.parseInt(entry, 10),
      text: entry.replace(/^\d+; \d+ \d+ /, ''),
    })),
  };
}

/** The first word of a line such as `;     Dumped by pg_dump version: 15.18 (Debian 15.18-0)`. */
function headerValue(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((candidate) => candidate.startsWith(';') && candidate.includes(`${name}: `));
  return line?.slice(line.indexOf(`${name}: `) + name.length + 2).split(' ')[0];
}

/** `3301; 0 16386 TABLE DATA public votes app`: schema, table and owner, of which only the table may hold spaces. */
function namesOf(entries: readonly string[], kind: 'TABLE' | 'TABLE DATA'): readonly string[] {
  return entries.flatMap((entry) => {
    const match = /^\d+; \d+ \d+ (TABLE DATA|TABLE(?! ATTACH )) (\S+) (.+) \S+$/.exec(entry);
    return match?.[1] === kind ? [`${match[2]}.${match[3]}`] : [];
  });
}
