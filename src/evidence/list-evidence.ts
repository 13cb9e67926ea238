import { invalidInput } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import {
  checkInstantForKey,
  type EvidenceEntry,
  type EvidenceKind,
  evidenceKinds,
  evidencePlace,
  parseEvidenceKey,
} from './evidence-key.js';

/** Which evidence to list. Only what is named narrows the list. */
export interface EvidenceFilter {
  readonly kind?: EvidenceKind | undefined;
  /** Made in the second of this instant or later. */
  readonly since?: Date | undefined;
  /** Made before this instant. */
  readonly until?: Date | undefined;
}

/**
 * The evidence of a system's archive, oldest first, by its keys alone and page by page; none where there is no archive.
 *
 * Errors: `invalid-input`, `bucket-not-found`, `access-denied`.
 */
export async function* listEvidence(
  system: System,
  filter: EvidenceFilter = {},
  call?: PortCall,
): AsyncGenerator<EvidenceEntry, void, undefined> {
  const { kind, since, until } = filter;
  if (kind !== undefined && !evidenceKinds.includes(kind)) {
    throw invalidInput('kind', `is none of evidence: ${JSON.stringify(kind)}`, `Use ${evidenceKinds.join(', ')}.`);
  }
  if (since !== undefined) checkInstantForKey(since, 'since');
  if (until !== undefined) checkInstantForKey(until, 'until');
  if (system.archive === undefined) return;
  const { store } = archiveStore(system);
  const kinds = kind === undefined ? evidenceKinds : [kind];
  yield* mergeByTime(kinds.map((each) => listKind(store, each, { since, until }, call)));
}

async function* listKind(
  store: ObjectStorePort,
  kind: EvidenceKind,
  { since, until }: Pick<EvidenceFilter, 'since' | 'until'>,
  call: PortCall | undefined,
): AsyncGenerator<EvidenceEntry, void, undefined> {
  const startAfter = since === undefined ? undefined : evidencePlace(kind, since);
  for await (const { key } of store.list({ prefix: `evidence/${kind}/`, startAfter }, call)) {
    const entry = parseEvidenceKey(key);
    // Others may keep things in the bucket too.
    if (entry === undefined) continue;
    if (until !== undefined && entry.at >= until) return;
    yield entry;
  }
}

/** Several streams that are each in order as one, with no more than one entry of each in hand. */
async function* mergeByTime(
  streams: readonly AsyncGenerator<EvidenceEntry, void, undefined>[],
): AsyncGenerator<EvidenceEntry, void, undefined> {
  const heads: { entry: EvidenceEntry; readonly stream: AsyncGenerator<EvidenceEntry, void, undefined> }[] = [];
  try {
    for (const stream of streams) {
      const { value } = await stream.next();
      if (value !== undefined) heads.push({ entry: value, stream });
    }
    for (;;) {
      const [first, ...others] = heads;
      if (first === undefined) return;
      const oldest = others.reduce((best, head) => (head.entry.at < best.entry.at ? head : best), first);
      yield oldest.entry;
      const { value } = await oldest.stream.next();
      if (value === undefined) heads.splice(heads.indexOf(oldest), 1);
      else oldest.entry = value;
    }
  } finally {
    for (const stream of streams) await stream.return();
  }
}
