/** Text of others in a table's cell: neither a new row nor markup. */
export function markdownCell(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/\s+/g, ' ');
}
