export type { CallLog, CallOutcome, RecordedCall } from './calls.js';
export type { LocalMetrics, MetricReading } from './cloudwatch/metric-store.js';
export type {
  ClusterMeasures,
  DataPlane,
  DataPlanePlace,
  Endpoint,
  HeldAt,
  KeptServers,
  NewCluster,
  TakenBackup,
} from './data-plane/data-plane.js';
export {
  type FindPostgresOptions,
  findPostgres,
  type PostgresBinaries,
  type PostgresClientTool,
  type PostgresServerTool,
} from './data-plane/postgres-binaries.js';
export {
  createPostgresDataPlane,
  type PostgresDataPlane,
  type PostgresDataPlaneOptions,
} from './data-plane/postgres-data-plane.js';
export type { CacheDurations } from './elasticache/cache-durations.js';
export type {
  CachePlane,
  ClusterMember,
  KeptCaches,
  NewCacheNode,
  SnapshotFile,
  TakenCacheSnapshot,
} from './elasticache/cache-plane.js';
export type { CacheQuotas } from './elasticache/elasticache-state.js';
export type { CallPattern, TextPattern } from './faults/call-pattern.js';
export type { Fault } from './faults/fault.js';
export type { FaultRule } from './faults/fault-rule.js';
export type { Faults, InjectedFault } from './faults/faults.js';
export type { LocalDuration } from './local-duration.js';
export type { LocalRegion, LocalRegionOptions } from './local-region.js';
export type { LocalClasses } from './rds/class-handles.js';
export type { LifecycleDurations } from './rds/durations.js';
export type { BadStatus, LocalInstances } from './rds/instance-handles.js';
export type { RdsQuotas, StaleReads } from './rds/rds-state.js';
export type { LocalReplicas } from './rds/replica-handles.js';
export {
  createRedisDataPlane,
  type RedisDataPlane,
  type RedisDataPlaneOptions,
} from './redis-plane/redis-data-plane.js';
export type { LocalS3 } from './s3/s3-service.js';
export { startLocalRegion } from './start-local-region.js';
export { createVirtualClock, type VirtualClock } from './virtual-clock.js';
export type { LifecycleScript } from './wire/wire-service.js';
