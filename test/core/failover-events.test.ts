import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failoversIn, lastOfEpisode, markOfFailover } from '../../src/core/failover-events.js';

const at = (minutes: number): Date => new Date(Date.UTC(2025, 10, 9, 14, minutes));

describe('an event', () => {
  it.each([
    ['Multi-AZ instance failover started.', 'started'],
    ['Multi-AZ instance failover started due to underlying host failure', 'started'],
    ['MULTI-AZ INSTANCE ACTIVATION STARTED.', 'started'],
    ['Multi-AZ failover to standby complete - DNS propagation may take a few minutes.', 'completed'],
    ['Multi-AZ instance failover completed', 'completed'],
    // What the runbook expects, in case RDS ever says so.
    ['Multi-AZ failover completed', 'completed'],
    ['Multi-AZ instance activation completed.', 'completed'],
    ['Recovered from partial failover.', 'completed'],
    ['Abandoning user requested failover since a failover recently occurred on the database instance.', 'abandoned'],
    ['Test Failover API called for node group 0001', 'requested'],
    ['Failover from primary node cache-001 to replica node cache-002 completed', 'completed'],
    ['Failover from master node cache-001 to replica node cache-002 completed', 'completed'],
    ['Failover to replica node cache-002 completed', 'completed'],
    ['DB instance restarted', undefined],
    ['Converting DB instance to a Multi-AZ DB instance', undefined],
    ['Finished DB Instance backup', undefined],
  ])('%s: %s', (message, mark) => {
    expect(markOfFailover(message)).toBe(mark);
  });
});

describe('the failovers that events tell of', () => {
  const started = { at: at(0), message: 'Multi-AZ instance failover started.' };
  const complete = { at: at(1), message: 'Multi-AZ failover to standby complete' };
  const completed = { at: at(2), message: 'Multi-AZ instance failover completed' };
  const abandoned = { at: at(5), message: 'Abandoning user requested failover since a failover recently occurred' };

  it('are one where RDS announces its end twice', () => {
    expect(failoversIn([completed, started, complete])).toEqual([{ startedAt: at(0), completedAt: at(2) }]);
  });

  it('are two where the second is given up', () => {
    expect(failoversIn([started, completed, abandoned])).toEqual([
      { startedAt: at(0), completedAt: at(2) },
      { abandonedAt: at(5) },
    ]);
    expect(failoversIn([started, abandoned, abandoned])).toEqual([{ startedAt: at(0), abandonedAt: at(5) }]);
  });

  it('are two where half an hour lies between, or the second begins after the end of the first', () => {
    const later = { at: at(50), message: completed.message };
    expect(failoversIn([started, later])).toEqual([{ startedAt: at(0) }, { completedAt: at(50) }]);
    const again = { at: at(3), message: started.message };
    expect(failoversIn([started, completed, again])).toEqual([
      { startedAt: at(0), completedAt: at(2) },
      { startedAt: at(3) },
    ]);
    // Given up, and asked for once more.
    const more = { at: at(6), message: started.message };
    expect(failoversIn([abandoned, more])).toEqual([{ abandonedAt: at(5) }, { startedAt: at(6) }]);
    expect(failoversIn([completed, complete].map((one) => ({ ...one, at: at(2) })))).toEqual([{ completedAt: at(2) }]);
  });

  it('are the same in whatever order the events come, and lose none of their ends', () => {
    const message = fc.constantFrom(started.message, complete.message, completed.message, abandoned.message, 'Other');
    const event = fc.record({ at: fc.integer({ min: 0, max: 300 }).map(at), message });
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { selector: (one) => one.at.getTime() }),
        fc.func(fc.integer()),
        (events, order) => {
          const shuffled = [...events].sort((a, b) => order(a.at.getTime()) - order(b.at.getTime()));
          const found = failoversIn(events);
          expect(failoversIn(shuffled)).toEqual(found);
          const times = found.map((one) => lastOfEpisode(one).getTime());
          expect([...times].sort((a, b) => a - b)).toEqual(times);
          const ends = events.filter((one) => /complete|abandon/i.test(one.message)).map((one) => one.at.getTime());
          const told = found.flatMap(({ completedAt, abandonedAt }) => [completedAt, abandonedAt]);
          // Of several announcements of one end the last counts.
          if (ends.length > 0) expect(told.map((one) => one?.getTime())).toContain(Math.max(...ends));
          expect(told.every((one) => one === undefined || ends.includes(one.getTime()))).toBe(true);
        },
      ),
    );
  });

  it('are one of a cache from the request on, the beginning before the end of the same instant', () => {
    const requested = { at: at(2), message: 'Test Failover API called for node group 0001' };
    expect(failoversIn([completed, { ...requested, at: at(1) }, requested])).toEqual([
      { startedAt: at(1), completedAt: at(2) },
    ]);
    expect(failoversIn([completed, { ...started, at: at(2) }, requested])).toEqual([
      { startedAt: at(2), completedAt: at(2) },
    ]);
  });

  it('have no last word where there is none', () => {
    expect(lastOfEpisode({})).toEqual(new Date(0));
    expect(lastOfEpisode({ startedAt: at(0) })).toEqual(at(0));
  });
});
