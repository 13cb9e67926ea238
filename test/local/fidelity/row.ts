/** What the service answered so far, by operation: the latest each. */
export type Answers = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** One request of the table. Rows are sent in their order, and later ones build on what earlier ones made. */
export interface Row {
  readonly operation: string;
  readonly input: object | ((answers: Answers) => object);
  /** Where it is sent, if not to the first region. */
  readonly at?: 'elsewhere' | undefined;
  /** For a request that is granted: paths in the answer that must be there. */
  readonly has?: readonly string[] | undefined;
  /** For one that is refused: the code on the wire. */
  readonly code?: string | undefined;
  /** Minutes on the region's clock to wait for what it sets in motion. */
  readonly wait?: number | undefined;
}

/** A request that is granted; `has` names members that its answer must have. */
export function granted(operation: string, input: Row['input'], has: readonly string[], more: Partial<Row> = {}): Row {
  return { operation, input, has, ...more };
}

/** A request that is refused with a code. */
export function refused(operation: string, input: Row['input'], code: string, more: Partial<Row> = {}): Row {
  return { operation, input, code, ...more };
}
