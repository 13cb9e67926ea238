import type { DatabaseStructure, StructureKind, StructureObject } from './structure.js';

/** One thing that is not as expected, in words. */
export interface StructureDifference {
  readonly kind: StructureKind;
  readonly name: string;
  /** `is missing`, `is not expected`, or what about it differs. */
  readonly difference: string;
}

/** What a comparison came to. `not-comparable` is no verdict. */
export type StructureComparison =
  | { readonly outcome: 'equal' }
  | { readonly outcome: 'different'; readonly differences: readonly StructureDifference[] }
  | { readonly outcome: 'not-comparable'; readonly reason: string };

/** What servers print from parsed form, and other major versions print differently. */
const printed: readonly string[] = ['definition', 'default', 'generated', 'using', 'check', 'checks'];

/** The longest that a property is quoted in a difference, in characters. */
const longest = 160;

/**
 * Compares a structure with the expected one, in the kinds that the expected one describes. Between servers of different major
 * versions, definitions are left out, since each prints the same one in its own way; what is there is compared all the same.
 *
 * @example
 * ```ts
 * const comparison = compareStructures(production, restored);
 * if (comparison.outcome === 'different') {
 *   for (const { kind, name, difference } of comparison.differences) console.log(`${kind} ${name} ${difference}`);
 * }
 * ```
 */
export function compareStructures(expected: DatabaseStructure, actual: DatabaseStructure): StructureComparison {
  if (expected.format !== actual.format) {
    return { outcome: 'not-comparable', reason: `${expected.format} and ${actual.format} are different forms` };
  }
  const unseen = expected.kinds.find((kind) => !actual.kinds.includes(kind));
  if (unseen !== undefined)
    return { outcome: 'not-comparable', reason: `one of them does not describe each ${unseen}` };
  const alike = majorOf(expected) === majorOf(actual);
  const found = new Map(actual.objects.map((object) => [keyOf(object), object]));
  const wanted = new Map(expected.objects.map((object) => [keyOf(object), object]));
  const differences = expected.objects.flatMap((object): readonly StructureDifference[] => {
    const other = found.get(keyOf(object));
    // An index that no query can use is no loss, and pg_dump leaves it out.
    if (other === undefined && object.kind === 'index' && object.properties.valid === false) return [];
    if (other === undefined) return [differenceOf(object, 'is missing')];
    return differingProperties(object, other, alike).map((difference) => differenceOf(object, difference));
  });
  const strange = actual.objects
    .filter((object) => expected.kinds.includes(object.kind) && !wanted.has(keyOf(object)))
    .map((object) => differenceOf(object, 'is not expected'));
  const all = [...withoutConsequences(differences), ...withoutConsequences(strange)];
  return all.length === 0 ? { outcome: 'equal' } : { outcome: 'different', differences: all };
}

function majorOf({ serverVersion }: DatabaseStructure): number {
  return Math.floor(serverVersion / 10_000);
}

function keyOf({ kind, name }: StructureObject): string {
  return `${kind} ${name}`;
}

function differenceOf({ kind, name }: StructureObject, difference: string): StructureDifference {
  return { kind, name, difference };
}

function differingProperties(expected: StructureObject, actual: StructureObject, alike: boolean): readonly string[] {
  const names = [...new Set([...Object.keys(expected.properties), ...Object.keys(actual.properties)])];
  return names.flatMap((name) => {
    const [wanted, found] = [expected.properties[name], actual.properties[name]];
    // A dump does not say of which version its extensions were.
    if (expected.kind === 'extension' && wanted === undefined) return [];
    if (!alike && printed.includes(name))
      return (wanted === undefined) === (found === undefined) ? [] : [say(name, wanted, found)];
    return wanted === found ? [] : [say(name, wanted, found)];
  });
}

function say(name: string, wanted: string | boolean | undefined, found: string | boolean | undefined): string {
  return `has ${name} ${shown(found)} instead of ${shown(wanted)}`;
}

function shown(value: string | boolean | undefined): string {
  if (value === undefined) return 'none';
  const text = String(value);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** A missing table says it all: that its columns, constraints and triggers are missing too is left out. */
function withoutConsequences(differences: readonly StructureDifference[]): readonly StructureDifference[] {
  const gone = new Set(
    differences
      .filter(({ kind, difference }) => kind === 'table' && !difference.startsWith('has '))
      .map(({ name }) => name),
  );
  const isPart = ({ kind, name }: StructureDifference): boolean =>
    ['column', 'constraint', 'trigger', 'policy', 'rule'].includes(kind) && gone.has(name.slice(0, tableEnd(name)));
  return differences.filter((difference) => !isPart(difference));
}

/** Where the name of the table ends in that of one of its parts. */
function tableEnd(name: string): number {
  const last = /\.(?:"(?:[^"]|"")*"|[^."]*)$/.exec(name);
  return last?.index ?? name.length;
}
