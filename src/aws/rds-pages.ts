import type { PortCall } from '../ports/port-call.js';
import { callAws } from './call-aws.js';
import type { AwsRequest } from './translate-aws-error.js';

/** One page of a listing. */
export interface RdsPage<Item> {
  readonly items: readonly Item[];
  readonly marker: string | undefined;
}

/** Every item of a listing; without following the marker RDS cuts it off in silence (facts 0.9). */
export async function* eachOfPages<Item>(
  request: AwsRequest,
  call: PortCall | undefined,
  fetchPage: (marker: string | undefined) => Promise<RdsPage<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let marker: string | undefined;
  do {
    const page = await callAws(request, call, () => fetchPage(marker));
    yield* page.items;
    // An empty marker is the end too: some servers send the element without a value.
    marker = page.marker === '' || page.marker === marker ? undefined : page.marker;
  } while (marker !== undefined);
}
