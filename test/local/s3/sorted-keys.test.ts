import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../../src/local/s3/compare-keys.js';
import { createSortedKeys } from '../../../src/local/s3/sorted-keys.js';

const keyText = fc.oneof(fc.integer({ min: 0, max: 200 }).map(String), fc.string({ unit: 'grapheme', maxLength: 4 }));
const changes = fc.array(fc.record({ add: fc.boolean(), key: keyText }), { maxLength: 150 });

describe('sorted keys', () => {
  it('are those added and not removed since, in UTF-8 order, however many changes lie between two looks', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (rounds) => {
        const sorted = createSortedKeys();
        const expected = new Set<string>();
        for (const round of rounds) {
          for (const { add, key } of round) {
            if (add) sorted.add(key);
            else sorted.remove(key);
            if (add) expected.add(key);
            else expected.delete(key);
          }
          expect(sorted.inOrder()).toEqual([...expected].sort(compareKeys));
        }
      }),
    );
  });
});
