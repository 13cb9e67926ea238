/** What a database is built of. */
export type StructureKind =
  | 'schema'
  | 'extension'
  | 'type'
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'sequence'
  | 'trigger'
  | 'policy'
  | 'view'
  | 'function'
  | 'rule'
  | 'event trigger'
  | 'publication'
  | 'statistics'
  | 'foreign table'
  | 'foreign server'
  | 'cast'
  | 'operator'
  | 'collation'
  | 'text search'
  | 'comment'
  | 'grant';

/** One thing a database is built of. */
export interface StructureObject {
  readonly kind: StructureKind;
  /** Such as `public.votes.created_at`; a part that holds a dot or a quote is quoted as in SQL. One of its kind has it. */
  readonly name: string;
  /** What it is like; what does not apply to it is left out. */
  readonly properties: Readonly<Record<string, string | boolean>>;
}

/**
 * The structure of a database: JSON-safe, and the same before a dump and after its restore. It holds names and never the
 * numbers that a server gives to things, and no owners, which a dump leaves behind. Nor are there operator classes, conversions, transforms,
 * languages, subscriptions, security labels and tablespaces.
 */
export interface DatabaseStructure {
  /** Names the form and its version; only equal ones can be compared. */
  readonly format: 'structure/1';
  /** `server_version_num` of the server that described it: servers of other major versions print definitions differently. */
  readonly serverVersion: number;
  /** What was looked at. Only these kinds are compared. */
  readonly kinds: readonly StructureKind[];
  /** Sorted by kind and name. */
  readonly objects: readonly StructureObject[];
}

/** Every kind, in the order of a structure. */
export const structureKinds: readonly StructureKind[] = [
  'schema',
  'extension',
  'type',
  'table',
  'column',
  'constraint',
  'index',
  'sequence',
  'trigger',
  'policy',
  'view',
  'function',
  'rule',
  'event trigger',
  'publication',
  'statistics',
  'foreign table',
  'foreign server',
  'cast',
  'operator',
  'collation',
  'text search',
  'comment',
  'grant',
];
