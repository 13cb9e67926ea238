import { expect, it } from 'vitest';
import type { DumpManifest } from '../../src/backup/dump-manifest.js';
import { archivesFor } from '../../src/restore/dump/choose-tables.js';
import { selectEntries } from '../../src/restore/dump/select-entries.js';

const listing = [
  'EXTENSION - pgcrypto ',
  'TABLE public votes app',
  'SEQUENCE public votes_id_seq app',
  'TABLE public votes old app',
  'TABLE DATA public votes app',
  'TABLE DATA public votes old app',
  'TABLE DATA public polls app',
  'BLOBS - BLOBS ',
  'SEQUENCE SET public votes_id_seq app',
  'CONSTRAINT public votes votes_pkey app',
  'INDEX public polls_room app',
  'FK CONSTRAINT public votes votes_poll_id_fkey app',
  'FK CONSTRAINT public polls polls_best_fkey app',
].map((text, index) => ({ id: index + 100, text }));

it('takes the rows of the tables, all definitions, and leaves their foreign keys for the end', () => {
  const { wanted, foreignKeys, found } = selectEntries(listing, ['public.votes', 'public.nothing']);
  expect(wanted).toEqual([100, 101, 102, 103, 104, 108, 109, 110, 112]);
  expect(foreignKeys).toEqual([{ id: 111, name: 'votes_poll_id_fkey' }]);
  expect(found).toEqual(['public.votes']);
});

it('tells a table from one whose name begins alike', () => {
  expect(selectEntries(listing, ['public.votes old']).wanted).toContain(105);
  expect(selectEntries(listing, ['public.votes old']).wanted).not.toContain(104);
  const bare = [{ id: 1, text: 'FK CONSTRAINT public votes key' }];
  expect(selectEntries(bare, ['public.votes']).foreignKeys).toEqual([{ id: 1, name: 'key' }]);
});

const archive = (name: string, more: object) => ({ key: name, sizeBytes: 1, sha256: 'x', ...more });
const manifest = {
  key: 'a.dump',
  archives: [
    archive('schema', { content: 'schema' }),
    archive('one', { content: 'data', tables: ['public.votes'] }),
    archive('two', { content: 'data', tables: ['public.polls', 'public.participants'] }),
  ],
} as unknown as DumpManifest;

it('needs the definitions and the archives that hold the rows', () => {
  const keys = (tables: readonly string[] | undefined) => archivesFor(manifest, tables).map(({ key }) => key);
  expect(keys(undefined)).toEqual(['schema', 'one', 'two']);
  expect(keys(['public.votes'])).toEqual(['schema', 'one']);
  expect(keys(['public.polls', 'public.votes'])).toEqual(['schema', 'one', 'two']);
  expect(() => keys(['public.nothing'])).toThrow(
    expect.objectContaining({
      code: 'invalid-input',
      field: 'tables',
      hint: expect.stringContaining('public.participants, public.polls, public.votes.'),
    }),
  );
});

it('believes the fingerprint, and where there is none finds out later', () => {
  const tables = Array.from({ length: 30 }, (_, index) => ({ table: `public.t${index}`, rows: 1, hash: 'h' }));
  const known = { ...manifest, fingerprint: { algorithm: 'a', serverVersion: 1, tables } };
  expect(() => archivesFor(known, ['public.votes'])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(', ...') }),
  );
  const whole = { ...manifest, archives: [archive('whole', { content: 'everything' })] } as unknown as DumpManifest;
  expect(archivesFor(whole, ['public.anything'])).toHaveLength(1);
  const unnamed = { ...manifest, archives: [archive('data', { content: 'data' })] } as unknown as DumpManifest;
  expect(() => archivesFor(unnamed, ['public.votes'])).toThrow(expect.objectContaining({ field: 'tables' }));
});
