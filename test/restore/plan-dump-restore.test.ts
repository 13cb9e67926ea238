import { describe, expect, it } from 'vitest';
import type { DumpManifest } from '../../src/backup/dump-manifest.js';
import { defaultObjectives } from '../../src/core/objectives.js';
import { decideDumpRestorePlan } from '../../src/restore/dump/decide-dump-restore-plan.js';
import type { DumpRestoreFacts } from '../../src/restore/dump/dump-restore-facts.js';
import { checkDumpRestoreRequest, type DumpRestoreRequest } from '../../src/restore/dump/dump-restore-request.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { checkPlan } from '../../src/restore/plan/seal-plan.js';
import { aDatabaseInstance } from './fake-rds.js';

const now = new Date('2025-11-09T14:30:00Z');
const key = 'manual/2025/11/09/zephyr-backup-20251109-142900.dump';
const manifest: DumpManifest = {
  version: 1,
  key,
  database: 'zephyr',
  createdAt: '2025-11-09T14:29:00.000Z',
  dataTime: '2025-11-09T14:29:00.500Z',
  sizeBytes: 8_000_000,
  pgDumpVersion: 150_018,
  serverVersion: 150_018,
  compression: { method: 'gzip', level: 1 },
  fingerprint: { algorithm: 'a', serverVersion: 150_018, tables: [{ table: 'public.votes', rows: 1, hash: 'h' }] },
  archives: [{ key, sizeBytes: 8_000_000, sha256: 'ab'.repeat(32), crc32: 'AAAAAA==', content: 'everything' }],
  operationId: 'op',
  source: { instance: 'prod', resourceId: 'db-PRODUCTION', region: 'us-east-1' },
};
const object = { key, etag: '"e"', sizeBytes: 8_000_000, lastModified: now };
const facts: DumpRestoreFacts = {
  manifest,
  archives: manifest.archives,
  objects: [object],
  instance: aDatabaseInstance(),
  pgRestoreVersion: 150_018,
  location: 's3://zephyr-backups',
};

function decide(request: Partial<DumpRestoreRequest> = {}, more: Partial<DumpRestoreFacts> = {}) {
  const checked = checkDumpRestoreRequest({ dump: 'latest', into: { database: 'proof' }, ...request }, 'prod');
  const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };
  return decideDumpRestorePlan({ ...facts, ...more }, checked, context, now);
}

describe('planning the restore of some tables of a dump', () => {
  it('proves the rows of those alone, and says what is not there', () => {
    const tables = ['public.votes', 'public.polls'].map((table) => ({ table, rows: 1, hash: 'h' }));
    const two = { ...manifest, fingerprint: { algorithm: 'a', serverVersion: 150_018, tables } };
    const plan = decide({ tables: ['public.votes', 'public.votes'] }, { manifest: two });
    expect(plan.facts).toMatchObject({ tables: 1, only: ['public.votes'] });
    expect(plan.steps[2]).toMatchObject({ kind: 'restore-archive', tables: ['public.votes'] });
    expect(plan.steps.at(-1)).toMatchObject({ expectation: { fingerprint: { tables: [tables[0]] } } });
    expect(plan.warnings.map(({ code }) => code)).toContain('only-some-tables');
    const { fingerprint: _, ...unproven } = two;
    const bare = decide({ tables: ['public.votes'] }, { manifest: unproven });
    expect(JSON.stringify(bare.steps.at(-1))).not.toContain('fingerprint');
  });

  it.each([[[]], [['votes']], ['public.votes']])('takes a list of schema.table only: %j', (tables) => {
    expect(() => decide({ tables: tables as string[] })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'tables' }),
    );
  });
});

