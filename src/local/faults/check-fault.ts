import { parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import type { Fault } from './fault.js';

/** What each kind of fault must say besides. */
const demanded: Readonly<Record<Fault['kind'], readonly string[]>> = {
  error: ['code'],
  throttle: [],
  'expired-credentials': [],
  hang: [],
  'drop-request': [],
  'drop-response': [],
  'half-answer': [],
  'altered-answer': [],
  delay: ['duration'],
  'stale-reads': ['duration'],
  takes: ['duration'],
  stuck: [],
  'ends-in': ['status'],
};

/** Refuses a fault that is none: of a kind that nobody knows it would do nothing, and the test that asked for it prove nothing. */
export function checkFault(fault: Fault): void {
  const given: Readonly<Record<string, unknown>> = { ...fault };
  const kind = String(given.kind);
  const members = Object.hasOwn(demanded, kind) ? demanded[kind as Fault['kind']] : undefined;
  if (members === undefined)
    throw invalidInput('fault.kind', `is ${kind}`, `There are ${Object.keys(demanded).join(', ')}.`);
  const missing = members.find((name) => given[name] === undefined || given[name] === '');
  if (missing !== undefined) throw invalidInput(`fault.${missing}`, 'is missing', `A fault of kind ${kind} needs it.`);
  if ('duration' in fault) parseDuration(fault.duration, 'fault.duration');
  if (fault.kind !== 'error' || fault.status === undefined) return;
  if (!Number.isInteger(fault.status) || fault.status < 400 || fault.status > 599)
    throw invalidInput('fault.status', `is ${fault.status}`, 'Errors have a status from 400 to 599.');
}
