import { createHash } from 'node:crypto';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { withPinnedSettings } from './pinned-settings.js';
import { stableDefinition } from './stable-definition.js';
import { type DatabaseStructure, type StructureKind, type StructureObject, structureKinds } from './structure.js';
import { structureOfGrants } from './structure-of-grants.js';
import { structureOfSchemas } from './structure-of-schemas.js';
import { structureOfTables } from './structure-of-tables.js';
import { structureOfTheRest } from './structure-of-the-rest.js';
import type { StructureQuery } from './structure-query.js';
import { qualifiedName } from './table-name.js';

/** What of a structure to describe. */
export interface DescribeStructureOptions extends PortCall {
  /** Kinds to leave out: `['grant']` for comparing with what a dump restores, which leaves grants behind (facts H6). */
  readonly without?: readonly StructureKind[] | undefined;
}

interface DescribedRow extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly rest: string;
  readonly properties: string;
}

/**
 * Describes what a database is built of, from its catalog alone: no table is read, and no right to them is needed. The
 * session must be in a transaction, as `withDatabaseSnapshot` opens them.
 *
 * Errors: those of the statements.
 *
 * @example
 * ```ts
 * const structure = await describeStructure(session, { without: ['grant'] });
 * ```
 */
export async function describeStructure(
  session: SqlSession,
  options: DescribeStructureOptions = {},
): Promise<DatabaseStructure> {
  const { without = [], signal } = options;
  const kinds = structureKinds.filter((kind) => !without.includes(kind));
  const queries = [
    ...structureOfTables(),
    ...structureOfSchemas(),
    ...structureOfTheRest(),
    ...structureOfGrants(),
  ].filter(({ kind }) => kinds.includes(kind));
  const objects = await withPinnedSettings(session, { signal }, async () => {
    const found: StructureObject[] = [];
    for (const query of queries) found.push(...(await readObjects(session, query, { signal })));
    return found;
  });
  const place = (object: StructureObject): number => kinds.indexOf(object.kind);
  objects.sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
  return { format: 'structure/1', serverVersion: session.serverVersion, kinds, objects };
}

/** As much of a structure as comes back from a dump: without grants (facts H6), and without the versions of extensions, which are not in it. */
export async function describeDumpedStructure(session: SqlSession, call: PortCall = {}): Promise<DatabaseStructure> {
  const structure = await describeStructure(session, { ...call, without: ['grant'] });
  const objects = structure.objects.map((object) => {
    if (object.kind !== 'extension') return object;
    const { version, ...properties } = object.properties;
    return { ...object, properties };
  });
  return { ...structure, objects };
}

async function readObjects(
  session: SqlSession,
  { kind, query }: StructureQuery,
  call: PortCall,
): Promise<readonly StructureObject[]> {
  const rows = await session.query<DescribedRow>(query, [], call);
  return rows.map(({ name, rest, properties }) => ({
    kind,
    name: (qualifiedName(JSON.parse(name) as readonly string[]) + rest).trimStart(),
    properties: Object.fromEntries(
      Object.entries(JSON.parse(properties) as Readonly<Record<string, string | boolean | null>>).flatMap(
        ([property, value]) => (value === null ? [] : [[property, propertyOf(kind, property, value)]]),
      ),
    ),
  }));
}

/** A function's definition is long: it goes in by its hash. */
function propertyOf(kind: StructureKind, property: string, value: string | boolean): string | boolean {
  if (typeof value !== 'string') return value;
  const stable = stableDefinition(value);
  if (kind !== 'function' || property !== 'definition') return stable;
  return `sha256:${createHash('sha256').update(stable).digest('hex')}`;
}
