import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../src/checks/check-database.js';
import { compareStructures, type StructureDifference } from '../../src/checks/compare-structures.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { type DescribeStructureOptions, describeStructure } from '../../src/checks/describe-structure.js';
import type { DatabaseStructure, StructureObject } from '../../src/checks/structure.js';
import { systemClock } from '../../src/core/clock.js';
import { oddDatabase } from './odd-database.sql.js';
import { structuredDatabase } from './structured-database.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';
import { zephyrDatabase } from './zephyr-database.sql.js';

let server: TemporaryPostgres;
let structured: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  structured = await server.createDatabase();
  await server.sql(structured, structuredDatabase);
});
afterAll(() => server?.stop());

const structureOf = (database: string, options?: DescribeStructureOptions): Promise<DatabaseStructure> =>
  withDatabaseSnapshot(
    () => server.connect(database),
    {},
    ({ sessions: [session] }) => describeStructure(session, options),
  );

const differences = (expected: DatabaseStructure, actual: DatabaseStructure): readonly StructureDifference[] => {
  const comparison = compareStructures(expected, actual);
  return comparison.outcome === 'different' ? comparison.differences : [];
};

describe('a structure', () => {
  it('describes everything a database is built of', async () => {
    const structure = await structureOf(structured);
    const of = (kind: string): readonly string[] =>
      structure.objects.filter((object) => object.kind === kind).map(({ name }) => name);
    expect(new Set(structure.objects.map(({ kind }) => kind))).toEqual(new Set(structure.kinds));
    expect(of('extension')).toEqual(['citext', 'plpgsql', 'postgres_fdw']);
    expect(of('type')).toEqual(['public.hours', 'public.point3', 'public.room', 'public.state']);
    expect(of('table')).toEqual([
      'audit.logs',
      'audit.logs_2025',
      'public.animals',
      'public.dogs',
      'public.polls',
      'public.scratch',
      'public.votes',
    ]);
    expect(of('function')).toEqual([
      'public.nothing()',
      'public.product(integer)',
      'public.rank_of(public.state)',
      'public.told()',
      'public.total(a integer, b integer)',
      'public.total(poll bigint, OUT votes bigint)',
      'public.touch()',
    ]);
    expect(of('grant')).toEqual([
      'audit later tables of postgres to reader',
      'audit to reader',
      'later schemas of postgres to reader',
      'public to PUBLIC',
      'public.nothing() to PUBLIC',
      'public.nothing() to reader',
      'public.open_polls to reader',
      'public.polls to reader',
      'public.polls.kind to PUBLIC',
      'public.product(integer) to PUBLIC',
      'public.told() to PUBLIC',
      'public.total(a integer, b integer) to PUBLIC',
      'public.total(poll bigint, OUT votes bigint) to PUBLIC',
      'public.touch() to PUBLIC',
      'public.votes to reader',
    ]);
    expect(structure).toMatchObject({ format: 'structure/1', serverVersion: expect.any(Number) });
    expect(JSON.parse(JSON.stringify(structure))).toEqual(structure);
  });

  it('says what each thing is like', async () => {
    const { objects } = await structureOf(structured);
    const find = (kind: string, name: string): StructureObject['properties'] | undefined =>
      objects.find((object) => object.kind === kind && object.name === name)?.properties;
    expect(find('column', 'public.votes.id')).toEqual({
      position: '1',
      type: 'bigint',
      nullable: false,
      default: "nextval('public.votes_id_seq'::regclass)",
    });
    expect(find('column', 'public.polls.id')).toMatchObject({ identity: 'always' });
    expect(find('column', 'public.polls.shouted')).toMatchObject({ generated: 'upper(title)' });
    expect(find('column', 'public.polls.title')).toMatchObject({ collation: 'pg_catalog."C"' });
    expect(find('column', 'public.votes.comment')).toMatchObject({ type: 'public.citext', nullable: true });
    expect(find('constraint', 'public.votes.votes_poll_id_fkey')).toEqual({
      type: 'foreign key',
      definition: 'FOREIGN KEY (poll_id) REFERENCES public.polls(id) ON DELETE CASCADE',
      validated: true,
    });
    expect(find('index', 'public.votes_by_poll')).toEqual({
      definition: 'CREATE INDEX votes_by_poll ON public.votes USING btree (poll_id) WHERE (choice > 0)',
      valid: true,
    });
    expect(find('sequence', 'public.tickets')).toMatchObject({ increment: '5', start: '100', cache: '3' });
    expect(find('sequence', 'public.votes_id_seq')).toMatchObject({ ownedBy: 'public.votes.id' });
    expect(find('trigger', 'public.polls.resting')).toMatchObject({ enabled: 'no' });
    expect(find('table', 'audit.logs_2025')).toMatchObject({ inherits: 'audit.logs', partition: expect.any(String) });
    expect(find('table', 'public.votes')).toEqual({ rowSecurity: 'enabled', options: 'fillfactor=70' });
    expect(find('policy', 'public.votes.own_votes')).toMatchObject({ command: 'select', roles: 'reader' });
    expect(find('grant', 'public.votes to reader')).toEqual({ privileges: 'INSERT*, SELECT' });
    expect(find('view', 'public.standings')).toMatchObject({ materialized: true, filled: true });
    expect(find('function', 'public.touch()')).toMatchObject({
      definition: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(find('type', 'public.state')).toEqual({ values: "'draft', 'open', 'closed'" });
  });

  it.each([
    ['everything', structuredDatabase],
    ['odd types and names', oddDatabase],
    ['Zephyr', zephyrDatabase],
  ])('is the same after pg_dump and pg_restore: %s', async (_name, sql) => {
    const source = await server.createDatabase();
    await server.sql(source, sql);
    const restored = await server.dumpAndRestore(source);
    const [before, after] = [await structureOf(source), await structureOf(restored)];
    expect(differences(before, after)).toEqual([]);
    expect(before.objects.length).toBeGreaterThan(30);
    const again = await structureOf(await server.dumpAndRestore(restored));
    expect(differences(after, again)).toEqual([]);
  });

  it('is the same for a session with other settings and without any right', async () => {
    const before = await structureOf(structured);
    await server.sql('postgres', 'CREATE ROLE nobody LOGIN');
    const after = await withDatabaseSnapshot(
      () =>
        server.connect(structured, {
          user: 'nobody',
          settings: ['search_path = audit, public', 'quote_all_identifiers = on'],
        }),
      {},
      ({ sessions: [session] }) => describeStructure(session),
    );
    expect(after).toEqual(before);
  });

  it('leaves out what a dump restored without roles does not have', async () => {
    const restored = await server.dumpAndRestore(structured, { dumpArguments: ['--no-acl'] });
    const before = await structureOf(structured, { without: ['grant'] });
    expect(before.objects.some(({ kind }) => kind === 'grant')).toBe(false);
    expect(compareStructures(before, await structureOf(restored))).toEqual({ outcome: 'equal' });
    expect(differences(await structureOf(structured), await structureOf(restored))).toHaveLength(9);
  });

  it('passes as an expectation, and fails naming the first difference', async () => {
    const structure = await structureOf(structured);
    const copy = await server.createDatabase(structured);
    const check = (): ReturnType<typeof checkDatabase> =>
      checkDatabase(() => server.connect(copy), { structure }, { clock: systemClock });
    expect((await check()).checks).toMatchObject([{ check: 'structure', verdict: 'passed' }]);
    await server.sql(copy, 'DROP TABLE votes CASCADE; CREATE TABLE extra (id int)');
    const report = await check();
    expect(report.verdict).toBe('failed');
    const found = (report.checks[0]?.evidence.differences ?? []) as readonly StructureDifference[];
    expect(found[0]).toEqual({ kind: 'table', name: 'public.votes', difference: 'is missing' });
    expect(found).toContainEqual({ kind: 'view', name: 'public.standings', difference: 'is missing' });
    expect(found.at(-1)).toEqual({ kind: 'table', name: 'public.extra', difference: 'is not expected' });
    expect(found.filter(({ kind }) => ['column', 'constraint', 'policy'].includes(kind))).toEqual([]);
  });
});

describe('comparing structures', () => {
  const structure = (
    objects: readonly StructureObject[],
    more: Partial<DatabaseStructure> = {},
  ): DatabaseStructure => ({
    format: 'structure/1',
    serverVersion: 150_018,
    kinds: ['table', 'column', 'view'],
    objects,
    ...more,
  });
  const view = (definition: string): StructureObject => ({
    kind: 'view',
    name: 'public.v',
    properties: { definition },
  });

  it('does not compare how servers of other major versions print definitions', () => {
    const later = structure([view('SELECT b.a FROM b')], { serverVersion: 180_001 });
    expect(compareStructures(structure([view('SELECT a FROM b')]), later)).toEqual({ outcome: 'equal' });
    expect(differences(structure([view('SELECT a FROM b')]), { ...later, objects: [] })).toEqual([
      { kind: 'view', name: 'public.v', difference: 'is missing' },
    ]);
    expect(differences(structure([view('SELECT a FROM b')]), { ...later, serverVersion: 150_002 })).toHaveLength(1);
  });

  it('quotes long definitions in part', () => {
    const [first] = differences(structure([view('x'.repeat(500))]), structure([view('y')]));
    expect(first?.difference).toBe(`has definition y instead of ${'x'.repeat(160)}...`);
  });

  it('is no verdict between different forms and over kinds that one does not describe', () => {
    const other = { format: 'structure/2' } as unknown as Partial<DatabaseStructure>;
    expect(compareStructures(structure([]), structure([], other)).outcome).toBe('not-comparable');
    expect(compareStructures(structure([]), structure([], { kinds: ['table'] }))).toEqual({
      outcome: 'not-comparable',
      reason: 'one of them does not describe each column',
    });
    expect(compareStructures(structure([], { kinds: ['table'] }), structure([view('a')]))).toEqual({
      outcome: 'equal',
    });
  });
});
