import type { KeyWatch } from './object-index.js';
import { s3Error } from './s3-error.js';
import type { StoredObject } from './s3-state.js';

/** Conditions on a write. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** Conditions on a read. */
export interface ReadConditions extends WriteConditions {
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** Whether a write depends on what is there. */
export function isConditional(conditions: WriteConditions): boolean {
  return conditions.IfMatch !== undefined || conditions.IfNoneMatch !== undefined;
}

/**
 * Refuses a write whose condition does not hold at the moment it would take effect (facts G7): `PreconditionFailed`, or
 * `ConditionalRequestConflict` if another write or delete of the key went through while this one was under way.
 */
export function checkWriteConditions(
  conditions: WriteConditions,
  current: StoredObject | undefined,
  watch: KeyWatch,
): void {
  const { IfMatch: match, IfNoneMatch: noneMatch } = conditions;
  if (!isConditional(conditions)) return;
  if (noneMatch !== undefined && noneMatch !== '*') throw s3Error('NotImplemented');
  if (watch.disturbed) throw s3Error('ConditionalRequestConflict');
  if (noneMatch !== undefined && current !== undefined) throw s3Error('PreconditionFailed');
  if (match === undefined) return;
  if (current === undefined) throw s3Error('NoSuchKey');
  if (!matches(match, current.etag)) throw s3Error('PreconditionFailed');
}

/** Refuses a delete of anything but the object that was meant. */
export function checkDeleteCondition(match: string | undefined, current: StoredObject | undefined): void {
  if (match === undefined) return;
  if (current === undefined || !matches(match, current.etag)) throw s3Error('PreconditionFailed');
}

/** Whether a read may go on; `not-modified` is for the client's own cache. */
export function judgeRead(conditions: ReadConditions, object: StoredObject): 'go' | 'not-modified' | 'failed' {
  const {
    IfMatch: match,
    IfNoneMatch: noneMatch,
    IfModifiedSince: modified,
    IfUnmodifiedSince: unmodified,
  } = conditions;
  if (match !== undefined && !matches(match, object.etag)) return 'failed';
  if (match === undefined && unmodified !== undefined && object.lastModified > unmodified) return 'failed';
  if (noneMatch !== undefined && matches(noneMatch, object.etag)) return 'not-modified';
  if (noneMatch === undefined && modified !== undefined && object.lastModified <= modified) return 'not-modified';
  return 'go';
}

/** Whether a list of ETags, quoted or not, names this one. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || unquoted(item.trim()) === unquoted(etag));
}

/** An ETag without its quotes, which clients leave out as they please. */
export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
