import { invalidInput } from '../core/errors.js';
import type { DatabaseTarget, DumpRequest } from '../ports/postgres.js';
import { connectionArgument } from './connection-argument.js';

const levels = { none: { from: 0, to: 0 }, gzip: { from: 1, to: 9 }, zstd: { from: 1, to: 22 } } as const;

/** Arguments of pg_dump. The custom format is the one that can be streamed and restored in part (facts H1). */
export function dumpArguments(target: DatabaseTarget, request: DumpRequest): readonly string[] {
  const { compression, lockTimeoutMilliseconds, snapshot, schemas = [], tables = [] } = request;
  const { excludedTables = [], sections = [] } = request;
  const { method, level } = compression;
  if (!Number.isInteger(level) || level < levels[method].from || level > levels[method].to) {
    const { from, to } = levels[method];
    throw invalidInput('compression.level', `is none of ${method}: ${level}`, `Use ${from} to ${to}.`);
  }
  if (!Number.isInteger(lockTimeoutMilliseconds) || lockTimeoutMilliseconds < 1) {
    throw invalidInput('lockTimeoutMilliseconds', 'is not a time', 'Use whole milliseconds, at least 1.');
  }
  return [
    '--format=custom',
    // A number by itself is gzip's level to every version; 0 is none.
    `--compress=${method === 'zstd' ? `zstd:${level}` : level}`,
    '--no-password',
    `--lock-wait-timeout=${lockTimeoutMilliseconds}`,
    ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
    // A name that matches nothing is an error, not a smaller dump.
    ...(schemas.length + tables.length === 0 ? [] : ['--strict-names']),
    ...schemas.map((schema) => `--schema=${exactName(schema)}`),
    ...tables.map((table) => `--table=${exactTable(table)}`),
    ...excludedTables.map((table) => `--exclude-table=${exactTable(table)}`),
    ...sections.map((section) => `--section=${section}`),
    connectionArgument(target),
  ];
}

/** `schema.table` as a pattern that matches nothing else. A part in double quotes may hold dots and quotes, doubled. */
function exactTable(table: string): string {
  const parts = /^("(?:[^"]|"")+"|[^".][^.]*)\.("(?:[^"]|"")+"|[^"][\s\S]*)$/.exec(table);
  if (parts === null) {
    throw invalidInput('tables', `holds what is not schema.table: ${JSON.stringify(table)}`, 'Write public.votes.');
  }
  return [parts[1], parts[2]].map((part = '') => (part.startsWith('"') ? part : exactName(part))).join('.');
}

/** In double quotes pg_dump takes every character of a pattern as it is. */
function exactName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
