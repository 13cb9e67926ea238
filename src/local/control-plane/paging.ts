import { invalidParameterValue } from './parameter-fault.js';

const smallestPage = 20;

/** What every Describe operation takes. */
export interface PageRequest {
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** Something that has a place in a list: places are compared by order, then by key. */
export interface Listed {
  readonly order: number;
  readonly key: string;
}

/**
 * Cuts a page of 20 to `largestPage` (default 100) out of a list (facts 0.9). The marker names the last item of the page before, so that pages
 * neither repeat nor lose an item when others come and go meanwhile. What `isListed` leaves out is not looked at further than
 * the page goes: to filter ten thousand for every hundred is what listing them all would mostly cost.
 */
export function pageOf<T extends Listed>(
  sorted: readonly T[],
  request: PageRequest,
  largestPage = 100,
  isListed?: (item: T) => boolean,
): { readonly page: readonly T[]; readonly Marker: string | undefined } {
  const size = request.MaxRecords ?? largestPage;
  if (size < smallestPage || size > largestPage || !Number.isInteger(size)) {
    throw invalidParameterValue(
      `Invalid value ${size} for MaxRecords. Must be between ${smallestPage} and ${largestPage}`,
    );
  }
  const from = request.Marker === undefined ? 0 : placeAfter(sorted, parseMarker(request.Marker));
  const page: T[] = [];
  for (let index = from; index < sorted.length; index += 1) {
    const item = sorted[index];
    if (item === undefined || isListed?.(item) === false) continue;
    const last = page.at(-1);
    if (page.length === size && last !== undefined) return { page, Marker: makeMarker(last) };
    page.push(item);
  }
  return { page, Marker: undefined };
}

/** Compares two items by their place. */
export function byPlace(a: Listed, b: Listed): number {
  if (a.order !== b.order) return a.order - b.order;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function placeAfter(sorted: readonly Listed[], marker: Listed): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && byPlace(item, marker) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function makeMarker(item: Listed): string {
  return Buffer.from(`${item.order} ${item.key}`).toString('base64url');
}

function parseMarker(marker: string): Listed {
  const text = Buffer.from(marker, 'base64url').toString();
  const match = /^(\d+) (.+)$/s.exec(text);
  const [, order, key] = match ?? [];
  if (order === undefined || key === undefined) throw invalidParameterValue(`Invalid Marker: ${marker}`);
  return { order: Number(order), key };
}
