import { checkObject } from '../core/check-shape.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { ArchiveCompression, DumpRequest } from '../ports/postgres.js';
import { type DumpCompression, parseDumpCompression } from './dump-compression.js';

/** What to dump; nothing given: the whole database. */
export interface CreateDumpRequest {
  /** Why, kept in the manifest. */
  readonly reason?: string | undefined;
  readonly deploymentVersion?: string | undefined;
  /** Only these schemas. Extensions and what lies in other schemas is then left out (facts H7). */
  readonly schemas?: readonly string[] | undefined;
  /**
   * Only these tables, `schema.table`, exact, with their partitions. A part that holds a dot or a double quote goes in double quotes:
   * `'public."votes.2025"'`. Not together with `schemas`.
   */
  readonly tables?: readonly string[] | undefined;
  /**
   * Inside pg_dump, so that the archive can still be restored in parallel. Default: the fastest that the pg_dump found has, `zstd`
   * from version 16 on, before that `gzip`, both at level 1: a third of the time of the runbook's gzip at 9, or less (facts H2).
   */
  readonly compression?: DumpCompression | undefined;
  /**
   * Several pg_dumps at once, under one snapshot and one manifest: the definitions in one archive, the rows in several, large
   * tables alone. It takes less time, is restored by several pg_restores at once, and one table of it can be fetched alone.
   * `workers` (2 to 8) run at a time; each takes a connection and about 40 MB. Default: one pg_dump, one archive.
   */
  readonly parallel?: { readonly workers: number } | undefined;
  /** Row counts and content hashes of every table, in the very snapshot that pg_dump reads. Default `true`. */
  readonly fingerprint?: boolean | undefined;
  /** Give up rather than wait longer behind DDL, and make others wait (facts H3). Default `'30s'`. */
  readonly lockTimeout?: Duration | undefined;
}

/** A request in which everything is said. */
export interface CheckedDump extends Pick<DumpRequest, 'schemas' | 'tables' | 'lockTimeoutMilliseconds'> {
  /** `undefined`: what pg_dump does fastest. */
  readonly compression: ArchiveCompression | undefined;
  /** 1: one archive that holds everything. */
  readonly workers: number;
  readonly fingerprint: boolean;
  readonly reason: string | undefined;
  readonly deploymentVersion: string | undefined;
}

/** Checks a request before anything is called. Errors: `invalid-input`. */
export function checkDumpRequest(request: CreateDumpRequest): CheckedDump {
  checkObject(request, 'request');
  const { schemas, tables, fingerprint = true, lockTimeout = '30s' } = request;
  const workers = request.parallel === undefined ? 1 : request.parallel.workers;
  if (request.parallel !== undefined && (!Number.isInteger(workers) || workers < 2 || workers > 8)) {
    throw invalidInput('parallel.workers', `is not a number of workers: ${String(workers)}`, 'Give 2 to 8.');
  }
  if (schemas !== undefined && tables !== undefined) {
    throw invalidInput('tables', 'cannot be given together with schemas', 'Give one of the two.');
  }
  checkNames(schemas, 'schemas', /^[^\0]+$/, 'Name at least one schema.');
  checkNames(tables, 'tables', /^[^\0]+\.[^\0]+$/, 'Name at least one table, each as schema.table.');
  for (const field of ['reason', 'deploymentVersion'] as const) {
    const text = request[field];
    if (text !== undefined && (typeof text !== 'string' || text === '' || text.length > 1_024)) {
      throw invalidInput(field, 'is not a text', 'Give 1 to 1024 characters, or leave it out.');
    }
  }
  return {
    schemas,
    tables,
    compression: request.compression === undefined ? undefined : parseDumpCompression(request.compression),
    workers,
    fingerprint: fingerprint === true,
    lockTimeoutMilliseconds: Math.ceil(parseDuration(lockTimeout, 'lockTimeout')),
    reason: request.reason,
    deploymentVersion: request.deploymentVersion,
  };
}

function checkNames(names: readonly string[] | undefined, field: string, shape: RegExp, hint: string): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || names.length === 0) throw invalidInput(field, 'is not a list of names', hint);
  const wrong: unknown = names.find((name) => typeof name !== 'string' || !shape.test(name));
  if (wrong !== undefined)
    throw invalidInput(field, `has something that is not a name: ${JSON.stringify(wrong)}`, hint);
}
