import type { RestoreStep } from '../plan/restore-step.js';

/** An exchange of instances, with nobody writing meanwhile. `acknowledged`: the caller has seen to it, and lets them go on. */
export function withWritersStopped(acknowledged: boolean, exchange: readonly RestoreStep[]): readonly RestoreStep[] {
  return [
    {
      id: 'stop-writers',
      kind: 'stop-writers',
      title: acknowledged ? 'Writers have been stopped by the caller' : 'Stop the writers',
      preconditions: [],
      how: acknowledged ? 'acknowledged' : 'hooks',
    },
    ...exchange,
    ...(acknowledged
      ? []
      : [{ id: 'resume-writers', kind: 'resume-writers', title: 'Let the writers go on', preconditions: [] } as const]),
  ];
}
