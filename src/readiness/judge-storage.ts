import { kindOfEvent } from '../core/event-kind.js';
import type { MetricsGlance, ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

const gibibyte = 1_073_741_824;

/** Of the most that storage can become: below this it is a matter for today, below that for now. */
const little = 0.1;
const almostNone = 0.03;

/** Shorter than it takes to notice, decide and order. */
const shortRunwayDays = 14;

/**
 * Whether storage is about to run out: by CloudWatch where it may be asked, and by the events of the last day. There is no
 * share that must be free for a backup (facts K16); but a full instance makes none.
 */
export function judgeFreeStorage(facts: ReadinessFacts): ReadinessFinding {
  const { events, instance, metrics } = facts;
  const about = { code: 'free-storage', title: 'free storage' } as const;
  if (metrics !== undefined && !metrics.known) return unknownFinding(about, metrics.error);
  if (metrics === undefined && !events.known) return unknownFinding(about, events.error);
  const room = roomOf(facts, metrics?.value);
  const alarms = events.known ? events.value.filter((event) => /^storage-/.test(kindOfEvent(event))) : [];
  const found = {
    code: about.code,
    evidence: {
      ...room,
      allocatedStorageGiB: instance.allocatedStorageGiB,
      maxAllocatedStorageGiB: instance.maxAllocatedStorageGiB,
      events: alarms.slice(-5).map(({ at, message }) => `${at.toISOString()} ${message}`),
    },
    meaning: 'A full instance takes no writes, makes no backup and ships no logs.',
    next: 'Allocate more storage, and give it a higher maximum for storage autoscaling.',
  } as const;
  if (instance.status === 'storage-full') return { ...found, grade: 'critical', title: 'its storage is full' };
  if (room !== undefined && (room.share < little || (room.runwayDays ?? shortRunwayDays) < shortRunwayDays)) {
    return {
      ...found,
      grade: room.share < almostNone ? 'critical' : 'warning',
      title: `little is left: ${roomText(room)}`,
    };
  }
  if (alarms.length > 0) return { ...found, grade: 'warning', title: 'RDS has reported low storage within a day' };
  return {
    code: about.code,
    evidence: found.evidence,
    grade: 'ok',
    title: room === undefined ? 'RDS has reported no low storage within a day' : roomText(room),
    meaning: 'Backups need no free space of their own, but a full instance makes none.',
  };
}

interface Room {
  readonly freeStorageBytes: number;
  /** With what autoscaling may still add. */
  readonly headroomBytes: number;
  /** The same of the most that storage can become, from 0 to 1. */
  readonly share: number;
  readonly runwayDays?: number | undefined;
}

function roomOf({ instance }: ReadinessFacts, metrics: MetricsGlance | undefined): Room | undefined {
  const free = metrics?.freeStorageBytes;
  const allocated = instance.allocatedStorageGiB * gibibyte;
  if (free === undefined || allocated === 0) return undefined;
  const most = Math.max(allocated, (instance.maxAllocatedStorageGiB ?? 0) * gibibyte);
  const headroomBytes = free + most - allocated;
  const loss = metrics?.shrinkingBytesPerDay ?? 0;
  return {
    freeStorageBytes: free,
    headroomBytes,
    share: Math.round((headroomBytes / most) * 1_000) / 1_000,
    ...(loss > 0 ? { runwayDays: Math.floor(headroomBytes / loss) } : {}),
  };
}

function roomText({ freeStorageBytes, headroomBytes, share, runwayDays }: Room): string {
  const gib = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;
  const more = headroomBytes > freeStorageBytes ? `, ${gib(headroomBytes)} with autoscaling` : '';
  const runway = runwayDays === undefined ? '' : `; at the pace of the last week it lasts ${runwayDays} d`;
  return `${gib(freeStorageBytes)} free${more}, ${Math.round(share * 100)} %${runway}`;
}
