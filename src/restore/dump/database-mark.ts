import type { Tags } from '../../core/tags.js';

/**
 * What a database that an execution has made is marked with, as its comment: databases have no tags. Of one that is to be dropped again
 * the tags follow as JSON.
 */
export function databaseMark(dump: string, operationId: string, tags: Tags | undefined): string {
  const mark = `zephyr-backup: restored from ${dump}, operation ${operationId}`;
  return tags === undefined ? mark : `${mark} ${JSON.stringify(tags)}`;
}

/** The tags that such a mark ends in; none where it is no mark, or has none. */
export function tagsOfMark(comment: string | null): Tags {
  const found = /^zephyr-backup: restored from .*, operation \S+ (\{.*\})$/s.exec(comment ?? '')?.[1];
  if (found === undefined) return {};
  try {
    const tags = JSON.parse(found) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
  } catch {
    // Somebody has changed it: then it proves nothing.
    return {};
  }
}
