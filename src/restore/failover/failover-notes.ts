import type { StepFacts } from '../execution/execution-progress.js';
import type { FailoverBaseline } from './judge-failover.js';
import { nothingRead, type OutageMeter } from './outage-meter.js';

/** What an execution writes down about a failover on the way, for a run that takes it up. */
export interface FailoverNotes {
  /** ISO instant of the last request. It may not have arrived. */
  readonly requestedAt?: string | undefined;
  readonly before?: FailoverBaseline | undefined;
  /** ISO instants of the outage so far. */
  readonly lastAnsweredAt?: string | undefined;
  readonly firstFailedAt?: string | undefined;
  readonly answeredAgainAt?: string | undefined;
}

/** Reads what earlier runs have noted. */
export function readFailoverNotes(facts: StepFacts | undefined): FailoverNotes {
  const text = (name: string): string | undefined => {
    const value = facts?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    requestedAt: text('requestedAt'),
    before: facts?.before as FailoverBaseline | undefined,
    lastAnsweredAt: text('lastAnsweredAt'),
    firstFailedAt: text('firstFailedAt'),
    answeredAgainAt: text('answeredAgainAt'),
  };
}

/** The readings of earlier runs, as far as they were noted. Who answered then is left out: an exchange in between was no outage seen. */
export function meterOfNotes({ lastAnsweredAt, firstFailedAt, answeredAgainAt }: FailoverNotes): OutageMeter {
  return {
    ...nothingRead,
    lastAnsweredAt: dateOf(lastAnsweredAt),
    firstFailedAt: dateOf(firstFailedAt),
    answeredAgainAt: dateOf(answeredAgainAt),
  };
}

/** What is to be noted of the readings; `undefined`: nothing that was not. */
export function notesOfMeter(meter: OutageMeter, noted: FailoverNotes): StepFacts | undefined {
  const { lastAnsweredAt, firstFailedAt, answeredAgainAt } = meter;
  const now = {
    lastAnsweredAt: lastAnsweredAt?.toISOString(),
    firstFailedAt: firstFailedAt?.toISOString(),
    // An answer that was followed by silence was none: an empty text takes the note back.
    answeredAgainAt: answeredAgainAt?.toISOString() ?? (noted.answeredAgainAt === undefined ? undefined : ''),
  };
  if (firstFailedAt === undefined) return undefined;
  const same =
    now.firstFailedAt === noted.firstFailedAt && (now.answeredAgainAt ?? '') === (noted.answeredAgainAt ?? '');
  return same ? undefined : now;
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined || text === '' ? undefined : new Date(text);
}
