import { formatMilliseconds, parseDuration } from '../core/duration.js';
import type { Objectives } from '../core/objectives.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts, ReplicaLag } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

const gibibyte = 1_073_741_824;

/** Up to this the lag of a replica of an idle primary rises and falls by itself (facts E5). */
const idleLagSeconds = 300;

/** Logs that take more than this share of storage are not taken by somebody (facts E5). */
const muchLog = 0.2;

/** The read replicas: whether there are as many as expected, and how far each is behind. */
export function judgeReplicas(
  facts: ReadinessFacts,
  objectives: Objectives,
  expected: CheckedExpectation,
): readonly ReadinessFinding[] {
  const { replicas } = facts.instance;
  const found = { code: 'replicas', evidence: { replicas, expected: expected.replicas } } as const;
  const count = `${replicas.length} of ${expected.replicas} expected read replicas`;
  const lags = replicas.length === 0 ? [] : [judgeLag(facts, objectives)];
  if (replicas.length >= expected.replicas) {
    const meaning = replicas.length === 0 ? 'None are expected.' : 'A replica is no backup: it repeats every mistake.';
    return [{ ...found, grade: 'ok', title: count, meaning }, ...lags, ...judgeLogs(facts)];
  }
  return [
    {
      ...found,
      grade: 'warning',
      title: count,
      meaning: 'What was planned for the loss of a region or for reports is not there.',
      next: 'Make one with RestorePlanner.planReplica; in another region it needs a KMS key, security groups and a parameter group of that region.',
    },
    ...lags,
    ...judgeLogs(facts),
  ];
}

function judgeLag({ metrics }: ReadinessFacts, objectives: Objectives): ReadinessFinding {
  const about = { code: 'replica-lag', title: 'the lag of the replicas' } as const;
  if (metrics !== undefined && !metrics.known) return unknownFinding(about, metrics.error);
  const replicas = metrics?.value.replicas ?? [];
  const allowed = parseDuration(objectives.recoveryPoint, 'objectives.recoveryPoint') / 1_000;
  const found = { code: about.code, evidence: { replicas, allowedSeconds: allowed } } as const;
  const stopped = replicas.filter(({ lagSeconds = 0 }) => lagSeconds < 0);
  const late = replicas.filter(({ lagSeconds = 0 }) => lagSeconds > Math.max(allowed, idleLagSeconds));
  const unmeasured = replicas.filter(({ lagSeconds }) => lagSeconds === undefined);
  if (stopped.length > 0) {
    return {
      ...found,
      grade: 'critical',
      title: `not replicating: ${namesOf(stopped)}`,
      meaning: 'After 30 days RDS gives the replication up, and until then the source keeps all logs for it.',
      next: 'Read the events of the replica; where it cannot catch up, delete it and make another.',
    };
  }
  if (late.length > 0) {
    return {
      ...found,
      grade: 'warning',
      title: `behind: ${late.map(lagText).join(', ')}; the objective is ${objectives.recoveryPoint}`,
      meaning: 'Promoting one of them would lose that much.',
      next: 'Look for long queries on the replica and for a class smaller than that of its source.',
    };
  }
  if (unmeasured.length > 0 || metrics === undefined) {
    return {
      ...found,
      grade: 'warning',
      title: `unknown: the lag of ${unmeasured.length > 0 ? namesOf(unmeasured) : 'the replicas'}`,
      meaning: 'What a promotion would lose cannot be told.',
      next: 'Let this identity read CloudWatch, and give defineSystem otherRegions for replicas that are elsewhere.',
      unknown: { code: 'not-measured', message: 'CloudWatch has no measurement of it, or cannot be asked' },
    };
  }
  return {
    ...found,
    grade: 'ok',
    title: `replicas are up to date: ${replicas.map(lagText).join(', ')}`,
    meaning: 'A promotion would lose no more than that.',
  };
}

/** Logs that nobody takes fill the disk of the source. */
function judgeLogs({ metrics, instance }: ReadinessFacts): readonly ReadinessFinding[] {
  const logBytes = metrics?.known ? metrics.value.logBytes : undefined;
  if (logBytes === undefined || logBytes <= muchLog * instance.allocatedStorageGiB * gibibyte) return [];
  return [
    {
      code: 'retained-logs',
      grade: 'warning',
      title: `${(logBytes / gibibyte).toFixed(1)} GiB of logs are kept on the instance`,
      evidence: { logBytes, allocatedStorageGiB: instance.allocatedStorageGiB },
      meaning: 'A replica or a replication slot no longer takes them: they grow until storage is full.',
      next: 'Look at pg_replication_slots; drop the slot, or delete the replica, that nobody reads.',
    },
  ];
}

function namesOf(replicas: readonly ReplicaLag[]): string {
  return replicas.map(({ replica }) => replica).join(', ');
}

function lagText({ replica, lagSeconds = 0 }: ReplicaLag): string {
  return `${replica} ${formatMilliseconds(lagSeconds * 1_000)}`;
}
