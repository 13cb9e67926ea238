// What is protected.

export type { DatabasePlace } from './system/database-target.js';
export { defineSystem, type PostgresPorts, type System, type SystemOptions } from './system/define-system.js';

// Back up.

export type { SharingRequest } from './backup/audit-sharing.js';
export { BackupCatalogue } from './backup/backup-catalogue.js';
export { BackupClient } from './backup/backup-client.js';
export type { CopySnapshotRequest } from './backup/copy-request.js';
export type { CacheSnapshotRequest } from './backup/create-cache-snapshot.js';
export type { DatabaseSnapshotRequest } from './backup/create-database-snapshot.js';
export type { CreatedDump } from './backup/create-dump.js';
export type { SharedSnapshot, SharingFact, SharingGrade, SharingReport } from './backup/decide-sharing.js';
export type { DumpCompression } from './backup/dump-compression.js';
export type { DumpArchive, DumpManifest } from './backup/dump-manifest.js';
export type { CreateDumpRequest } from './backup/dump-request.js';
export type { EnsureCacheSnapshotRequest } from './backup/ensure-cache-snapshot.js';
export type { EnsureDatabaseSnapshotRequest } from './backup/ensure-database-snapshot.js';
export type { EnsureDumpRequest } from './backup/ensure-dump.js';
export type { Ensured } from './backup/ensure-interval.js';
export type { CacheExport, CacheExportRequest } from './backup/export-cache-snapshot.js';
export type { RdbFile } from './backup/exported-files.js';
export type { BackupOf, LatestBackupRequest } from './backup/find-backup.js';
export type { BackupFilter } from './backup/list-backups.js';
export { renderSnapshotNote } from './backup/render-snapshot-note.js';
export type { RestoreWindow } from './backup/restore-window.js';
export type { SnapshotLabels } from './backup/snapshot-tags.js';
export type { Sweep } from './backup/sweep.js';
export type { DumpSweep } from './backup/sweep-unfinished-dumps.js';

// Recover.

export type { CacheProfile } from './restore/cache/cache-profile.js';
export type { CacheRestoreRequest } from './restore/cache/cache-restore-request.js';
export { removeTemporaryCache } from './restore/cache/remove-temporary-cache.js';
export type { DumpRestoreRequest } from './restore/dump/dump-restore-request.js';
export { createArchiveJournal } from './restore/execution/archive-journal.js';
export type { ExecuteOptions } from './restore/execution/execute-plan.js';
export type { CacheEndpoint, ConnectCache, SwitchEndpoint, Writers } from './restore/execution/execution.js';
export { createFileJournal } from './restore/execution/file-journal.js';
export { createMemoryJournal } from './restore/execution/memory-journal.js';
export type { LeftOut, RestoredInstance, RestoreOutcome, RestorePhase } from './restore/execution/restore-outcome.js';
export type { KeptEvidence } from './restore/failover/failover-evidence.js';
export type { CacheFailoverPlan, FailoverPlan } from './restore/failover/failover-plan.js';
export type {
  FailoverPhase,
  FailoverPlaces,
  FailoverReport,
  FailoverVerdict,
} from './restore/failover/failover-report.js';
export type { CacheFailoverRequest, FailoverRequest, FailoverWatch } from './restore/failover/failover-request.js';
export type { FailoverFollower } from './restore/failover/failover-subject.js';
export type { FailoverProof } from './restore/failover/judge-failover.js';
export type { FailoverOutage } from './restore/failover/outage-meter.js';
export type { FollowFailoverRequest } from './restore/failover/watch-failover.js';
export { followFailover } from './restore/follow-failover.js';
export type { CandidateRequest, Promotion } from './restore/instance/candidate-request.js';
export type { ConfigurationDrift } from './restore/instance/configuration-drift.js';
export type { ConfigurationProfile } from './restore/instance/configuration-profile.js';
export type { PointInTimeRequest } from './restore/instance/point-in-time-request.js';
export type { SnapshotRestoreRequest } from './restore/instance/snapshot-restore-request.js';
export type { TemporaryCandidate } from './restore/instance/temporary-candidate.js';
export type { InstanceClassChoice } from './restore/instance-class/instance-class-choice.js';
export type { PlanOptions } from './restore/plan/plan-options.js';
export { renderPlan } from './restore/plan/render-plan.js';
export type {
  CacheRestorePlan,
  DumpRestorePlan,
  ExchangePlan,
  InstancePlan,
  InstancePlanBase,
  InstancePlanFacts,
  PassedOverClass,
  PlanBase,
  PlanEstimate,
  PlanWarning,
  PointInTimePlan,
  RecoveryPlan,
  RestorePlan,
  RollbackPlan,
  SnapshotRestorePlan,
} from './restore/plan/restore-plan.js';
export type {
  AnalyzeStep,
  ApplyConfigurationStep,
  CheckCacheStep,
  CheckCandidateStep,
  CheckDumpObjectsStep,
  CreateDatabaseStep,
  FailOverCacheStep,
  FailOverStep,
  Precondition,
  ProtectStep,
  RenameAwayStep,
  RenameIntoPlaceStep,
  RestoreArchiveStep,
  RestoreCacheStep,
  RestoreFromSnapshotStep,
  RestoreStep,
  RestoreToPointInTimeStep,
  ResumeWritersStep,
  StopWritersStep,
  SwitchEndpointStep,
  VerifyPromotionStep,
  WaitForCacheStep,
  WaitForInstanceStep,
} from './restore/plan/restore-step.js';
export type { TypicalDurations, TypicalPhases } from './restore/plan/typical-durations.js';
export type { RollbackRequest } from './restore/promotion/rollback-request.js';
export type { KnownLag } from './restore/replica/known-lag.js';
export type { ReplicaPlan, ReplicaPromotionMode, ReplicaPromotionPlan } from './restore/replica/replica-plan.js';
export type { PromotedSettings, ReplicaPromotionRequest } from './restore/replica/replica-promotion-request.js';
export type { ReplicaRequest } from './restore/replica/replica-request.js';
export type {
  AwaitReplayStep,
  CreateReplicaStep,
  PromoteReplicaStep,
  ReplicaSource,
  ReplicaStep,
  WaitForReplicationStep,
} from './restore/replica/replica-step.js';
export { RestorePlanner } from './restore/restore-planner.js';

