import { invalidInput } from '../core/errors.js';

/** What leaves evidence. */
export type EvidenceKind = 'drill' | 'dump-check' | 'database-check' | 'failover' | 'restore' | 'retention';

/** A piece of evidence as its key tells it. */
export interface EvidenceEntry {
  readonly key: string;
  readonly kind: EvidenceKind;
  /** To the second. */
  readonly at: Date;
}

/** Every kind, in the order of their keys. */
export const evidenceKinds: readonly EvidenceKind[] = [
  'database-check',
  'drill',
  'dump-check',
  'failover',
  'restore',
  'retention',
];

/** What the keys of all evidence of a kind and a second begin with. */
export function evidencePlace(kind: EvidenceKind, at: Date): string {
  const [year, month, day] = at.toISOString().slice(0, 10).split('-');
  return `evidence/${kind}/${year}/${month}/${day}/${instantInKey(at)}`;
}

/** What a key says; `undefined` if it is none of evidence. */
export function parseEvidenceKey(key: string): EvidenceEntry | undefined {
  const match = /^evidence\/([a-z-]+)\/(\d{4})\/(\d\d)\/(\d\d)\/(\d{8}T\d{6}Z)-[0-9a-f]{16}\.json$/.exec(key);
  const kind = evidenceKinds.find((each) => each === match?.[1]);
  const at = instantOfKey(match?.[5] ?? '');
  if (match === null || kind === undefined || at === undefined) return undefined;
  return `${match[2]}${match[3]}${match[4]}` === match[5]?.slice(0, 8) ? { key, kind, at } : undefined;
}

/** `20251109T142500Z`: an instant in UTC, so written that the order of texts is that of time. */
export function instantInKey(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** The instant that {@link instantInKey} wrote, to the second; `undefined` if it wrote no such thing. */
export function instantOfKey(text: string): Date | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const instant = new Date(iso);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === iso ? instant : undefined;
}

/** An instant that a key can carry. Errors: `invalid-input`. */
export function checkInstantForKey(instant: Date, field: string): void {
  const year = instant instanceof Date ? instant.getUTCFullYear() : Number.NaN;
  if (year >= 0 && year <= 9999) return;
  throw invalidInput(field, 'is not an instant that a key can carry', 'Give a valid Date of the years 0 to 9999.');
}
