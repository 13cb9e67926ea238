/** An ISO instant for people: `2025-11-09 14:25:00 UTC`. What is none comes out as it is. */
export function utcText(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}