// Prove.

export type { CacheExpectation, CachePrefixExpectation } from './checks/cache/cache-expectation.js';
export { type CacheFitRequest, cacheFit, cacheNodeMemory } from './checks/cache/cache-fit.js';
export type { CacheNode, CacheObservation, CachePrefix, ExpiryHorizon } from './checks/cache/cache-observation.js';
export type { CacheCheckReport, CheckCacheRequest } from './checks/cache/check-cache.js';
export { type ExpectCacheOptions, expectCache } from './checks/cache/expect-cache.js';
export type { ObserveCacheRequest } from './checks/cache/observe-cache.js';
export type { CheckDatabaseOptions } from './checks/check-database.js';
export type { FunctionCheck, FunctionFinding } from './checks/check-function.js';
export type { ConnectTo } from './checks/check-same-as.js';
export {
  compareFingerprints,
  type FingerprintComparison,
  type TableDifference,
} from './checks/compare-fingerprints.js';
export { compareStructures, type StructureComparison, type StructureDifference } from './checks/compare-structures.js';
export { type ExpectRowsOptions, expectRows } from './checks/expect-rows.js';
export type {
  BoundaryExpectation,
  ConsistencyCheck,
  CustomExpectation,
  DatabaseExpectation,
  SourceExpectation,
} from './checks/expectation.js';
export type {
  DatabaseFingerprint,
  FingerprintSlice,
  KeyCoverage,
  KeyRange,
  KeyRanges,
  TableFingerprint,
} from './checks/fingerprint.js';
export type { SampleOptions } from './checks/key-coverage.js';
export type { DatabaseStructure, StructureKind, StructureObject } from './checks/structure.js';
export type { CheckDatabaseRequest, CheckOptions } from './integrity/check-database-at.js';
export type { StructureRequest } from './integrity/describe-structure-at.js';
export { abortOnSignals, type ProcessSignals } from './integrity/drill/abort-on-signals.js';
export type {
  DrillCost,
  DrillEvidence,
  DrilledBackup,
  DrilledKind,
  DrillLeftover,
  DrillObjective,
  DrillPhase,
  DrillRecoveryPoint,
  DrillReport,
  DrillTarget,
  DrillTeardown,
  DrillVerdict,
} from './integrity/drill/drill-evidence.js';
export { type DrillHistory, type DrillHistoryRequest, drillHistory } from './integrity/drill/drill-history.js';
export type { DrillKind } from './integrity/drill/drill-kind.js';
export { type DrillPrices, defaultDrillPrices } from './integrity/drill/drill-prices.js';
export type {
  CacheDrillRequest,
  CopyDrillRequest,
  CopyDrillSource,
  DatabaseDrillRequest,
  DatabaseDrillSource,
  DrillCommon,
  DrillQuarantine,
  DrillRequest,
  DrillRun,
  DumpDrillRequest,
  DumpDrillSource,
} from './integrity/drill/drill-request.js';
export type { DrillStatistics, Spread } from './integrity/drill/drill-statistics.js';
export type { SweptThing } from './integrity/drill/left-thing.js';
export {
  createRestoreTestingValidator,
  type RestoreJobEvent,
  type RestoreTestingValidatorOptions,
  type RestoreValidation,
  type RestoreValidationResult,
} from './integrity/drill/restore-testing-validator.js';
export { type DrillSweep, type SweepDrillsOptions, sweepDrills } from './integrity/drill/sweep-drills.js';
export {
  type DumpCheckEvidence,
  type DumpCheckReport,
  type DumpLevel,
  provenBy,
} from './integrity/dump-check-report.js';
export type { CheckDumpRequest, DumpCheckLevel, ScratchDatabase } from './integrity/dump-check-request.js';
export type { DumpCoverage, DumpSubset } from './integrity/dump-subset.js';
export type { FingerprintRequest } from './integrity/fingerprint-at.js';
export { IntegrityChecker } from './integrity/integrity-checker.js';
export {
  type CheckReportOptions,
  type DrillReportOptions,
  type ReportFormat,
  renderCheckReport,
  renderDrillReport,
} from './integrity/report/render-report.js';
export { type ZephyrExpectationOptions, type ZephyrTable, zephyrExpectation } from './integrity/zephyr-expectation.js';

