import type { Tags } from '../core/tags.js';

/**
 * What retention needs to know of a backup; every backup of this library satisfies it. What is not known is left out, and
 * what retention cannot place (an unknown kind, origin, status or age) it never expires.
 */
export interface RetentionCandidate {
  /** `database-snapshot`, `cache-snapshot` or `dump`. */
  readonly kind: string;
  /** Unique within kind and region. A backup that is listed twice is judged once. */
  readonly id: string;
  readonly region?: string | undefined;
  /** Of what it is a backup. `resourceId` goes before the name, which a rename hands on (facts A20). */
  readonly source?: { readonly instance: string; readonly resourceId?: string | undefined } | undefined;
  /** Of dumps: which database of the instance. */
  readonly database?: string | undefined;
  /** Who made it. Only `manual` ones can be ours to delete (facts A3, A14); a dump without origin is taken for one. */
  readonly origin?: string | undefined;
  /** `available` is the only status that makes a backup count. */
  readonly status: string;
  /** When it was made: of a copied snapshot the original's time, which copying does not change (facts A6). */
  readonly createdAt?: Date | undefined;
  readonly tags?: Tags | undefined;
  /** Anything but `undefined`: a drill or a dump check has proven it. */
  readonly verified?: object | undefined;
}
