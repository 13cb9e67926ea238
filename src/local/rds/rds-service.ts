import { createQueryService } from '../control-plane/query-service.js';
import { createRegistry } from '../control-plane/registry.js';
import { createTimeline } from '../control-plane/timeline.js';
import type { WireService } from '../wire/wire-service.js';
import { accountOperations } from './account.js';
import { automatedBackupOperations } from './automated-backup-operations.js';
import { backupReplicationOperations } from './backup-replication.js';
import { engineVersionOperations } from './engine-versions.js';
import { eventOperations } from './events.js';
import { instanceOperations } from './instances.js';
import { orderableOperations } from './orderable-options.js';
import { parameterGroupOperations } from './parameter-group-operations.js';
import type { RdsSettings, RdsState } from './rds-state.js';
import { restoreOperations } from './restores.js';
import { snapshotOperations } from './snapshots.js';
import { subnetGroupOperations } from './subnet-groups.js';
import { tagOperations } from './tags.js';

/** The RDS control plane: what it answers with, and the state behind it. */
export interface RdsService extends WireService {
  readonly state: RdsState;
}

/** Makes the control plane of a region that has nothing in it yet. */
export function createRdsService(settings: RdsSettings): RdsService {
  const state: RdsState = {
    settings,
    timeline: createTimeline(settings.clock),
    instances: createRegistry(),
    snapshots: createRegistry(),
    copies: [],
    retained: createRegistry(),
    parameterGroups: createRegistry(),
    subnetGroups: createRegistry(),
    replicated: createRegistry(),
    events: [],
    classes: { withdrawn: new Map(), exhausted: new Set() },
  };
  const service = createQueryService({
    name: 'rds',
    version: '2014-10-31',
    namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    loadClient: () => import('@aws-sdk/client-rds'),
    state,
    operations: [
      instanceOperations,
      snapshotOperations,
      restoreOperations,
      automatedBackupOperations,
      backupReplicationOperations,
      parameterGroupOperations,
      subnetGroupOperations,
      eventOperations,
      tagOperations,
      accountOperations,
      engineVersionOperations,
      orderableOperations,
    ],
  });
  return { ...service, state };
}
