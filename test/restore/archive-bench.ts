import { connectAws } from '../../src/aws/index.js';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { Journal } from '../../src/ports/journal.js';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { createArchiveJournal } from '../../src/restore/execution/archive-journal.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { clientsOf } from '../sweeps/production.js';

/** An archive in a local region, through the real SDK. */
export interface ArchiveBench {
  readonly region: LocalRegion;
  /** A journal in a bucket of its own, or in the one that the last was made in. */
  journal(bucket?: 'new' | 'same'): Journal;
  /** The bucket of the last journal. */
  store(): ObjectStorePort;
  system(): System;
  close(): Promise<void>;
}

export async function openArchiveBench(): Promise<ArchiveBench> {
  const region = await startLocalRegion({ clock: createVirtualClock() });
  const clients = clientsOf(region, region.requestHandler);
  const aws = connectAws({ region: region.region, ...clients });
  let buckets = 0;
  const bucket = (): string => `journals-${buckets}`;
  const system = (): System =>
    defineSystem({
      aws,
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
      archive: { bucket: bucket(), prefix: 'kept' },
    });
  return {
    region,
    journal: (which = 'new') => {
      if (which === 'new') {
        buckets += 1;
        region.s3.createBucket(bucket());
      }
      return createArchiveJournal(system());
    },
    store: () => aws.objectStore({ bucket: bucket(), prefix: 'kept' }),
    system,
    close: async () => {
      clients.rds.destroy();
      clients.s3.destroy();
      await region.close();
    },
  };
}
