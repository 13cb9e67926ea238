import { kindOfEvent } from '../core/event-kind.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** Whether storage is about to run out, as far as RDS tells without CloudWatch. */
export function judgeFreeStorage(facts: ReadinessFacts): ReadinessFinding {
  const { events, instance } = facts;
  const about = { code: 'free-storage', title: 'events of low storage' } as const;
  if (!events.known) return unknownFinding(about, events.error);
  const { allocatedStorageGiB, maxAllocatedStorageGiB } = instance;
  const alarms = events.value.filter((event) => /^storage-/.test(kindOfEvent(event)));
  const evidence = {
    allocatedStorageGiB,
    maxAllocatedStorageGiB,
    events: alarms.slice(-5).map(({ at, message }) => `${at.toISOString()} ${message}`),
  };
  if (alarms.length === 0 && instance.status !== 'storage-full') {
    return {
      code: about.code,
      evidence,
      grade: 'ok',
      title: 'RDS has reported no low storage within a day',
      meaning: 'Backups need no free space of their own, but a full instance makes none.',
    };
  }
  return {
    code: about.code,
    evidence,
    grade: instance.status === 'storage-full' ? 'critical' : 'warning',
    title: instance.status === 'storage-full' ? 'its storage is full' : 'RDS has reported low storage within a day',
    meaning: 'A full instance takes no writes, makes no backup and ships no logs.',
    next: 'Allocate more storage, and give it a higher maximum for storage autoscaling.',
  };
}
