import type { DescribeEventsMessage, Event, EventsMessage, SourceType } from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';

import { arnPrefix } from './arn-prefix.js';
import type { Instance, OperationTable, RdsState, Snapshot } from './rds-state.js';

const keptMilliseconds = 14 * 86_400_000;
const defaultMinutes = 60;

/** Adds an event of an instance, under the name it has at that moment (facts D5). */
export function addInstanceEvent(state: RdsState, instance: Instance, category: string, message: string): void {
  const { DBInstanceIdentifier, DBInstanceArn } = instance.details;
  addEvent(state, {
    SourceIdentifier: DBInstanceIdentifier,
    SourceType: 'db-instance',
    SourceArn: DBInstanceArn,
    EventCategories: [category],
    Message: message,
  });
}

/** Adds an event of a snapshot: those of snapshots have a source type of their own. */
export function addSnapshotEvent(state: RdsState, snapshot: Snapshot, category: string, message: string): void {
  const { DBSnapshotIdentifier, DBSnapshotArn } = snapshot.details;
  addEvent(state, {
    SourceIdentifier: DBSnapshotIdentifier,
    SourceType: 'db-snapshot',
    SourceArn: DBSnapshotArn,
    EventCategories: [category],
    Message: message,
  });
}

/** Adds an event of a parameter group. */
export function addParameterGroupEvent(state: RdsState, name: string, message: string): void {
  addEvent(state, {
    SourceIdentifier: name,
    SourceType: 'db-parameter-group',
    SourceArn: `${arnPrefix(state)}:pg:${name}`,
    EventCategories: ['configuration change'],
    Message: message,
  });
}

function addEvent(state: RdsState, event: Omit<Event, 'Date'>): void {
  const date = state.timeline.instant();
  const oldest = state.events[0]?.Date;
  // Only now and then: dropping them one by one would move the whole list each time.
  const overdue = oldest !== undefined && date.getTime() - oldest.getTime() > keptMilliseconds + 86_400_000;
  if (overdue) {
    const first = state.events.findIndex((old) => isKept(old, date));
    state.events.splice(0, first < 0 ? state.events.length : first);
  }
  state.events.push({ ...event, Date: date });
}

function isKept(event: Event, now: Date): boolean {
  return event.Date !== undefined && now.getTime() - event.Date.getTime() <= keptMilliseconds;
}

/** The operations on events. */
export const eventOperations: OperationTable = { DescribeEvents: describeEvents };

function describeEvents(state: RdsState, input: DescribeEventsMessage): EventsMessage {
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
    throw invalidCombination('SourceType must be specified when SourceIdentifier is given.');
  }
  if (input.Filters !== undefined && input.Filters.length > 0) {
    throw invalidParameterValue("This parameter isn't currently supported: Filters");
  }
  const now = state.timeline.instant();
  const { from, to } = eventPeriod(input, now);
  const source = input.SourceIdentifier === undefined ? undefined : nameOf(input.SourceIdentifier);
  const type: SourceType | undefined = input.SourceType;
  const categories = input.EventCategories ?? [];
  const found = state.events
    .map((event, index) => ({ event, order: event.Date?.getTime() ?? 0, key: String(index).padStart(12, '0') }))
    .filter(({ event, order }) => {
      if (!isKept(event, now) || order < from || order > to) return false;
      if (type !== undefined && event.SourceType !== type) return false;
      if (source !== undefined && event.SourceIdentifier?.toLowerCase() !== source) return false;
      return categories.length === 0 || categories.some((category) => event.EventCategories?.includes(category));
    });
  const { page, Marker } = pageOf(found, input);
  return { Marker, Events: page.map(({ event }) => event) };
}

/** `Duration` counts in minutes, 60 if neither it nor a start is given (facts D1). */
function eventPeriod(input: DescribeEventsMessage, now: Date): { readonly from: number; readonly to: number } {
  const to = (input.EndTime ?? now).getTime();
  if (input.StartTime !== undefined) {
    if (input.StartTime.getTime() > to) throw invalidCombination('Start time must be before end time.');
    return { from: input.StartTime.getTime(), to };
  }
  return { from: to - (input.Duration ?? defaultMinutes) * 60_000, to };
}
