/** Who does it: roles that are kept apart, so that what makes backups cannot destroy them (facts J). */
export type PermissionRole = 'reader' | 'backup-writer' | 'retention' | 'drill' | 'promoter';

/** Something that this library does for its caller. */
export type PermissionFeature =
  | 'list-backups'
  | 'assess-readiness'
  | 'diagnose'
  | 'assess-usage'
  | 'audit-sharing'
  | 'create-snapshot'
  | 'copy-snapshot'
  | 'create-cache-snapshot'
  | 'export-cache-snapshot'
  | 'create-dump'
  | 'discard-failed-dump'
  | 'sweep-dumps'
  | 'expire-snapshots'
  | 'expire-cache-snapshots'
  | 'expire-dumps'
  | 'purge-rows'
  | 'restore-dump'
  | 'restore-point-in-time'
  | 'restore-snapshot'
  | 'restore-cache'
  | 'create-replica'
  | 'delete-candidates'
  | 'check-dump'
  | 'keep-journal'
  | 'drill'
  | 'drill-cache'
  | 'promote-by-rename'
  | 'fail-over'
  | 'fail-over-cache'
  | 'promote-replica';

/** Every feature, in the order of roles. */
export const permissionFeatures: readonly PermissionFeature[] = [
  'list-backups',
  'assess-readiness',
  'diagnose',
  'assess-usage',
  'audit-sharing',
  'create-snapshot',
  'copy-snapshot',
  'create-cache-snapshot',
  'export-cache-snapshot',
  'create-dump',
  'discard-failed-dump',
  'sweep-dumps',
  'expire-snapshots',
  'expire-cache-snapshots',
  'expire-dumps',
  'purge-rows',
  'restore-dump',
  'restore-point-in-time',
  'restore-snapshot',
  'restore-cache',
  'create-replica',
  'delete-candidates',
  'check-dump',
  'keep-journal',
  'drill',
  'drill-cache',
  'promote-by-rename',
  'fail-over',
  'fail-over-cache',
  'promote-replica',
];

/** The role that a feature belongs to. */
export function roleOf(feature: PermissionFeature): PermissionRole {
  switch (feature) {
    case 'list-backups':
    case 'assess-readiness':
    case 'diagnose':
    case 'assess-usage':
    case 'audit-sharing':
      return 'reader';
    case 'create-snapshot':
    case 'copy-snapshot':
    case 'create-cache-snapshot':
    case 'export-cache-snapshot':
    case 'create-dump':
    case 'discard-failed-dump':
      return 'backup-writer';
    case 'sweep-dumps':
    case 'expire-snapshots':
    case 'expire-cache-snapshots':
    case 'expire-dumps':
    case 'purge-rows':
      return 'retention';
    case 'restore-dump':
    case 'restore-point-in-time':
    case 'restore-snapshot':
    case 'restore-cache':
    case 'create-replica':
    case 'delete-candidates':
    case 'check-dump':
    case 'keep-journal':
    case 'drill':
    case 'drill-cache':
      return 'drill';
    case 'promote-by-rename':
    case 'fail-over':
    case 'fail-over-cache':
    case 'promote-replica':
      return 'promoter';
  }
}