describe('planning the restore of a dump', () => {
  it('has its steps in order and proves equality by the fingerprint', () => {
    const plan = decide();
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      'check-dump-objects',
      'create-database',
      'restore-archive',
      'analyze',
      'check-candidate',
    ]);
    expect(plan.steps[0]).toMatchObject({ objects: [{ key, sizeBytes: 8_000_000, etag: '"e"' }] });
    expect(plan.steps[1]).toMatchObject({ create: true, preconditions: [{ kind: 'instance-is', identifier: 'prod' }] });
    expect(plan.steps.at(-1)).toMatchObject({ expectation: { fingerprint: manifest.fingerprint } });
    expect(plan.warnings).toEqual([]);
    expect(plan.estimate).toMatchObject({ recoveryTimeMilliseconds: 24_000, recoveryPointMilliseconds: 59_500 });
    expect(checkPlan(JSON.parse(JSON.stringify(plan)), plan.hash)).toEqual(plan);
    const text = renderPlan(plan);
    expect(text).toContain(`Plan: restore the dump ${key}`);
    expect(text).toContain('into            proof on prod');
    expect(text).toContain('Prove that proof on prod equals what was dumped');
  });

  it('restores to a server that RDS does not know', () => {
    const endpoint = { address: 'db.example', port: 5433 };
    const plan = decide({ into: { database: 'proof', endpoint }, createDatabase: false }, { instance: undefined });
    expect(plan.into).toEqual({ host: 'db.example', port: 5433, database: 'proof' });
    expect(plan.steps[1]).toMatchObject({
      create: false,
      preconditions: [],
      title: 'Find the database proof on db.example, empty',
    });
    expect(renderPlan(plan)).toContain('proof on db.example:5433');
  });

  it('makes the schemas of a dump of single tables, and no others', () => {
    const made = (tables: readonly string[] | undefined) =>
      decide({}, { manifest: { ...manifest, tables } }).steps.find(({ kind }) => kind === 'create-database');
    expect(made(['public.votes', '"od.d".x', 'app.b', 'app.a'])).toMatchObject({ schemas: ['app', 'od.d', 'public'] });
    expect(made(undefined)).not.toHaveProperty('schemas');
  });

  it('says what it does not prove', () => {
    const codes = (...given: Parameters<typeof decide>) => decide(...given).warnings.map(({ code }) => code);
    expect(codes({ proveEqual: false })).toEqual(['not-proven-equal']);
    expect(decide({ proveEqual: false }).steps.at(-1)).toMatchObject({ title: 'Check proof on prod' });
    const { fingerprint: _, ...bare } = manifest;
    expect(codes({}, { manifest: bare })).toEqual(['dump-without-fingerprint']);
    expect(() => decide({ proveEqual: true }, { manifest: bare })).toThrow(
      expect.objectContaining({ code: 'precondition-failed' }),
    );
    expect(codes({}, { manifest: { ...manifest, schemas: ['public'] } })).toEqual(['dump-is-partial']);
    expect(codes({}, { manifest: { ...manifest, tables: ['public.votes'] } })).toEqual(['dump-is-partial']);
    expect(codes({}, { manifest: { ...manifest, dataTime: '2025-11-09T12:00:00.000Z' } })).toEqual([
      'recovery-point-beyond-objective',
    ]);
  });

  it('refuses archives that are not those of the manifest', () => {
    const corrupt = (message: string) =>
      expect.objectContaining({ code: 'dump-corrupt', message: expect.stringContaining(message) });
    expect(() => decide({}, { objects: [undefined] })).toThrow(corrupt('is missing'));
    expect(() => decide({}, { objects: [{ ...object, sizeBytes: 7 }] })).toThrow(corrupt('has 7 bytes'));
  });

  it('refuses tools and servers that are too old', () => {
    const mismatch = expect.objectContaining({ code: 'version-mismatch' });
    expect(() => decide({}, { pgRestoreVersion: 140_010 })).toThrow(mismatch);
    expect(() => decide({}, { instance: { ...aDatabaseInstance(), engineVersion: '14.10' } })).toThrow(mismatch);
    expect(
      decide({}, { pgRestoreVersion: 180_000, instance: { ...aDatabaseInstance(), engineVersion: '18.1' } }).kind,
    ).toBe('dump');
  });

  it('needs an instance with an endpoint', () => {
    const invalid = (status: string) =>
      expect.objectContaining({ code: 'invalid-state', message: expect.stringContaining(status) });
    expect(() => decide({}, { instance: { ...aDatabaseInstance(), status: 'creating', endpoint: undefined } })).toThrow(
      invalid('creating'),
    );
    expect(() => decide({}, { instance: undefined })).toThrow(invalid('not to be seen'));
  });
});

describe('the request to restore a dump', () => {
  it.each([
    ['dump', { dump: '' }],
    ['dump', { dump: '/absolute' }],
    ['dump', { dump: 7 }],
    ['into.database', { into: { database: '' } }],
    ['into.database', { into: { database: 'postgres' } }],
    ['into.database', { into: { database: 'a\0b' } }],
    ['into.database', { into: { database: 'é'.repeat(32) } }],
    ['temporary.expiresAt', { temporary: { expiresAt: 'tomorrow' } }],
    ['createDatabase', { temporary: { expiresAt: new Date(0) }, createDatabase: false }],
    ['into.instance', { into: { database: 'x', instance: '9' } }],
    ['into.endpoint', { into: { database: 'x', instance: 'a', endpoint: { address: 'h', port: 1 } } }],
    ['into.endpoint', { into: { database: 'x', endpoint: { address: '', port: 1 } } }],
    ['into.endpoint', { into: { database: 'x', endpoint: { address: 'h', port: 0 } } }],
    ['into.endpoint', { into: { database: 'x', endpoint: { address: 'h', port: 70_000 } } }],
  ])('names the field that is wrong: %s', (field, request) => {
    const full = { dump: 'latest', into: { database: 'x' }, ...request } as DumpRestoreRequest;
    expect(() => checkDumpRestoreRequest(full, 'prod')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it('says until when what is to be dropped again is wanted, and which drill’s it is', () => {
    const expiresAt = new Date('2025-11-10T00:00:00Z');
    const temporary = { expiresAt, tags: { 'zephyr:drill-run': 'weekly' } };
    const tags = {
      'zephyr:drill-run': 'weekly',
      'zephyr:managed-by': 'zephyr-backup',
      'zephyr:purpose': 'drill',
      'zephyr:expires-at': '2025-11-10T00:00:00.000Z',
    };
    expect(decide({ temporary }).temporary).toEqual({ tags });
    expect(decide({ temporary: { expiresAt, purpose: 'look' } }).temporary?.tags['zephyr:purpose']).toBe('look');
    expect(decide({}).temporary).toBeUndefined();
  });

  it('takes another instance by its identifier', () => {
    const checked = checkDumpRestoreRequest({ dump: key, into: { database: 'x', instance: 'Scratch' } }, 'prod');
    expect(checked).toMatchObject({ dump: key, place: { kind: 'instance', identifier: 'scratch' } });
  });
});