// What remains of it.

export type { EvidenceEntry, EvidenceKind } from './evidence/evidence-key.js';
export type { EvidenceRecord } from './evidence/evidence-record.js';
export { type EvidenceFilter, listEvidence } from './evidence/list-evidence.js';
export { readEvidence } from './evidence/read-evidence.js';

// Know whether it would work.

export { assessReadiness, type ReadinessRequest } from './readiness/assess-readiness.js';
export { type DiagnosisRequest, diagnose } from './readiness/diagnosis/diagnose.js';
export type {
  CauseCode,
  Diagnosis,
  Likelihood,
  LikelyCause,
  RuledOut,
  Symptom,
} from './readiness/diagnosis/diagnosis.js';
export { renderDiagnosis } from './readiness/diagnosis/render-diagnosis.js';
export type { ExpectedConfiguration } from './readiness/expected-configuration.js';
export type { PermissionFeature, PermissionRole } from './readiness/permissions/permission-features.js';
export type { PermissionPlace } from './readiness/permissions/permission-place.js';
export type { PolicyCondition, PolicyDocument, PolicyStatement } from './readiness/permissions/policy-document.js';
export { requiredPermissions } from './readiness/permissions/required-permissions.js';
export type { DrillRecord } from './readiness/readiness-facts.js';
export { createReadinessProbe, type ReadinessProbe, type ReadinessProbeOptions } from './readiness/readiness-probe.js';
export {
  type ReadinessCode,
  type ReadinessFinding,
  type ReadinessGrade,
  type ReadinessObjective,
  type ReadinessReport,
  readinessExitCode,
} from './readiness/readiness-report.js';
export { renderReadiness } from './readiness/render-readiness.js';
export { assessUsage, type UsageRequest } from './readiness/usage/assess-usage.js';
export { renderUsage } from './readiness/usage/render-usage.js';
export { defaultStoragePrices, type StoragePrices } from './readiness/usage/storage-prices.js';
export type { UsageAge, UsageCost, UsageGroup, UsageKind, UsageReport } from './readiness/usage/usage-report.js';

