import type { AccountAttributesMessage } from '@aws-sdk/client-rds';
import { allocatedStorage } from './new-instance.js';
import type { OperationTable, RdsState } from './rds-state.js';

/** The operations on the account. */
export const accountOperations: OperationTable = { DescribeAccountAttributes: describeAccountAttributes };

/** The quotas that this control plane keeps, and how much of each is used (facts A12). */
function describeAccountAttributes(state: RdsState): AccountAttributesMessage {
  const { quotas } = state.settings;
  const manual = state.snapshots.count(({ details }) => details.SnapshotType === 'manual');
  return {
    AccountQuotas: [
      { AccountQuotaName: 'DBInstances', Used: state.instances.size, Max: quotas.instances },
      { AccountQuotaName: 'AllocatedStorage', Used: allocatedStorage(state), Max: quotas.allocatedStorage },
      { AccountQuotaName: 'ManualSnapshots', Used: manual, Max: quotas.manualSnapshots },
      { AccountQuotaName: 'DBParameterGroups', Used: state.parameterGroups.count(isOwn), Max: quotas.parameterGroups },
      { AccountQuotaName: 'DBSubnetGroups', Used: state.subnetGroups.count(isOwn), Max: quotas.subnetGroups },
    ],
  };
}

/** Default groups do not count. */
function isOwn({ key }: { readonly key: string }): boolean {
  return !key.startsWith('default');
}
