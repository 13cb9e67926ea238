/**
 * The one thing that a dump and its restore print differently: `IN ('a', 'b')` on a varchar casts the list as a whole before the
 * restore, and each of its values afterwards. Both come out as afterwards.
 */
export function stableDefinition(printed: string): string {
  return printed.replace(
    /\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]/g,
    (_whole, items: string) => `ARRAY[${items.replace(/'(?:[^']|'')*'::character varying/g, '($&)::text')}]`,
  );
}
