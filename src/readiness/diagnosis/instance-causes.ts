import { type EventKind, kindOfEvent } from '../../core/event-kind.js';
import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { explainStatus } from '../status-meaning.js';
import type { LikelyCause } from './diagnosis.js';
import { eventLine, isNear, type MissedWindow, windowText } from './missed-window.js';

/** RDS backs up only what is available (facts K16): what state it is in, and was in while the window lasted. */
export function notAvailable(
  instance: DatabaseInstance,
  events: readonly DatabaseEvent[],
  window: MissedWindow,
): readonly LikelyCause[] {
  const found = explainStatus(instance.status);
  const full = events.filter((event) => kindOfEvent(event) === 'storage-full' && isNear(event.at, window));
  const causes: LikelyCause[] = [];
  if (found.grade !== 'ok') {
    causes.push({
      code: instance.status === 'storage-full' ? 'storage-full' : 'instance-not-available',
      likelihood: found.grade === 'critical' ? 'certain' : 'likely',
      title: `the instance is ${instance.status}: automated backups are made only while it is available`,
      evidence: { status: instance.status, meaning: found.meaning },
      fix: found.next,
    });
  }
  if (full.length > 0 && instance.status !== 'storage-full') {
    causes.push({
      code: 'storage-full',
      likelihood: 'likely',
      title: 'its storage was full in the backup window',
      evidence: { events: full.map(eventLine) },
      fix: 'Give it more storage and a higher maximum for autoscaling; the next window makes the backup.',
    });
  }
  return causes;
}

/** What went on in the window besides. */
export function interrupted(events: readonly DatabaseEvent[], window: MissedWindow): readonly LikelyCause[] {
  const disturbing: readonly EventKind[] = ['failover', 'shutdown', 'restart', 'recovery', 'maintenance', 'failure'];
  const inWindow = events.filter((event) => disturbing.includes(kindOfEvent(event)) && isNear(event.at, window));
  const [first] = inWindow;
  if (first === undefined) return [];
  return [
    {
      code: 'interrupted',
      likelihood: 'likely',
      title: `it was not available all through the backup window: ${kindOfEvent(first)}`,
      evidence: { events: inWindow.map(eventLine), window: windowText(window) },
      fix: 'Nothing for the next night; take a manual snapshot now. If it comes again, move the backup window.',
    },
  ];
}