// Keep and expire.

export { carryOutRetention } from './expiry/carry-out-retention.js';
export { decideRetention } from './expiry/decide-retention.js';
export { renderRetentionOutcome } from './expiry/render-retention-outcome.js';
export type { ExpiredBackup, Fate, RetentionOutcome, SpareReason } from './expiry/retention-outcome.js';
export { type CarryOutPurgeOptions, carryOutPurge } from './purge/carry-out-purge.js';
export { decidePurge } from './purge/decide-purge.js';
export type { AgeColumnType, PurgeDecision, PurgeOutcome } from './purge/purge-decision.js';
export type { PurgeRequest } from './purge/purge-request.js';
export type { Count } from './retention/check-rules.js';
export { evaluateRetention, type RetentionOptions } from './retention/evaluate-retention.js';
export { renderRetention } from './retention/render-retention.js';
export type { RetentionCandidate } from './retention/retention-candidate.js';
export type {
  Expired,
  ExpireReason,
  FuseReading,
  KeepReason,
  Kept,
  RetentionDecision,
} from './retention/retention-decision.js';
export { RetentionPolicy } from './retention/retention-policy.js';
export {
  type AutomatedSnapshotRule,
  type DumpRule,
  type KeepRule,
  type ManualSnapshotRule,
  type RetentionRule,
  type RetentionRules,
  zephyrRetention,
} from './retention/retention-rules.js';
export { type RetentionWarning, retentionWarnings } from './retention/retention-warnings.js';

// Vocabulary.

export type {
  Backup,
  BackupCommon,
  BackupKind,
  BackupOrigin,
  BackupStatus,
  CacheSnapshot,
  ContinuousBackup,
  DatabaseSnapshot,
  Dump,
  Verification,
} from './core/backups.js';
export type { CallOptions } from './core/call-options.js';
export type { CheckReport, CheckResult, Verdict } from './core/check-result.js';
export { type Clock, systemClock } from './core/clock.js';
export { type Duration, formatMilliseconds, parseDuration } from './core/duration.js';
export type { BackupErrorCode } from './core/error-codes.js';
export { BackupError, type BackupErrorOptions, type ErrorDetails, isBackupError } from './core/errors.js';
export { assessObjectives, defaultObjectives, type Objectives, type ObjectiveVerdict } from './core/objectives.js';
export type { PollingPace } from './core/poll.js';
export type { OnProgress, ProgressEvent } from './core/progress.js';
export type { Random } from './core/random.js';
export { type Tags, tagKeys } from './core/tags.js';

// Ports: what is needed of the services, for adapters of your own.

export type { AwsPorts } from './ports/aws.js';
export type { AutomatedBackup, SnapshotDescription, SnapshotFilter } from './ports/database-backups.js';
export type { DatabaseEvent, EventFilter } from './ports/database-event.js';
export type { DatabaseInstance, InstanceChange } from './ports/database-instance.js';
export type { PointInTimeSource, ReplicaSettings, RestoreSettings } from './ports/database-restore.js';
export type {
  CacheCluster,
  CacheRestoreSettings,
  CacheSnapshotDescription,
  CacheSnapshotSource,
  ElastiCachePort,
  ReplicationGroup,
} from './ports/elasticache.js';
export type { Journal, JournalEntry } from './ports/journal.js';
export type { MetricPoint, MetricQuery, MetricsPort } from './ports/metrics.js';
export type {
  ObjectDescription,
  ObjectRemoval,
  ObjectStorePort,
  PutOptions,
  UnfinishedUpload,
  UploadedObject,
} from './ports/object-store.js';
export type { OrderableFilter, OrderableOption } from './ports/orderable-option.js';
export type { PortCall } from './ports/port-call.js';
export type {
  ArchiveCompression,
  ArchiveContents,
  ArchiveRestoreRequest,
  ArchiveSection,
  DatabaseCredentials,
  DatabaseTarget,
  DatabaseTls,
  DumpRequest,
  PostgresToolsPort,
  Row,
  SqlPort,
  SqlSession,
} from './ports/postgres.js';
export type { RdsPort } from './ports/rds.js';
export type { RedisPort, RedisSession } from './ports/redis.js';
