import fc from 'fast-check';
import { expect, it } from 'vitest';
import { databaseMark, tagsOfMark } from '../../src/restore/dump/database-mark.js';

const line = fc.string({ unit: 'binary', maxLength: 40 });
const tags = fc.dictionary(line, line, { noNullPrototype: true });
const operation = 'restore-0123456789abcdef0123456789abcdef';

it('a mark holds the tags of what is to be dropped again, whatever the dump is called', () => {
  fc.assert(
    fc.property(line, tags, (dump, given) => {
      expect(tagsOfMark(databaseMark(dump, operation, given))).toEqual(given);
    }),
  );
});

it('a database that is to stay, or that another has commented on, has none', () => {
  expect(tagsOfMark(databaseMark('a.dump', operation, undefined))).toEqual({});
  for (const comment of [null, '', 'ours', '{"zephyr:purpose":"drill"}', `${databaseMark('a', operation, {})}}`]) {
    expect(tagsOfMark(comment)).toEqual({});
  }
});
