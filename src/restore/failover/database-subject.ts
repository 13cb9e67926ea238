import { classifyStatus } from '../../core/instance-status.js';
import type { System } from '../../system/define-system.js';
import { databaseProbe } from './database-probe.js';
import type { FailoverFollower, FailoverSubject } from './failover-subject.js';

/** The system's database, or another Multi-AZ instance, as something that fails over. */
export function databaseSubject(
  system: System,
  instance: {
    readonly identifier: string;
    readonly resourceId: string;
    readonly endpoint: { readonly address: string; readonly port: number };
  },
): FailoverSubject {
  const { rds } = system.aws;
  const { identifier, resourceId, endpoint } = instance;
  return {
    kind: 'database',
    identifier,
    look: async (since, call) => {
      const found = await rds.describeInstanceByResourceId(resourceId, call);
      const events: { readonly at: Date; readonly message: string }[] = [];
      for await (const event of rds.listEvents({ sourceType: 'db-instance', source: identifier, since }, call)) {
        events.push({ at: event.at, message: event.message });
      }
      if (found === undefined) return { status: 'gone', ready: false, broken: true, events };
      const { status, availabilityZone: primary, standbyZone: standby } = found;
      const state = classifyStatus(status);
      return { status, ready: state === 'ready', broken: state === 'failed', primary, standby, events };
    },
    request: (call) => rds.failOver(identifier, call),
    followers: async (call) => {
      const source = await rds.describeInstanceByResourceId(resourceId, call);
      const found: FailoverFollower[] = [];
      // Those of other regions are known by ARN, and only there.
      for (const replica of (source?.replicas ?? []).filter((name) => !name.includes(':')).sort()) {
        const seen = await rds.describeInstance(replica, call);
        found.push({ identifier: replica, replication: seen?.replication?.status ?? 'unknown' });
      }
      return found;
    },
    connect: databaseProbe(system, { endpoint }),
  };
}
