import type { RDSClient } from '@aws-sdk/client-rds';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';
import { callAws } from './call-aws.js';
import { modifyInput } from './modify-input.js';
import type { RdsConnection } from './rds-connection.js';
import { pointInTimeRestoreInput, replicaInput, snapshotRestoreInput } from './restore-input.js';
import { sendOptions } from './send-options.js';
import { toTagList } from './tag-list.js';
import { saysNothingToModify } from './translate-aws-error.js';

type Mutations = Pick<
  RdsPort,
  | 'modifyInstance'
  | 'rebootInstance'
  | 'failOver'
  | 'deleteInstance'
  | 'createSnapshot'
  | 'copySnapshot'
  | 'deleteSnapshot'
  | 'restoreFromSnapshot'
  | 'restoreToPointInTime'
  | 'createReplica'
  | 'promoteReplica'
  | 'tagInstance'
>;

/**
 * What changes something. Each request is sent as it is; that one of them may have happened although it failed is the
 * caller's to look into (facts 0.3).
 */
export function rdsMutations(connect: () => Promise<RdsConnection>): Mutations {
  const send = async (
    operation: string,
    subject: string,
    call: PortCall | undefined,
    request: (sdk: RdsConnection['sdk'], client: RDSClient) => Promise<unknown>,
  ): Promise<void> => {
    await callAws({ service: 'RDS', operation, subject }, call, async () => {
      const { sdk, client } = await connect();
      await request(sdk, client);
    });
  };
  return {
    modifyInstance: (identifier, change, call) =>
      send('ModifyDBInstance', identifier, call, async (sdk, client) => {
        const command = new sdk.ModifyDBInstanceCommand(modifyInput(identifier, change));
        await client.send(command, sendOptions(call)).catch(unlessNothingToModify);
      }),
    rebootInstance: (identifier, call) =>
      send('RebootDBInstance', identifier, call, (sdk, client) =>
        client.send(new sdk.RebootDBInstanceCommand({ DBInstanceIdentifier: identifier }), sendOptions(call)),
      ),
    failOver: (identifier, call) =>
      send('RebootDBInstance', identifier, call, (sdk, client) => {
        const input = { DBInstanceIdentifier: identifier, ForceFailover: true };
        return client.send(new sdk.RebootDBInstanceCommand(input), sendOptions(call));
      }),
    deleteInstance: (identifier, { finalSnapshot, deleteAutomatedBackups }, call) =>
      send('DeleteDBInstance', identifier, call, (sdk, client) => {
        // Exactly one of the two, and never AWS's default, which throws the point-in-time history away (facts B17).
        const last =
          finalSnapshot === undefined ? { SkipFinalSnapshot: true } : { FinalDBSnapshotIdentifier: finalSnapshot };
        const input = { DBInstanceIdentifier: identifier, DeleteAutomatedBackups: deleteAutomatedBackups, ...last };
        return client.send(new sdk.DeleteDBInstanceCommand(input), sendOptions(call));
      }),
    createSnapshot: ({ snapshot, instance, tags }, call) =>
      send('CreateDBSnapshot', snapshot, call, (sdk, client) => {
        const input = { DBSnapshotIdentifier: snapshot, DBInstanceIdentifier: instance, Tags: toTagList(tags) };
        return client.send(new sdk.CreateDBSnapshotCommand(input), sendOptions(call));
      }),
    copySnapshot: ({ source, snapshot, kmsKey, tags }, call) =>
      send('CopyDBSnapshot', snapshot, call, (sdk, client) => {
        // The SDK signs a URL for the source's region where that is another one: nothing of the input is ever told (facts 0.11).
        const input = {
          SourceDBSnapshotIdentifier: source,
          TargetDBSnapshotIdentifier: snapshot,
          KmsKeyId: kmsKey,
          Tags: toTagList(tags),
        };
        return client.send(new sdk.CopyDBSnapshotCommand(input), sendOptions(call));
      }),
    deleteSnapshot: (identifier, call) =>
      send('DeleteDBSnapshot', identifier, call, (sdk, client) =>
        client.send(new sdk.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }), sendOptions(call)),
      ),
    restoreFromSnapshot: (snapshot, settings, call) =>
      send('RestoreDBInstanceFromDBSnapshot', `${snapshot} to ${settings.target}`, call, (sdk, client) =>
        client.send(
          new sdk.RestoreDBInstanceFromDBSnapshotCommand(snapshotRestoreInput(snapshot, settings)),
          sendOptions(call),
        ),
      ),
    restoreToPointInTime: (source, settings, call) =>
      send('RestoreDBInstanceToPointInTime', settings.target, call, (sdk, client) =>
        client.send(
          new sdk.RestoreDBInstanceToPointInTimeCommand(pointInTimeRestoreInput(source, settings)),
          sendOptions(call),
        ),
      ),
    createReplica: (source, settings, call) =>
      send('CreateDBInstanceReadReplica', settings.target, call, (sdk, client) =>
        client.send(new sdk.CreateDBInstanceReadReplicaCommand(replicaInput(source, settings)), sendOptions(call)),
      ),
    promoteReplica: ({ replica, backupRetentionDays, backupWindow }, call) =>
      send('PromoteReadReplica', replica, call, (sdk, client) => {
        // Left out, the retention would be a day (facts E7).
        const backups = { BackupRetentionPeriod: backupRetentionDays, PreferredBackupWindow: backupWindow };
        const command = new sdk.PromoteReadReplicaCommand({ DBInstanceIdentifier: replica, ...backups });
        return client.send(command, sendOptions(call));
      }),
    tagInstance: ({ arn, tags }, call) =>
      send('AddTagsToResource', arn, call, (sdk, client) =>
        client.send(new sdk.AddTagsToResourceCommand({ ResourceName: arn, Tags: toTagList(tags) }), sendOptions(call)),
      ),
  };
}

/** It is as it was asked to be: a second attempt at a change that had arrived ends like this. */
function unlessNothingToModify(error: unknown): undefined {
  if (!saysNothingToModify(error)) throw error;
  return undefined;
}
