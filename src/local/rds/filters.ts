import type { Filter } from '@aws-sdk/client-rds';
import { invalidParameterValue } from '../control-plane/parameter-fault.js';

/** The filters of one Describe operation: name -> what an item is compared by. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => string | undefined>>;

/** Makes one test of a request's filters: an item must match one value of each. */
export function matchesFilters<T>(
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
): (item: T) => boolean {
  const tests = (filters ?? []).map((filter) => {
    const field = Object.hasOwn(fields, filter.Name ?? '') ? fields[filter.Name ?? ''] : undefined;
    if (field === undefined) throw invalidParameterValue(`Unrecognized filter name: ${filter.Name}`);
    const values = new Set((filter.Values ?? []).map((value) => value.toLowerCase()));
    return (item: T) => values.has(field(item)?.toLowerCase() ?? '');
  });
  return (item) => tests.every((test) => test(item));
}
