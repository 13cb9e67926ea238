import type { BackupError } from '../core/errors.js';
import type { ReadinessCode, ReadinessFinding } from './readiness-report.js';

/** The finding about something that could not be looked at: a warning, with AWS's reason. */
export function unknownFinding(
  about: { readonly code: ReadinessCode; readonly title: string },
  { code, message, hint }: BackupError,
): ReadinessFinding {
  return {
    code: about.code,
    grade: 'warning',
    title: `unknown: ${about.title}`,
    evidence: { error: code },
    meaning: `It could not be found out: ${message}.`,
    next: hint,
    unknown: { code, message },
  };
}
