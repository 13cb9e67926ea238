import type { DrillEvidence } from '../../../src/integrity/drill/drill-evidence.js';

/** A drill of a snapshot that passed. */
export const passedDrill: DrillEvidence = {
  version: 1,
  runId: 'k3v9x2mq',
  verdict: 'passed',
  reasons: [],
  startedAt: '2025-11-09T03:00:00.000Z',
  finishedAt: '2025-11-09T03:31:00.000Z',
  system: { region: 'us-east-1', instance: 'zephyr-production-db', database: 'zephyr' },
  backup: {
    kind: 'database-snapshot',
    asked: 'latest-automated-snapshot',
    id: 'rds:zephyr-production-db-2025-11-09-02-10',
    region: 'us-east-1',
    resourceId: 'db-PRODUCTION',
    createdAt: '2025-11-09T02:12:00.000Z',
    dataTime: '2025-11-09T02:10:00.000Z',
  },
  target: {
    kind: 'instance',
    region: 'us-east-1',
    identifier: 'zephyr-drill-k3v9x2mq',
    resourceId: 'db-DRILL',
    size: 'db.t3.large',
  },
  phases: [
    phase('choose', '03:00:00', '03:00:04'),
    phase('restore-from-snapshot', '03:00:04', '03:00:10'),
    phase('wait-for-instance', '03:00:10', '03:18:10'),
    phase('apply-configuration', '03:18:10', '03:20:10'),
    phase('prove-password', '03:20:10', '03:20:11'),
    phase('check', '03:20:11', '03:26:11'),
    phase('tear-down', '03:26:11', '03:31:00'),
  ],
  recoveryTime: {
    allowedMilliseconds: 3_600_000,
    measuredMilliseconds: 1_571_000,
    verdict: 'met',
    basis: 'from the beginning until the restored data had been checked',
  },
  recoveryPoint: {
    allowedMilliseconds: 300_000,
    measuredMilliseconds: 3_000_000,
    verdict: 'not-judged',
    basis: 'age of the snapshot when the drill began; the objective is held by point-in-time recovery',
    ageMilliseconds: 3_000_000,
    gapMilliseconds: 41_000,
    newestRow: '2025-11-09T02:09:19.000Z',
  },
  checks: [
    {
      check: 'password',
      verdict: 'passed',
      summary: 'zephyr_admin signed in with the current password',
      evidence: { user: 'zephyr_admin', serverVersion: 150_018 },
    },
    {
      check: 'boundary',
      verdict: 'passed',
      summary: 'public.votes: the newest row is of 2025-11-09T02:09:19Z',
      evidence: { table: 'public.votes', newest: '2025-11-09T02:09:19Z', gapMilliseconds: 41_000 },
    },
    { check: 'foreign-keys', verdict: 'passed', summary: '4 foreign keys hold', evidence: { checked: 4 } },
  ],
  notChecked: ['content: no fingerprint was expected', 'structure: none was expected'],
  teardown: { outcome: 'removed', leftovers: [] },
  cost: {
    currency: 'USD',
    amount: 0.09,
    items: [
      { what: 'db.t3.large', hours: 0.52, quantity: 1, pricePerHour: 0.145 },
      { what: 'gp3 storage', hours: 0.52, quantity: 100, pricePerHour: 0.000158 },
    ],
  },
  planHash: 'a'.repeat(64),
};

/** Restored, but a check could not be made and the objective was missed. */
export const partialDrill: DrillEvidence = {
  ...passedDrill,
  runId: 'p7c1d0ab',
  verdict: 'partial',
  reasons: [
    'amcheck is inconclusive: the extension is not installed',
    'the recovery took 1 h 10 min, 60 min 00 s is allowed',
  ],
  recoveryTime: { ...passedDrill.recoveryTime, measuredMilliseconds: 4_200_000, verdict: 'missed' },
  checks: [
    ...passedDrill.checks,
    {
      check: 'amcheck',
      verdict: 'inconclusive',
      summary: 'the extension is not installed',
      evidence: { code: 'permission-denied' },
    },
  ],
};

/** Votes without polls were found, and afterwards the instance could not be deleted. */
export const failedDrill: DrillEvidence = {
  ...passedDrill,
  runId: 'f4f4f4f4',
  verdict: 'failed',
  reasons: [
    'foreign-keys failed: public.votes: 3 rows without their public.polls',
    'zephyr-drill-f4f4f4f4 could not be removed: AccessDenied',
  ],
  checks: [
    {
      check: 'foreign-keys',
      verdict: 'failed',
      summary: 'public.votes: 3 rows without their public.polls',
      evidence: { violations: 3, rows: [{ id: '17' }, { id: '18' }, { id: '<b>19</b> & "20"' }] },
    },
  ],
  teardown: {
    outcome: 'failed',
    leftovers: [
      {
        kind: 'instance',
        region: 'us-east-1',
        identifier: 'zephyr-drill-f4f4f4f4',
        resourceId: 'db-DRILL',
        reason: 'AccessDenied',
      },
    ],
  },
};

/** It never came to a restored database: no class of instance was to be had. */
export const unfinishedDrill: DrillEvidence = {
  ...passedDrill,
  runId: 'u0u0u0u0',
  verdict: 'failed',
  reasons: ['the drill ended in wait-for-instance: instance zephyr-drill-u0u0u0u0 is incompatible-network'],
  phases: [
    phase('choose', '03:00:00', '03:00:04'),
    phase('restore-from-snapshot', '03:00:04', '03:00:10'),
    phase('wait-for-instance', '03:00:10', '03:18:10', 'failed'),
    phase('tear-down', '03:26:11', '03:31:00'),
  ],
  recoveryTime: { allowedMilliseconds: 3_600_000, verdict: 'not-judged', basis: 'nothing was restored' },
  recoveryPoint: { allowedMilliseconds: 300_000, verdict: 'not-judged', basis: 'nothing was restored' },
  checks: [],
  notChecked: ['everything: the drill ended before it could'],
  error: {
    code: 'resource-failed',
    message: 'instance zephyr-drill-u0u0u0u0 is incompatible-network',
    hint: 'Read its events.',
  },
};

function phase(
  name: string,
  from: string,
  to: string,
  outcome: 'done' | 'failed' = 'done',
): DrillEvidence['phases'][number] {
  const startedAt = `2025-11-09T${from}.000Z`;
  const finishedAt = `2025-11-09T${to}.000Z`;
  const milliseconds = new Date(finishedAt).getTime() - new Date(startedAt).getTime();
  return { phase: name, startedAt, finishedAt, milliseconds, outcome };
}
