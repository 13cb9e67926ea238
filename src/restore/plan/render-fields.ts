/** Names and values, a line each, the values below one another. */
export function renderFields(rows: readonly (readonly [name: string, value: string])[]): readonly string[] {
  return rows.map(([name, value]) => `  ${name.padEnd(15)} ${value}`);
}
