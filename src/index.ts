// What is protected.

// Back up.
export { BackupClient } from './backup/backup-client.js';
export type { DatabaseExpectation } from './checks/expectation.js';
export type { DatabaseFingerprint } from './checks/fingerprint.js';
export type { Backup, DatabaseSnapshot, Dump } from './core/backups.js';
export type { CheckReport, CheckResult, Verdict } from './core/check-result.js';
export { formatMilliseconds } from './core/duration.js';
// Vocabulary.
export { BackupError, isBackupError } from './core/errors.js';
export { assessObjectives, type ObjectiveVerdict } from './core/objectives.js';
export type { OnProgress } from './core/progress.js';

// Prove.
export { IntegrityChecker } from './integrity/integrity-checker.js';
export { createFileJournal } from './restore/file-journal.js';
export { createMemoryJournal } from './restore/memory-journal.js';
export { renderPlan } from './restore/render-plan.js';
export type { RestoreOutcome } from './restore/restore-outcome.js';
export type { RestorePlan } from './restore/restore-plan.js';
// Recover.
export { RestorePlanner } from './restore/restore-planner.js';
export { renderRetention } from './retention/render-retention.js';
// Keep and expire.
export { RetentionPolicy } from './retention/retention-policy.js';
export { zephyrRetention } from './retention/retention-rules.js';
export { defineSystem, type System, type SystemOptions } from './system/define-system.js';
