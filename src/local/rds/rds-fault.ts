import { WireFault } from '../wire/wire-fault.js';

/** The modelled errors that this control plane answers with: wire code and HTTP status of each (facts 0.1). */
const modelled = {
  DBInstanceNotFoundFault: ['DBInstanceNotFound', 404],
  DBInstanceAlreadyExistsFault: ['DBInstanceAlreadyExists', 400],
  InvalidDBInstanceStateFault: ['InvalidDBInstanceState', 400],
  DBSnapshotNotFoundFault: ['DBSnapshotNotFound', 404],
  DBSnapshotAlreadyExistsFault: ['DBSnapshotAlreadyExists', 400],
  InvalidDBSnapshotStateFault: ['InvalidDBSnapshotState', 400],
  SharedSnapshotQuotaExceededFault: ['SharedSnapshotQuotaExceeded', 400],
  SnapshotQuotaExceededFault: ['SnapshotQuotaExceeded', 400],
  StorageQuotaExceededFault: ['StorageQuotaExceeded', 400],
  InstanceQuotaExceededFault: ['InstanceQuotaExceeded', 400],
  KMSKeyNotAccessibleFault: ['KMSKeyNotAccessibleFault', 400],
  InvalidRestoreFault: ['InvalidRestoreFault', 400],
  InvalidDBInstanceAutomatedBackupStateFault: ['InvalidDBInstanceAutomatedBackupState', 400],
  DBParameterGroupNotFoundFault: ['DBParameterGroupNotFound', 404],
  DBParameterGroupAlreadyExistsFault: ['DBParameterGroupAlreadyExists', 400],
  DBParameterGroupQuotaExceededFault: ['DBParameterGroupQuotaExceeded', 400],
  InvalidDBParameterGroupStateFault: ['InvalidDBParameterGroupState', 400],
  DBSubnetGroupNotFoundFault: ['DBSubnetGroupNotFoundFault', 404],
  DBSubnetGroupNotAllowedFault: ['DBSubnetGroupNotAllowedFault', 400],
  DBSubnetGroupAlreadyExistsFault: ['DBSubnetGroupAlreadyExists', 400],
  DBSubnetGroupQuotaExceededFault: ['DBSubnetGroupQuotaExceeded', 400],
  DBSubnetGroupDoesNotCoverEnoughAZs: ['DBSubnetGroupDoesNotCoverEnoughAZs', 400],
  InvalidDBSubnetGroupStateFault: ['InvalidDBSubnetGroupStateFault', 400],
  InvalidVPCNetworkStateFault: ['InvalidVPCNetworkStateFault', 400],
  InsufficientDBInstanceCapacityFault: ['InsufficientDBInstanceCapacity', 400],
  InvalidSubnet: ['InvalidSubnet', 400],
  PointInTimeRestoreNotEnabledFault: ['PointInTimeRestoreNotEnabled', 400],
  DBInstanceAutomatedBackupNotFoundFault: ['DBInstanceAutomatedBackupNotFound', 404],
  DBInstanceAutomatedBackupQuotaExceededFault: ['DBInstanceAutomatedBackupQuotaExceeded', 400],
} as const;

/** The SDK's name of a modelled error. */
export type RdsFaultName = keyof typeof modelled;

/** Every modelled error with what it is on the wire; a test holds the table against the SDK's `awsQueryError` traits. */
export function rdsFaultTable(): Readonly<Record<RdsFaultName, readonly [code: string, status: number]>> {
  return modelled;
}

/** An error that the service's model has. */
export function rdsFault(name: RdsFaultName, message: string): WireFault {
  const [code, status] = modelled[name];
  return new WireFault({ code, status, message });
}
