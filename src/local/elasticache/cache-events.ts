import type { DescribeEventsMessage, Event, EventsMessage } from '@aws-sdk/client-elasticache';
import { pageOf } from '../control-plane/paging.js';
import { invalidCombination } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import type { CacheUnit, ElastiCacheOperations, ElastiCacheState } from './elasticache-state.js';

const keptMilliseconds = 14 * 86_400_000;
const defaultMinutes = 60;

/** The operations on events. */
export const cacheEventOperations: ElastiCacheOperations = { DescribeEvents: describeEvents };

/** Adds an event of a replication group, or of a cluster that stands alone. */
export function addUnitEvent(state: ElastiCacheState, unit: CacheUnit, message: string): void {
  const source =
    unit.group === undefined
      ? { SourceIdentifier: unit.nodes[0]?.id, SourceType: 'cache-cluster' as const }
      : { SourceIdentifier: unit.group.ReplicationGroupId, SourceType: 'replication-group' as const };
  addEvent(state, { ...source, Message: message });
}

/** Adds an event of one cache cluster. */
export function addClusterEvent(state: ElastiCacheState, cluster: string, message: string): void {
  addEvent(state, { SourceIdentifier: cluster, SourceType: 'cache-cluster', Message: message });
}

function addEvent(state: ElastiCacheState, event: Omit<Event, 'Date'>): void {
  const date = state.timeline.instant();
  const first = state.events[0]?.Date;
  // Only now and then: dropping them one by one would move the whole list each time.
  if (first !== undefined && date.getTime() - first.getTime() > keptMilliseconds + 86_400_000) {
    const kept = state.events.filter((old) => isKept(old, date));
    state.events.splice(0, state.events.length, ...kept);
  }
  state.events.push({ ...event, Date: date });
}

function isKept(event: Event, now: Date): boolean {
  return event.Date !== undefined && now.getTime() - event.Date.getTime() <= keptMilliseconds;
}

function describeEvents(state: ElastiCacheState, input: DescribeEventsMessage): EventsMessage {
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
    throw invalidCombination('SourceType must be specified when SourceIdentifier is given.');
  }
  const now = state.timeline.instant();
  const to = (input.EndTime ?? now).getTime();
  const from = input.StartTime?.getTime() ?? to - (input.Duration ?? defaultMinutes) * 60_000;
  if (from > to) throw invalidCombination('Start time must be before end time.');
  const source = input.SourceIdentifier === undefined ? undefined : nameOf(input.SourceIdentifier);
  const found = state.events
    .map((event, index) => ({ event, order: event.Date?.getTime() ?? 0, key: String(index).padStart(12, '0') }))
    .filter(({ event, order }) => {
      if (!isKept(event, now) || order < from || order > to) return false;
      if (input.SourceType !== undefined && event.SourceType !== input.SourceType) return false;
      return source === undefined || event.SourceIdentifier === source;
    });
  const { page, Marker } = pageOf(found, input);
  return { Marker, Events: page.map(({ event }) => event) };
}
