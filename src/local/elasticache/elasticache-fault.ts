import { WireFault } from '../wire/wire-fault.js';

/** The modelled errors that this control plane answers with: wire code and HTTP status of each (facts 0.1, F19). */
const modelled = {
  CacheClusterNotFoundFault: ['CacheClusterNotFound', 404],
  CacheClusterAlreadyExistsFault: ['CacheClusterAlreadyExists', 400],
  InvalidCacheClusterStateFault: ['InvalidCacheClusterState', 400],
  ReplicationGroupNotFoundFault: ['ReplicationGroupNotFoundFault', 404],
  ReplicationGroupAlreadyExistsFault: ['ReplicationGroupAlreadyExists', 400],
  InvalidReplicationGroupStateFault: ['InvalidReplicationGroupState', 400],
  SnapshotNotFoundFault: ['SnapshotNotFoundFault', 404],
  SnapshotAlreadyExistsFault: ['SnapshotAlreadyExistsFault', 400],
  SnapshotQuotaExceededFault: ['SnapshotQuotaExceededFault', 400],
  SnapshotFeatureNotSupportedFault: ['SnapshotFeatureNotSupportedFault', 400],
  InvalidSnapshotStateFault: ['InvalidSnapshotState', 400],
  NodeGroupNotFoundFault: ['NodeGroupNotFoundFault', 404],
  TestFailoverNotAvailableFault: ['TestFailoverNotAvailableFault', 400],
  APICallRateForCustomerExceededFault: ['APICallRateForCustomerExceeded', 400],
  CacheParameterGroupNotFoundFault: ['CacheParameterGroupNotFound', 404],
  CacheParameterGroupAlreadyExistsFault: ['CacheParameterGroupAlreadyExists', 400],
  CacheParameterGroupQuotaExceededFault: ['CacheParameterGroupQuotaExceeded', 400],
  InvalidCacheParameterGroupStateFault: ['InvalidCacheParameterGroupState', 400],
  NodeQuotaForClusterExceededFault: ['NodeQuotaForClusterExceeded', 400],
  NodeQuotaForCustomerExceededFault: ['NodeQuotaForCustomerExceeded', 400],
  TagNotFoundFault: ['TagNotFound', 404],
  InvalidARNFault: ['InvalidARN', 400],
} as const;

/** The SDK's name of a modelled error. */
export type ElastiCacheFaultName = keyof typeof modelled;

/** Every modelled error with what it is on the wire; a test holds the table against the SDK's `awsQueryError` traits. */
export function elastiCacheFaultTable(): Readonly<
  Record<ElastiCacheFaultName, readonly [code: string, status: number]>
> {
  return modelled;
}

/** An error that the service's model has. */
export function elastiCacheFault(name: ElastiCacheFaultName, message: string): WireFault {
  const [code, status] = modelled[name];
  return new WireFault({ code, status, message });
}
