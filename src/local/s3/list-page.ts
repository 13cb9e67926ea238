import { positionOf } from './sorted-keys.js';

/** What to list. */
export interface PageRequest {
  /** In UTF-8 order. */
  readonly keys: readonly string[];
  readonly prefix: string;
  /** Keys that share what comes before its first occurrence behind the prefix are listed as one. Empty: no such grouping. */
  readonly delimiter: string;
  /** The last key, or group, of the page before; the listing goes on behind it. */
  readonly after: string;
  readonly limit: number;
}

/** One page of a listing. */
export interface Page {
  readonly keys: readonly string[];
  readonly groups: readonly string[];
  /** Whether there is more. */
  readonly truncated: boolean;
  /** What the next page goes on behind. */
  readonly last: string | undefined;
}

/** The next page of a listing: keys and groups in one order, together at most `limit`. */
export function listPage({ keys, prefix, delimiter, after, limit }: PageRequest): Page {
  const page = { keys: [] as string[], groups: [] as string[] };
  let last: string | undefined;
  let position = Math.max(positionOf(keys, prefix), positionBehind(keys, after));
  for (let key = keys[position]; key?.startsWith(prefix); key = keys[position]) {
    const group = groupOf(key, prefix, delimiter);
    if (group !== undefined && group === after) {
      // The page before has listed this group, so all of its keys have been told of.
      position = endOfGroup(keys, group, position);
      continue;
    }
    if (page.keys.length + page.groups.length >= limit) return { ...page, truncated: limit > 0, last };
    if (group === undefined) {
      page.keys.push(key);
      position += 1;
    } else {
      page.groups.push(group);
      position = endOfGroup(keys, group, position);
    }
    last = group ?? key;
  }
  return { ...page, truncated: false, last };
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function positionBehind(keys: readonly string[], after: string): number {
  const position = positionOf(keys, after);
  return keys[position] === after ? position + 1 : position;
}

/** Where the keys that begin with `group` end; they stand together. */
function endOfGroup(keys: readonly string[], group: string, from: number): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]?.startsWith(group)) low = middle + 1;
    else high = middle;
  }
  return low;
}
