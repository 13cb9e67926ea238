import { formatMilliseconds } from '../../core/duration.js';
import { describePrecondition } from '../execution/preconditions.js';
import type { CacheFailoverPlan, FailoverPlan } from '../failover/failover-plan.js';
import { replicaHeading, replicaPromotionHeading } from '../replica/render-replica-plan.js';
import { renderFields as fields } from './render-fields.js';
import { renderSettings } from './render-settings.js';
import type { CacheRestorePlan, DumpRestorePlan, InstancePlan, RestorePlan, RollbackPlan } from './restore-plan.js';

/**
 * A plan as text for people: what will be done in which order, what it rests on, what it costs, and the hash to approve.
 *
 * @example
 * ```ts
 * console.log(renderPlan(await planner.planPointInTime(request)));
 * ```
 */
export function renderPlan(plan: RestorePlan): string {
  const sections = [
    headingOf(plan),
    ['Steps', ...numbered(plan)],
    ...('profile' in plan.facts ? [renderSettings(plan.facts.profile)] : []),
    estimateLines(plan),
    [
      'Warnings',
      ...(plan.warnings.length === 0 ? ['  none'] : plan.warnings.map(({ code, message }) => `  ${code}: ${message}`)),
    ],
    [`To execute, approve ${plan.hash}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headingOf(plan: RestorePlan): readonly string[] {
  if (plan.kind === 'cache') return cacheHeading(plan);
  if (plan.kind === 'failover') return failoverHeading(plan);
  if (plan.kind === 'cache-failover') return cacheFailoverHeading(plan);
  if (plan.kind === 'rollback') return rollbackHeading(plan);
  if (plan.kind === 'replica') return replicaHeading(plan);
  if (plan.kind === 'replica-promotion') return replicaPromotionHeading(plan);
  return plan.kind === 'dump' ? dumpHeading(plan) : instanceHeading(plan);
}

function cacheHeading(plan: CacheRestorePlan): readonly string[] {
  const { snapshot, living } = plan.facts;
  const size = snapshot.sizeBytes === undefined ? 'size unknown' : `${snapshot.sizeBytes} bytes`;
  return [
    `Plan: restore the cache ${plan.cache} in ${plan.system.region} from the snapshot ${snapshot.identifier}`,
    ...fields([
      ['made', plan.createdAt],
      ['source', `${plan.cache}${living ? '' : ', which is no replication group any more'}`],
      ['data of', snapshot.createdAt],
      ['snapshot', `${snapshot.type}, ${snapshot.engine} ${snapshot.engineVersion}, ${snapshot.nodeType}, ${size}`],
      ['candidate', plan.candidate],
      ...temporaryField(plan),
    ]),
  ];
}

function failoverHeading({ system, facts, createdAt }: FailoverPlan): readonly string[] {
  return [
    `Plan: have ${system.instance} in ${system.region} fail over to its standby`,
    ...fields([
      ['made', createdAt],
      ['primary', facts.primary],
      ['standby', facts.standby],
    ]),
  ];
}

function cacheFailoverHeading({ system, facts, createdAt }: CacheFailoverPlan): readonly string[] {
  const { replicationGroup, nodeGroup, primary, nodes } = facts;
  return [
    `Plan: have the cache ${replicationGroup} in ${system.region} fail over`,
    ...fields([
      ['made', createdAt],
      ['node group', `${nodeGroup}: ${nodes.join(', ')}`],
      ['primary', primary ?? 'not told in cluster mode'],
    ]),
  ];
}

function rollbackHeading({ system, candidate, promotion, facts, createdAt }: RollbackPlan): readonly string[] {
  const { instance, region, resourceId } = system;
  const kept =
    resourceId === undefined ? 'nobody has the production name' : `${resourceId}, kept as ${promotion.archive}`;
  return [
    `Plan: make ${candidate} in ${region} ${instance} again`,
    ...fields([
      ['made', createdAt],
      ['old instance', `${candidate} (${facts.old.resourceId}), PostgreSQL ${facts.old.engineVersion}`],
      ['data of', facts.dataTime],
      ['production now', kept],
    ]),
  ];
}

function temporaryField({ temporary }: InstancePlan | CacheRestorePlan): readonly (readonly [string, string])[] {
  return temporary === undefined ? [] : [['temporary', `for a ${temporary.purpose}, until ${temporary.expiresAt}`]];
}

function instanceHeading(plan: InstancePlan): readonly string[] {
  const { source } = plan.facts;
  return [
    `Plan: restore ${plan.system.instance} in ${plan.system.region} ${plan.kind === 'snapshot' ? 'from' : 'to'} ${restorePoint(plan)}`,
    ...fields([
      ['made', plan.createdAt],
      ['source', `${source.identifier} (${source.resourceId})${source.living ? '' : ', deleted or in another region'}`],
      ...restorePointFields(plan),
      ['candidate', plan.candidate],
      ['promotion', promotionText(plan)],
      ...temporaryField(plan),
    ]),
  ];
}

function promotionText({ promotion }: InstancePlan): string {
  if (promotion.kind === 'rename') return `by rename; the old instance is kept as ${promotion.archive}`;
  return promotion.kind === 'endpoint'
    ? 'by endpoint: the application is pointed at the candidate, the old instance keeps its name'
    : 'none: the candidate stays beside production';
}

function restorePoint(plan: InstancePlan): string {
  if (plan.kind === 'snapshot') return `the snapshot ${plan.facts.snapshot.identifier}`;
  return plan.restoreTo.kind === 'time' ? plan.restoreTo.time : 'the latest restorable time';
}

function restorePointFields(plan: InstancePlan): readonly (readonly [name: string, value: string])[] {
  if (plan.kind === 'snapshot') {
    const { dataTime, type, encrypted, engineVersion, allocatedStorageGiB, verified } = plan.facts.snapshot;
    const kind = `${type}, ${encrypted ? 'encrypted' : 'not encrypted'}, PostgreSQL ${engineVersion}, ${allocatedStorageGiB} GiB`;
    return [
      ['data of', dataTime],
      ['snapshot', kind],
      ...(verified === undefined ? [] : [['verified', `by a ${verified.how} at ${verified.at}`] as const]),
    ];
  }
  const { earliest, latest } = plan.facts.restoreWindow;
  return [['restore window', `${earliest ?? 'unknown'} to ${latest}`]];
}

function dumpHeading({ facts, into, createdAt }: DumpRestorePlan): readonly string[] {
  return [
    `Plan: restore the dump ${facts.dump}`,
    ...fields([
      ['made', createdAt],
      ['data of', `${facts.database} at ${facts.dataTime}`],
      ['size', `${facts.sizeBytes} bytes, ${facts.tables} tables with fingerprint`],
      ['into', `${into.database} on ${into.instance ?? `${into.host}:${into.port}`}`],
      [
        'versions',
        `server ${facts.serverVersion}, pg_dump ${facts.pgDumpVersion}, pg_restore ${facts.pgRestoreVersion}`,
      ],
    ]),
  ];
}

function numbered({ steps }: RestorePlan): readonly string[] {
  return steps.flatMap(({ title, preconditions }, index) => [
    `  ${String(index + 1).padStart(2)}. ${title}`,
    ...preconditions.map((precondition) => `        if ${describePrecondition(precondition)}`),
  ]);
}

function estimateLines({ estimate }: RestorePlan): readonly string[] {
  return [
    'Estimate',
    ...fields([
      ['recovery time', formatMilliseconds(estimate.recoveryTimeMilliseconds)],
      ['data lost', formatMilliseconds(estimate.recoveryPointMilliseconds)],
    ]),
    ...estimate.basis.map((line) => `  - ${line}`),
  ];
}
