import { createVirtualClock, type VirtualClock } from '../../../src/local/virtual-clock.js';
import { defineSystem, type System, type SystemOptions } from '../../../src/system/define-system.js';
import { type FakePostgres, fakePostgres } from './fake-postgres.js';
import { type FakeRds, fakeRds } from './fake-rds.js';
import { type FakeStore, fakeStore } from './fake-store.js';
import { type FaultPlan, faultPlan } from './faulty.js';

export interface FakeSystem {
  readonly system: System;
  readonly withoutArchive: System;
  readonly systemWith: (more: Partial<SystemOptions>) => System;
  readonly rds: FakeRds;
  readonly store: FakeStore;
  readonly postgres: FakePostgres;
  readonly clock: VirtualClock;
  readonly faults: FaultPlan;
}

/** A system over fakes, in virtual time, with every call to a port liable to a fault. */
export function fakeSystem(): FakeSystem {
  const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
  const faults = faultPlan();
  const rds = fakeRds(clock);
  const store = fakeStore(clock);
  const postgres = fakePostgres();
  postgres.wrapSession = (session) => faults.wrap('session', session);
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const options = {
    aws: { region: 'us-east-1', rds: faults.wrap('rds', rds), objectStore: () => faults.wrap('store', store) },
    database: {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials: { user: 'zephyr', password: 'secret' },
      tls: { mode: 'off' },
    },
    postgres: { sql: faults.wrap('sql', postgres.sql), tools: faults.wrap('tools', postgres.tools) },
    clock,
    random,
  } as const;
  const system = defineSystem({ ...options, archive: { bucket: 'zephyr-backups' } });
  return {
    system,
    withoutArchive: defineSystem(options),
    systemWith: (more) => defineSystem({ ...options, ...more }),
    rds,
    store,
    postgres,
    clock,
    faults,
  };
}
