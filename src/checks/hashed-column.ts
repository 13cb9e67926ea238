/** A column, and in which form it goes into a record hash. */
export interface HashedColumn {
  readonly name: string;
  /** `text`: by what it prints as. `array`: as it is, with its dimensions. */
  readonly hashedAs: 'value' | 'array' | 'text';
}

/** A data type as far as hashing is concerned. */
export interface ColumnType {
  readonly name: string;
  readonly builtIn: boolean;
  /** `b`ase, `c`omposite, `d`omain, `e`num, `p`seudo, `r`ange, `m`ultirange as in `pg_type.typtype`; `a` for true arrays. */
  readonly kind: string;
  /** What it is made of, by type id. */
  readonly inner: readonly string[];
  /** Compares some texts that differ as equal, and hashes them alike. */
  readonly looseCollation: boolean;
}

/**
 * Built-in types whose hash sees every difference that their equality sees, on every server since 14. Left out, and so taken
 * as text: what has no such hash (json, xml, money, bit, geometry, tsvector), what hashes object ids that a restore
 * numbers anew (enums, reg*), and what calls different values equal (interval: 24 hours and 1 day).
 *
 * A fixed list and not the server's catalog: the formula must not change when a later version learns to hash one more type.
 */
const exactTypes: readonly string[] = [
  'bool',
  'bpchar',
  'bytea',
  'char',
  'cidr',
  'date',
  'float4',
  'float8',
  'inet',
  'int2',
  'int4',
  'int8',
  'jsonb',
  'macaddr',
  'macaddr8',
  'name',
  'numeric',
  'oid',
  'text',
  'time',
  'timestamp',
  'timestamptz',
  'timetz',
  'uuid',
  'varchar',
];

/** In which form a column of a type goes into the hash; what is not known for certain goes as text. */
export function hashedAs(
  type: string,
  looseCollation: boolean,
  types: ReadonlyMap<string, ColumnType>,
): HashedColumn['hashedAs'] {
  const known = types.get(type);
  if (known === undefined || looseCollation) return 'text';
  if (known.kind === 'a') return known.inner.every((inner) => isExact(inner, types)) ? 'array' : 'text';
  return isExact(type, types) ? 'value' : 'text';
}

function isExact(id: string, types: ReadonlyMap<string, ColumnType>): boolean {
  const type = types.get(id);
  if (type === undefined || type.looseCollation) return false;
  if (type.kind === 'b') return type.builtIn && exactTypes.includes(type.name);
  // An array inside another type would go in without its dimensions.
  return ['c', 'd', 'r', 'm'].includes(type.kind) && type.inner.every((inner) => isExact(inner, types));
}
