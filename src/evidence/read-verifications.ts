import type { BackupKind, Verification } from '../core/backups.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import {
  type BackupIdentity,
  isSameBackup,
  parseVerifiedKey,
  type VerificationMark,
  verifiedPrefix,
} from './verified-key.js';

/** What is verified. */
export interface Verifications {
  /** How a backup was last proven; `undefined` if it never was, or if the last check of it failed. */
  readonly of: (backup: BackupIdentity) => Verification | undefined;
  /** Whether there is any mark of that name: where there is none, the backup need not be read to be asked about. */
  readonly mention: (kind: BackupKind, id: string) => boolean;
}

/**
 * Reads which backups are verified, from the keys of their marks alone; none where there is no archive. Holds one mark a
 * backup, the newest.
 *
 * Errors: `bucket-not-found`, `access-denied`, and what the store answers.
 */
export async function readVerifications(
  system: System,
  filter: { readonly kind?: BackupKind | undefined } = {},
  call?: PortCall,
): Promise<Verifications> {
  const newest = new Map<string, readonly VerificationMark[]>();
  const mentioned = new Set<string>();
  if (system.archive !== undefined) {
    const { store } = archiveStore(system);
    for await (const { key } of store.list({ prefix: verifiedPrefix(filter.kind) }, call)) {
      const mark = parseVerifiedKey(key);
      if (mark === undefined) continue;
      const { kind, id } = mark.backup;
      mentioned.add(`${kind} ${id}`);
      const name = nameOf(mark.backup);
      newest.set(name, withMark(newest.get(name) ?? [], mark));
    }
  }
  return {
    of: (backup) => {
      const own = newest.get(nameOf(backup))?.filter((mark) => isSameBackup(mark.backup, backup)) ?? [];
      const last = own.reduce<VerificationMark | undefined>(newer, undefined);
      return last?.verdict === 'passed' ? last.verification : undefined;
    },
    mention: (kind, id) => mentioned.has(`${kind} ${id}`),
  };
}

/** Backups that had the name one after the other, each with its newest mark. */
function withMark(marks: readonly VerificationMark[], mark: VerificationMark): readonly VerificationMark[] {
  const same = ({ backup }: VerificationMark): boolean =>
    isSameBackup(backup, mark.backup) &&
    backup.resourceId === mark.backup.resourceId &&
    backup.createdAt?.getTime() === mark.backup.createdAt?.getTime();
  return [...marks.filter((each) => !same(each)), marks.filter(same).reduce<VerificationMark>(newer, mark)];
}

/** Of one second the failed one: nothing is verified by a doubt. */
function newer(one: VerificationMark | undefined, other: VerificationMark): VerificationMark {
  if (one === undefined) return other;
  const later = other.verification.at.getTime() - one.verification.at.getTime();
  return later > 0 || (later === 0 && other.verdict === 'failed') ? other : one;
}

function nameOf({ kind, region, id }: BackupIdentity): string {
  return `${kind} ${region} ${id}`;
}
