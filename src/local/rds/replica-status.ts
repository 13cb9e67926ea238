import { patchInstance } from './instance-lookup.js';
import type { Instance } from './rds-state.js';

/** Shows how a replica's replication fares (facts E6); nothing once it is no replica. */
export function showReplicationStatus(
  instance: Instance,
  status: 'replicating' | 'error' | 'terminated' | undefined,
  message?: string | undefined,
): void {
  if (status === undefined) {
    patchInstance(instance, { StatusInfos: [] });
    return;
  }
  const info = { StatusType: 'read replication', Normal: status === 'replicating', Status: status, Message: message };
  patchInstance(instance, { StatusInfos: [info] });
}
