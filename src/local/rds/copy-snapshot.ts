import type { CopyDBSnapshotMessage, CopyDBSnapshotResult, DBInstance, Tag } from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { arnPrefix } from './arn-prefix.js';
import { newSnapshotName } from './identifiers.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, Snapshot } from './rds-state.js';
import { runNextCopy } from './snapshot-copying.js';
import { enterSnapshot } from './snapshot-lifecycle.js';
import { refuseSnapshot, snapshotView } from './snapshot-lookup.js';
import { findVisible, type VisibleSnapshot } from './snapshot-visibility.js';

/** A copy's source, and where it is. */
interface CopySource extends VisibleSnapshot {
  readonly isCrossRegion: boolean;
  readonly isShared: boolean;
}

/**
 * `CopyDBSnapshot`, called where the copy is to be. The copy is always manual, and counts against the quota (facts A17). The
 * URL that SDKs sign for the source region is taken and ignored, as the service does nearly everywhere (facts A18).
 */
export function copyDBSnapshot(
  state: RdsState,
  input: CopyDBSnapshotMessage,
  script: LifecycleScript | undefined,
): CopyDBSnapshotResult {
  const from = required(input.SourceDBSnapshotIdentifier, 'SourceDBSnapshotIdentifier');
  const target = required(input.TargetDBSnapshotIdentifier, 'TargetDBSnapshotIdentifier');
  const name = newSnapshotName(target, 'TargetDBSnapshotIdentifier');
  const source = findCopySource(state, from);
  if (source.snapshot.details.Status !== 'available') {
    throw rdsFault('InvalidDBSnapshotStateFault', `DBSnapshot ${from} is not in available state.`);
  }
  const key = keyOfCopy(state, input, source);
  const tags = tagsOfCopy(input, source);
  refuseSnapshot(state, name);
  if (source.isCrossRegion) refuseManyCopies(state);
  const snapshot = addCopy(state, source, { name, key, tags, optionGroup: input.OptionGroupName, script });
  runNextCopy(state, snapshot.details.DbiResourceId);
  return { DBSnapshot: snapshotView(state, snapshot) };
}

function findCopySource(state: RdsState, identifier: string): CopySource {
  const { holder, snapshot } = findVisible(state, identifier);
  const { region, accountId } = state.settings;
  const isShared = holder.settings.accountId !== accountId;
  return { holder, snapshot, isShared, isCrossRegion: holder.settings.region !== region };
}

/** The key that the copy is encrypted with: a copy can add encryption, and never removes it (facts A16). */
function keyOfCopy(state: RdsState, input: CopyDBSnapshotMessage, source: CopySource): string | undefined {
  const { Encrypted: isEncrypted, KmsKeyId: sourceKey } = source.snapshot.details;
  const key = input.KmsKeyId === '' ? undefined : input.KmsKeyId;
  if (key?.startsWith('arn:') === true && key.split(':')[3] !== state.settings.region) throw keyNotAccessible(key);
  if (isEncrypted !== true) return key;
  if (source.isCrossRegion && source.isShared) {
    throw invalidParameterValue('An encrypted snapshot of another account can be copied in its own region only.');
  }
  if (source.isShared && (key === undefined || isDefaultKey(sourceKey))) throw keyNotAccessible(key ?? sourceKey);
  if (source.isCrossRegion && key === undefined) {
    throw invalidParameterValue('Must specify new KMS key for cross region encrypted snapshot copy.');
  }
  return key ?? sourceKey;
}

/** The key that the service makes for an account itself: no other account gets at it (facts A17). */
export function isDefaultKey(key: string | undefined): boolean {
  return key === undefined || key.endsWith('alias/aws/rds');
}

function keyNotAccessible(key: string | undefined): Error {
  const message = `The target KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`;
  return rdsFault('KMSKeyNotAccessibleFault', message);
}

/** Tags given replace those that would be copied (facts A17). */
function tagsOfCopy(input: CopyDBSnapshotMessage, { snapshot, isShared }: CopySource): readonly Tag[] {
  const given = checkTags(input.Tags);
  if (given.length > 0) return given;
  return input.CopyTags === true && !isShared ? (snapshot.details.TagList ?? []) : [];
}

function refuseManyCopies(state: RdsState): void {
  const { snapshotCopies } = state.settings.quotas;
  if (state.copies.filter(({ copying }) => copying?.isCrossRegion === true).length < snapshotCopies) return;
  const message = `Cannot have more than ${snapshotCopies} snapshot copies in progress to one region`;
  throw rdsFault('SnapshotQuotaExceededFault', message);
}

interface NewCopy {
  readonly name: string;
  readonly key: string | undefined;
  readonly tags: readonly Tag[];
  readonly optionGroup: string | undefined;
  readonly script: LifecycleScript | undefined;
}

function addCopy(state: RdsState, { holder, snapshot: source, isCrossRegion }: CopySource, copy: NewCopy): Snapshot {
  const encryption = { KmsKeyId: copy.key };
  const major = source.details.EngineVersion?.split('.')[0];
  // Option groups do not cross regions (facts A17).
  const optionGroup = isCrossRegion ? `default:postgres-${major}` : source.details.OptionGroupName;
  const restored: DBInstance = { ...source.source, ...encryption, StorageEncrypted: copy.key !== undefined };
  const snapshot = enterSnapshot(state, {
    details: {
      ...source.details,
      ...encryption,
      Encrypted: copy.key !== undefined,
      DBSnapshotIdentifier: copy.name,
      DBSnapshotArn: `${arnPrefix(state)}:snapshot:${copy.name}`,
      SnapshotType: 'manual',
      Status: 'creating',
      PercentProgress: undefined,
      SnapshotCreateTime: undefined,
      FullSnapshotSizeInBytes: undefined,
      SourceRegion: holder.settings.region,
      SourceDBSnapshotIdentifier: source.details.DBSnapshotArn,
      OptionGroupName: copy.optionGroup ?? optionGroup,
      TagList: [...copy.tags],
    },
    source: { ...restored, TagList: [...copy.tags] },
    milliseconds: state.settings.durations.snapshotCopy,
    copying: { source, isCrossRegion, isQueued: true, script: copy.script },
  });
  state.copies.push(snapshot);
  return snapshot;
}
