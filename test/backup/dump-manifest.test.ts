import { describe, expect, it } from 'vitest';
import { type DumpManifest, manifestKeyOf, parseManifest, serializeManifest } from '../../src/backup/dump-manifest.js';

const key = 'manual/2025/11/09/zephyr-backup-20251109-140000';

const fullManifest: DumpManifest = {
  version: 1,
  key: `${key}.dump`,
  database: 'zephyr',
  createdAt: '2025-11-09T14:00:00.000Z',
  dataTime: '2025-11-09T14:00:01.250Z',
  sizeBytes: 10,
  pgDumpVersion: 150_018,
  serverVersion: 150_018,
  compression: { method: 'gzip', level: 1 },
  schemas: ['public'],
  tables: ['public.votes'],
  structure: {
    format: 'structure/1',
    serverVersion: 150_018,
    kinds: ['extension', 'table'],
    objects: [
      { kind: 'extension', name: 'pgcrypto', properties: { version: '1.3', trusted: true } },
      { kind: 'table', name: 'public.votes', properties: {} },
    ],
  },
  fingerprint: {
    algorithm: 'a',
    serverVersion: 150_018,
    slice: { column: 'created_at', notAfter: '2025-11-09T14:00:00.000Z' },
    tables: [
      { table: 'public.votes', rows: 0, hash: '00' },
      { table: 'public.audit_1', rows: 1, hash: '01', partitionOf: 'public.audit' },
    ],
  },
  archives: [
    { key: `${key}.schema.dump`, sizeBytes: 4, sha256: 'a'.repeat(64), crc32: 'AAAAAA==', content: 'schema' },
    {
      key: `${key}.data-1.dump`,
      sizeBytes: 6,
      sha256: 'b'.repeat(64),
      crc32: 'BBBBBB==',
      content: 'data',
      tables: ['public.votes'],
    },
  ],
  operationId: 'op',
  reason: 'weekly',
  deploymentVersion: 'v2',
  source: { instance: 'zephyr-production-db', resourceId: 'db-1', region: 'us-east-1' },
};

/** The manifest's text with the field at a path replaced. */
function withField(path: string, value: unknown): string {
  const manifest = structuredClone(fullManifest) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: Record<string, unknown> = manifest;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return JSON.stringify(manifest);
}

describe('parseManifest', () => {
  it('reads every field that serializeManifest writes', () => {
    expect(parseManifest(serializeManifest(fullManifest), `${key}.manifest.json`)).toEqual(fullManifest);
    expect(parseManifest(serializeManifest(fullManifest), `${key}.dump`)).toEqual(fullManifest);
  });

  it('reads a manifest with nothing optional in it, and leaves those fields out', () => {
    const { schemas, tables, fingerprint, structure, reason, deploymentVersion, ...least } = fullManifest;
    expect([schemas, tables, fingerprint, structure, reason, deploymentVersion]).not.toContain(undefined);
    expect(parseManifest(serializeManifest(least), `${key}.dump`)).toStrictEqual(least);
  });

  it('passes over what a later release has added', () => {
    expect(parseManifest(withField('later', { added: true }), `${key}.dump`)).toEqual(fullManifest);
  });

  it.each([
    ['version', '1'],
    ['version', undefined],
    ['key', 'manual/2025/11/09/another.dump'],
    ['database', ''],
    ['createdAt', '2025-11-09'],
    ['dataTime', 'yesterday'],
    ['dataTime', 17],
    ['sizeBytes', -1],
    ['sizeBytes', 11],
    ['sizeBytes', 1.5],
    ['pgDumpVersion', '15'],
    ['serverVersion', null],
    ['compression', 'gzip'],
    ['compression.method', 'lzma'],
    ['compression.level', 'high'],
    ['schemas', 'public'],
    ['tables', ['public.votes', 7]],
    ['fingerprint', []],
    ['fingerprint.algorithm', null],
    ['structure.format', 'structure/9'],
    ['structure.kinds', ['nonsense']],
    ['structure.objects.0.name', ''],
    ['structure.objects.0.properties.version', 3],
    ['fingerprint.slice', 'all'],
    ['fingerprint.tables.0.rows', 1e300],
    ['fingerprint.tables.0.hash', ''],
    ['fingerprint.tables.1.partitionOf', 5],
    ['archives', {}],
    ['archives', []],
    ['archives.0.sha256', 'A'.repeat(64)],
    ['archives.0.crc32', 5],
    ['archives.0.crc32', 'AAAA'],
    ['archives.0.content', 'half'],
    ['archives.0.content', 'everything'],
    ['archives.0.content', 'data'],
    ['archives.1.content', 'schema'],
    ['archives.1.tables', 'public.votes'],
    ['archives.0.key', 'evidence/secret.json'],
    ['archives.1.key', 'manual/2025/11/09/zephyr-backup-20251109-140000-x.dump'],
    ['operationId', undefined],
    ['source', undefined],
    ['source.instance', 5],
  ])('refuses a wrong %s: %j', (path, value) => {
    const first = path.split('.')[0];
    expect(() => parseManifest(withField(path, value), `${key}.dump`)).toThrow(
      expect.objectContaining({
        code: 'dump-corrupt',
        message: expect.stringContaining(`: ${first}`),
      }),
    );
  });

  it.each(['', '{', '[]', 'null', '"text"'])('refuses a text that is no manifest: %j', (text) => {
    expect(() => parseManifest(text, `${key}.dump`)).toThrow(
      expect.objectContaining({ code: 'dump-corrupt', details: { key: `${key}.dump` } }),
    );
  });

  it('says that a later version needs a later release', () => {
    expect(() => parseManifest(withField('version', 2), `${key}.dump`)).toThrow(
      expect.objectContaining({ code: 'version-mismatch' }),
    );
  });
});

describe('manifestKeyOf', () => {
  it('is the same for the dump, its manifest, and the name without an ending', () => {
    for (const name of [`${key}.dump`, `${key}.manifest.json`, key, `${key}.schema.dump`, `${key}.data-12.dump`])
      expect(manifestKeyOf(name)).toBe(`${key}.manifest.json`);
  });

  it('takes no part of a database name for that of an archive', () => {
    const odd = 'manual/2025/11/09/zephyr.data-1-backup-20251109-140000-x7';
    for (const name of [`${odd}.dump`, `${odd}.schema.dump`]) expect(manifestKeyOf(name)).toBe(`${odd}.manifest.json`);
  });
});
