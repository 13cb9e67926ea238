import { invalidInput } from '../core/errors.js';
import type { DatabaseTarget, DumpRequest } from '../ports/postgres.js';
import { connectionArgument } from './connection-argument.js';

/** Arguments of pg_dump. The custom format is the one that can be streamed and restored in part (facts H1). */
export function dumpArguments(target: DatabaseTarget, request: DumpRequest): readonly string[] {
  const { compression, lockTimeoutMilliseconds, snapshot, schemas = [], tables = [] } = request;
  const { excludedTables = [], sections = [] } = request;
  if (!Number.isInteger(compression) || compression < 0 || compression > 9) {
    throw invalidInput('compression', `is not a level: ${compression}`, 'Use 0 to 9; 6 is pg_dump’s own.');
  }
  if (!Number.isInteger(lockTimeoutMilliseconds) || lockTimeoutMilliseconds < 1) {
    throw invalidInput('lockTimeoutMilliseconds', 'is not a time', 'Use whole milliseconds, at least 1.');
  }
  return [
    '--format=custom',
    `--compress=${compression}`,
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
