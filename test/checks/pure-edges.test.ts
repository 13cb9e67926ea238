import { describe, expect, it } from 'vitest';
import { checkExpectation } from '../../src/checks/check-expectation.js';
import { compareStructures } from '../../src/checks/compare-structures.js';
import type { DatabaseStructure, StructureObject } from '../../src/checks/structure.js';
import { namePartsOf, qualifiedName } from '../../src/checks/table-name.js';
import { provenBy } from '../../src/integrity/dump-check-report.js';
import { zephyrExpectation } from '../../src/integrity/zephyr-expectation.js';

const structure = (serverVersion: number, objects: readonly StructureObject[]): DatabaseStructure => ({
  format: 'structure/1',
  serverVersion,
  kinds: ['table', 'column', 'index'],
  objects,
});

describe('structures', () => {
  it('of other major versions differ where a definition is there on one side only', () => {
    const index = (properties: StructureObject['properties']): StructureObject => ({
      kind: 'index',
      name: 'i',
      properties,
    });
    const expected = structure(150_000, [index({ definition: 'btree (id)' })]);
    expect(compareStructures(expected, structure(160_000, [index({ definition: 'btree(id)' })]))).toEqual({
      outcome: 'equal',
    });
    expect(compareStructures(expected, structure(160_000, [index({})]))).toEqual({
      outcome: 'different',
      differences: [{ kind: 'index', name: 'i', difference: 'has definition none instead of btree (id)' }],
    });
  });

  it('tell of a column whose name says nothing of its table', () => {
    const column: StructureObject = { kind: 'column', name: 'lonely', properties: {} };
    expect(compareStructures(structure(150_000, [column]), structure(150_000, []))).toEqual({
      outcome: 'different',
      differences: [{ kind: 'column', name: 'lonely', difference: 'is missing' }],
    });
  });

  it('that are none are refused', () => {
    expect(() => checkExpectation({ structure: { kinds: 'all' } as never })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'expectation.structure' }),
    );
  });
});

describe('names in parts', () => {
  it('come apart as they were put together', () => {
    for (const parts of [['public', 'votes'], ['odd.schema', 'with "quotes"', 'x'], []]) {
      expect(namePartsOf(qualifiedName(parts))).toEqual(parts);
    }
  });
});

describe('levels and presets', () => {
  it('say of an unknown level that there is none', () => {
    expect(() => provenBy(9 as never)).toThrow('no such level: 9');
  });

  it('hand a structure and a fingerprint on', () => {
    const expected = structure(150_000, []);
    const fingerprint = { algorithm: 'column-hash-64/1', serverVersion: 150_000, tables: [] };
    expect(zephyrExpectation({ structure: expected, fingerprint })).toMatchObject({ structure: expected, fingerprint });
  });
});
