import { describe, expect, it } from 'vitest';
import { chooseCompression, type DumpCompression, parseDumpCompression } from '../../src/backup/dump-compression.js';

describe('a compression', () => {
  it.each([
    ['none', { method: 'none', level: 0 }],
    ['gzip', { method: 'gzip', level: 1 }],
    ['gzip:9', { method: 'gzip', level: 9 }],
    ['zstd', { method: 'zstd', level: 1 }],
    ['zstd:22', { method: 'zstd', level: 22 }],
  ] as const)('is read from %s', (text, read) => {
    expect(parseDumpCompression(text)).toEqual(read);
  });

  it.each(['', 'gzip:0', 'gzip:10', 'gzip:1.5', 'zstd:23', 'zstd:-1', 'none:0', 'lzma', 'gzip:', ' gzip', 6, null])(
    'is not %j',
    (text) => {
      const read = () => parseDumpCompression(text as DumpCompression);
      expect(read).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'compression' }));
    },
  );

  it.each([
    [undefined, 150_018, { method: 'gzip', level: 1 }],
    [undefined, 159_999, { method: 'gzip', level: 1 }],
    [undefined, 160_000, { method: 'zstd', level: 1 }],
    [parseDumpCompression('gzip:9'), 170_000, { method: 'gzip', level: 9 }],
    [parseDumpCompression('none'), 170_000, { method: 'none', level: 0 }],
    [parseDumpCompression('zstd:3'), 160_000, { method: 'zstd', level: 3 }],
  ] as const)('of %j by pg_dump %i is %j', (asked, version, chosen) => {
    expect(chooseCompression(asked, version)).toEqual(chosen);
  });

  it('that pg_dump does not have is refused with a way out', () => {
    expect(() => chooseCompression(parseDumpCompression('zstd'), 150_018)).toThrow(
      expect.objectContaining({ code: 'version-mismatch', hint: expect.stringContaining("'gzip'") }),
    );
  });
});
