import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.js';
import type { Verdict } from '../core/check-result.js';
import { BackupError } from '../core/errors.js';
import { instantOf, JsonMismatch, oneOf, recordOf, textOf } from '../core/json-fields.js';
import { type EvidenceKind, evidenceKinds, evidencePlace } from './evidence-key.js';

/** What a drill, a check, a restore or a retention run leaves in the archive. */
export interface EvidenceRecord {
  readonly kind: EvidenceKind;
  /** When it was finished. */
  readonly at: Date;
  /** What it speaks of: the identifier of an instance or a backup. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** The report or outcome itself, as JSON keeps it: instants are ISO texts. No secrets go in here. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Evidence as it is stored: equal records give equal text. */
export function serializeEvidence(record: EvidenceRecord): string {
  return `${canonicalJson({ version: 1, ...record })}\n`;
}

/**
 * Where evidence lies: by kind and UTC day, so that a listing can be bounded and comes oldest first. The token is of the
 * content: what is written again after a lost answer lands where it was.
 */
export function evidenceKey(kind: EvidenceKind, at: Date, content: string): string {
  const token = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return `${evidencePlace(kind, at)}-${token}.json`;
}

/**
 * Reads evidence from its text; `key` is where it was found.
 *
 * Errors: `evidence-invalid`, also where it is not what was written under this key; `version-mismatch`.
 */
export function parseEvidence(text: string, key: string): EvidenceRecord {
  try {
    const record = recordOf(JSON.parse(text), 'evidence');
    if (Number.isInteger(record.version) && record.version !== 1) throw laterVersion(key, record.version);
    oneOf(record.version, 'version', [1]);
    const parsed: EvidenceRecord = {
      kind: oneOf(record.kind, 'kind', evidenceKinds),
      at: new Date(instantOf(record.at, 'at')),
      subject: textOf(record.subject, 'subject'),
      verdict: oneOf(record.verdict, 'verdict', ['passed', 'failed', 'inconclusive']),
      body: recordOf(record.body, 'body'),
    };
    if (evidenceKey(parsed.kind, parsed.at, text) !== key) throw new JsonMismatch('content', 'is not what was written');
    return parsed;
  } catch (error) {
    if (!(error instanceof JsonMismatch || error instanceof SyntaxError)) throw error;
    throw evidenceInvalid(key, error.message, error);
  }
}

/** The error for evidence that proves nothing. */
export function evidenceInvalid(key: string, problem: string, cause?: unknown): BackupError {
  return new BackupError({
    code: 'evidence-invalid',
    message: `the evidence ${key} cannot be relied on: ${problem}`,
    hint: 'Make the check or drill again, and find out who wrote to the archive.',
    details: { key },
    cause,
  });
}

function laterVersion(key: string, version: unknown): BackupError {
  return new BackupError({
    code: 'version-mismatch',
    message: `the evidence ${key} has version ${String(version)}, which this release does not know`,
    hint: 'Use the release of @zephyr/backup that wrote it, or a later one.',
    details: { key, version },
  });
}
