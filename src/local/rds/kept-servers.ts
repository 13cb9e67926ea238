import type { KeptServers } from '../data-plane/data-plane.js';
import { scheduleBackups } from './backup-schedule.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { instanceSubject, shownEndpoint, startServer } from './instance-lifecycle.js';
import { patchInstance } from './instance-lookup.js';
import { bringParametersInSync } from './parameter-status.js';
import { endReplication } from './promote-read-replica.js';
import type { Instance, RdsState } from './rds-state.js';
import { sourcesOf } from './replica-links.js';

/**
 * Brings a restored state and the servers that were kept with it together: servers that ran run again, at endpoints of this
 * life, and what no one knows of is removed. A process that was killed has left servers as they were then and a state as it
 * was when it was kept: what that state knows and the servers lack is shown as `failed`, with an event that says so.
 */
export async function resumeServers(state: RdsState, servers: KeptServers): Promise<void> {
  await servers.retain(wantedOf(state));
  failLostBackups(state, servers);
  const instances = state.instances.sorted().filter(({ hasCluster }) => hasCluster);
  for (const instance of instances) noticePromotion(state, servers, instance);
  // A replica looks for its source from its start on.
  const levels = new Set(instances.map((instance) => sourcesOf(state, instance).length).sort());
  for (const level of levels) {
    const these = instances.filter((instance) => sourcesOf(state, instance).length === level);
    await Promise.all(these.map((instance) => resumeServer(state, servers, instance)));
  }
}

/** What was promoted in a region that was killed follows nothing any more, whatever was kept before. */
function noticePromotion(state: RdsState, servers: KeptServers, instance: Instance): void {
  const { resourceId, follows } = instance;
  if (follows === undefined || !servers.hasCluster(resourceId) || servers.isReplica(resourceId)) return;
  endReplication(state, instance);
  scheduleBackups(state, instance);
}

async function resumeServer(state: RdsState, servers: KeptServers, instance: Instance): Promise<void> {
  if (!servers.hasCluster(instance.resourceId)) {
    instance.hasCluster = false;
    failInstance(
      state,
      instance,
      'Its files are gone: it was deleted in a region that was killed before it was closed.',
    );
    return;
  }
  // Whoever repairs it starts it.
  if (instance.disruptedAt !== undefined || instance.details.DBInstanceStatus === 'failed') return;
  try {
    await startServer(state, instance)?.();
  } catch (error) {
    failInstance(state, instance, error instanceof Error ? error.message : String(error));
    return;
  }
  patchInstance(instance, { Endpoint: shownEndpoint(state, instance) });
  instance.stale = undefined;
  bringParametersInSync(state, instance);
  addInstanceEvent(state, instance, 'availability', 'DB instance restarted');
}

function failInstance(state: RdsState, instance: Instance, message: string): void {
  const at = state.timeline.instant();
  instance.disruptedAt = at;
  instanceSubject(state, instance).fail('failed', message, at);
}

function failLostBackups(state: RdsState, servers: KeptServers): void {
  for (const snapshot of state.snapshots.sorted()) {
    if (snapshot.details.Status !== 'available' || servers.hasBackup(snapshot.backupId)) continue;
    snapshot.details = { ...snapshot.details, Status: 'failed' };
    const message = 'Its files are gone: it was deleted in a region that was killed before it was closed.';
    addSnapshotEvent(state, snapshot, 'notification', message);
  }
  for (const replicated of state.replicated.sorted())
    replicated.bases = replicated.bases.filter(({ backupId }) => servers.hasBackup(backupId));
}

function wantedOf({ instances, snapshots, retained, replicated }: RdsState): Parameters<KeptServers['retain']>[0] {
  const clusters = new Set(
    instances
      .sorted()
      .filter(({ hasCluster }) => hasCluster)
      .map(({ resourceId }) => resourceId),
  );
  const bases = replicated.sorted().flatMap(({ bases }) => bases);
  return {
    clusters,
    backups: new Set([...snapshots.sorted(), ...bases].map(({ backupId }) => backupId)),
    logs: new Set([...instances.sorted(), ...retained.sorted(), ...replicated.sorted()].map((it) => it.resourceId)),
  };
}
