import { type FailoverEpisode, type FailoverEvent, failoversIn } from '../../core/failover-events.js';
import type { SubjectLook } from './failover-subject.js';
import type { OutageMeter } from './outage-meter.js';

/** What was so right before a failover. JSON-safe: a journal keeps it. */
export interface FailoverBaseline {
  readonly primary?: string | undefined;
  readonly standby?: string | undefined;
  /** Which server took writes; absent: none did, or nobody asked. */
  readonly server?: string | undefined;
  /** Events that had been reported by then, as {@link keyOfEvent} writes them. */
  readonly events: readonly string[];
}

/** All that a judgement rests on. */
export interface FailoverSight {
  readonly before: FailoverBaseline;
  readonly look: SubjectLook;
  readonly meter: OutageMeter;
  /** Whether somebody asks the server. */
  readonly probed: boolean;
  readonly now: Date;
}

/** Something that shows that it has failed over. */
export type FailoverProof = 'primary-moved' | 'server-changed' | 'completed-event';

/** A failover that AWS has given up restarts the server, or not: so long after it has said so nothing more is to come. */
const afterAbandoning = 180_000;

/** How far it is. `over`: it answers, and nothing more is to come. */
export type FailoverStage =
  | { readonly stage: 'not-begun' | 'under-way'; readonly status: string; readonly proof: readonly FailoverProof[] }
  | {
      readonly stage: 'over';
      readonly failedOver: boolean;
      readonly status: string;
      readonly proof: readonly FailoverProof[];
    };

/** Tells an event from others: there is no id in it (facts D2). */
export function keyOfEvent({ at, message }: FailoverEvent): string {
  return `${at.toISOString()} ${message}`;
}

/** The failover since a baseline, as events tell it; `undefined` where none does. Pure. */
export function episodeSince(
  { events: known }: FailoverBaseline,
  events: readonly FailoverEvent[],
): FailoverEpisode | undefined {
  return failoversIn(events.filter((event) => !known.includes(keyOfEvent(event)))).at(-1);
}

/**
 * Judges by proof, not by status: the primary is elsewhere, another server takes the writes. Events only tell earlier that it began,
 * and that RDS gave it up (facts D3, D4); where AWS tells no place they have to do. Pure.
 */
export function judgeFailover({ before, look, meter, probed, now }: FailoverSight): FailoverStage {
  const episode = episodeSince(before, look.events);
  const placesKnown = before.primary !== undefined && look.primary !== undefined;
  const moved = placesKnown && look.primary !== before.primary;
  const answering = meter.answeringSince !== undefined;
  const changed = before.server !== undefined && meter.server !== undefined && meter.server !== before.server;
  const proof: readonly FailoverProof[] = [
    ...(moved ? (['primary-moved'] as const) : []),
    ...(changed ? (['server-changed'] as const) : []),
    ...(episode?.completedAt === undefined ? [] : (['completed-event'] as const)),
  ];
  const silent = probed && before.server !== undefined && !answering && meter.probes > 0;
  if (proof.length === 0 && episode === undefined && !silent && look.ready) {
    return { stage: 'not-begun', status: look.status, proof };
  }
  const underWay = (status: string): FailoverStage => ({ stage: 'under-way', status, proof });
  if (probed && !answering) return underWay(`${look.status}; ${meter.problem ?? 'nobody answers'}`);
  if (!look.ready) return underWay(look.status);
  const abandonedAt = episode?.abandonedAt;
  const same = probed && before.server !== undefined && !changed;
  if (abandonedAt !== undefined && !moved && (!same || now.getTime() - abandonedAt.getTime() > afterAbandoning)) {
    const status = 'AWS gave the failover up, since another one had just been';
    return { stage: 'over', failedOver: false, status, proof };
  }
  if (same) return underWay('the server of before answers');
  // It serves, and AWS has nothing more to do: what is left is whether it is the standby that serves.
  if (moved || (!placesKnown && episode?.completedAt !== undefined)) {
    return { stage: 'over', failedOver: true, status: look.status, proof };
  }
  return underWay(
    placesKnown ? `it serves, and its primary is still shown in ${look.primary}` : 'it serves; no event yet',
  );
}
