import type { DumpManifest } from '../../backup/dump-manifest.js';
import { namePartsOf } from '../../checks/table-name.js';
import { BackupError } from '../../core/errors.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import type { DumpRestoreFacts } from './dump-restore-facts.js';
import type { CheckedDumpRestoreRequest } from './dump-restore-request.js';

/** The steps of a dump's restore, in order. Errors: `dump-corrupt` where the archives are not those of the manifest. */
export function dumpRestoreSteps(
  facts: DumpRestoreFacts,
  request: CheckedDumpRestoreRequest,
  into: DumpRestorePlan['into'],
): readonly RestoreStep[] {
  const { manifest, archives } = facts;
  const { tables } = request;
  const { database, instance, resourceId } = into;
  const where = `${database} on ${instance ?? into.host}`;
  // One archive is one stream, and pg_restore reads a stream alone (facts H11).
  const workers = archives.length === 1 ? 1 : request.workers;
  const { fingerprint, structure } = request.proveEqual === false ? {} : provenBy(manifest, tables);
  return [
    {
      id: 'check-dump-objects',
      kind: 'check-dump-objects',
      title: `Make sure that ${manifest.key} is still the same`,
      preconditions: [],
      objects: archives.map(({ key, sizeBytes }, index) => {
        const found = facts.objects[index];
        if (found?.sizeBytes !== sizeBytes) throw notTheSame(key, sizeBytes, found?.sizeBytes, facts.location);
        return { key, sizeBytes, etag: found.etag };
      }),
    },
    {
      id: 'create-database',
      kind: 'create-database',
      title: request.createDatabase
        ? `Create the database ${where} unless it is there, empty`
        : `Find the database ${where}, empty`,
      preconditions:
        instance === undefined || resourceId === undefined
          ? []
          : [{ kind: 'instance-is', resourceId, identifier: instance }],
      database,
      create: request.createDatabase,
      ...(manifest.tables === undefined ? {} : { schemas: schemasOf(manifest.tables) }),
    },
    {
      id: 'restore-archive',
      kind: 'restore-archive',
      title: `Restore ${tables === undefined ? '' : `${tables.join(', ')} of `}${manifest.key} into ${where}${workers === 1 ? '' : `, ${workers} archives at a time`}`,
      preconditions: [],
      database,
      archives: archives.map(({ key, sizeBytes, sha256, content }) => ({ key, sizeBytes, sha256, content })),
      tables,
      workers,
    },
    { id: 'analyze', kind: 'analyze', title: `Collect statistics in ${where}`, preconditions: [], database },
    {
      id: 'check-candidate',
      kind: 'check-candidate',
      title: fingerprint === undefined ? `Check ${where}` : `Prove that ${where} equals what was dumped`,
      preconditions: [],
      database,
      expectation: {
        ...(structure === undefined ? {} : { structure }),
        ...request.expectation,
        ...(fingerprint === undefined ? {} : { fingerprint }),
      },
    },
  ];
}

/** pg_dump takes a table by itself without the schema that it is in. */
function schemasOf(tables: readonly string[]): readonly string[] {
  return [...new Set(tables.flatMap((table) => namePartsOf(table).slice(0, 1)))].sort();
}

/** Of some tables only their rows: the others are there, empty, and a foreign key may be left out. */
function provenBy(
  { fingerprint, structure }: DumpManifest,
  tables: readonly string[] | undefined,
): Pick<DumpManifest, 'fingerprint' | 'structure'> {
  if (tables === undefined) return { fingerprint, structure };
  if (fingerprint === undefined) return {};
  return { fingerprint: { ...fingerprint, tables: fingerprint.tables.filter(({ table }) => tables.includes(table)) } };
}

function notTheSame(key: string, expected: number, found: number | undefined, location: string): BackupError {
  return new BackupError({
    code: 'dump-corrupt',
    message: `the archive ${key} in ${location} ${found === undefined ? 'is missing' : `has ${found} bytes, its manifest says ${expected}`}`,
    hint: 'Restore another dump. Find out who wrote to the archive.',
    details: { key, expected, found },
  });
}
