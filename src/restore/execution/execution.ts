import type { CheckDatabaseOptions } from '../../checks/check-database.js';
import type { DatabaseExpectation } from '../../checks/expectation.js';
import type { CheckReport } from '../../core/check-result.js';
import { type PollRequest, pollUntil } from '../../core/poll.js';
import type { ProgressEvent } from '../../core/progress.js';
import type { PortCall } from '../../ports/port-call.js';
import type { SqlSession } from '../../ports/postgres.js';
import type { RdsPort } from '../../ports/rds.js';
import type { RedisPort } from '../../ports/redis.js';
import type { System } from '../../system/define-system.js';
import type { RestorePlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { expectedOf, type TypicalPhases } from '../plan/typical-durations.js';
import type { ExecutionProgress, StepFacts } from './execution-progress.js';

/** Keeps the application from writing while production is replaced. Both may be called again after an interrupted run. */
export interface Writers {
  /** Settles when nothing writes any more: the application scaled to zero, or its right to connect revoked. */
  stop(): Promise<void>;
  resume(): Promise<void>;
}

/**
 * Points the application at another database server: a Secret and a restart, a DNS record, the targets of a proxy. May be called again
 * after an interrupted run. TLS names the endpoint itself: behind a name of your own the certificate still says this address.
 */
export type SwitchEndpoint = (to: {
  readonly identifier: string;
  readonly address: string;
  readonly port: number;
}) => Promise<void>;

/** How a database is checked: `checkDatabase` of checks/, handed in so that an execution can be rehearsed without one. */
export type CheckDatabase = (
  connect: () => Promise<SqlSession>,
  expectation: DatabaseExpectation,
  options: CheckDatabaseOptions,
) => Promise<CheckReport>;

/** Where a restored cache listens. */
export interface CacheEndpoint {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: 'token' | 'user-groups' | 'none';
  /** Then a client of each primary is wanted. */
  readonly clusterMode: boolean;
}

/** Connects to a restored cache, by clients that the caller has; `close` is called when it has been looked into. */
export type ConnectCache = (
  endpoint: CacheEndpoint,
) => Promise<{ readonly cache: RedisPort | readonly RedisPort[]; close(): Promise<void> }>;

/** What the caller hands in for caches: neither of it is in any plan. */
export interface CacheAccess {
  readonly authToken: (() => string | Promise<string>) | undefined;
  readonly connect: ConnectCache | undefined;
}

/** What a running execution hands to its steps. */
export interface Execution {
  readonly system: System;
  /** Of the region that the plan's candidate is in. */
  readonly rds: RdsPort;
  readonly plan: RestorePlan;
  /** The value of the tag on all that this plan creates. */
  readonly operationId: string;
  readonly writers: Writers | undefined;
  readonly switchEndpoint: SwitchEndpoint | undefined;
  readonly checkDatabase: CheckDatabase;
  readonly caches: CacheAccess;
  /** How long steps of such a plan usually take. */
  readonly typical: TypicalPhases | undefined;
  readonly call: PortCall;
  /** What the journal tells, this run included. */
  progress(): ExecutionProgress;
  /** Writes down what an unfinished step is about to do or has learned. */
  note(step: RestoreStep, facts: StepFacts): Promise<void>;
  /** Tells the caller, and keeps the lease on the way: called wherever time passes. */
  report(step: RestoreStep, event: Pick<ProgressEvent, 'subject' | 'status' | 'percent' | 'bytes'>): void;
  /** Renews the lease where it is due. Errors: `journal-busy` once it is another's. */
  keepLease(): Promise<void>;
  /** The caller's deadline, for work that does not wait in looks. */
  readonly until: Date | undefined;
  /** The earlier of the caller's deadline and now plus the step's own bound. */
  deadline(boundMilliseconds: number): Date;
}

/** How a step ended. */
export type StepResult =
  | { readonly status: 'finished'; readonly facts: StepFacts }
  /** A verdict, not an error: nothing that follows may be done. */
  | { readonly status: 'stopped'; readonly reason: string; readonly facts: StepFacts };

/** A wait within a step: at the system's pace, keeping the lease and reporting. */
export function waitUntil<Observation>(
  execution: Execution,
  step: RestoreStep,
  wait: Pick<PollRequest<Observation>, 'what' | 'observe' | 'judge' | 'consecutive'> & {
    readonly subject: string;
    readonly boundMilliseconds: number;
  },
): Promise<Observation> {
  const { system, call, typical } = execution;
  return pollUntil<Observation>({
    what: wait.what,
    observe: async () => {
      await execution.keepLease();
      return wait.observe();
    },
    judge: wait.judge,
    consecutive: wait.consecutive,
    deadline: execution.deadline(wait.boundMilliseconds),
    ...system.polling,
    // Other steps wait several times, or for something else than the time passing.
    expected:
      step.kind === 'wait-for-instance' ? expectedOf(typical, step.kind, elapsedOf(execution, step)) : undefined,
    clock: system.clock,
    random: system.random,
    signal: call.signal,
    onPending: (observation) => {
      const judged = wait.judge(observation);
      execution.report(step, { subject: wait.subject, status: judged.state === 'pending' ? judged.status : undefined });
    },
  });
}

/** How long ago a step was begun, perhaps by an earlier run. */
function elapsedOf({ system, progress }: Execution, step: RestoreStep): number {
  const now = system.clock.now().getTime();
  return now - new Date(progress().begun.get(step.id) ?? now).getTime();
}
