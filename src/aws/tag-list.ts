import type { Tag } from '@aws-sdk/client-rds';
import type { Tags } from '../core/tags.js';

/** Tags as AWS lists them. */
export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags by key. */
export function fromTagList(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}
