import type { CreateDBInstanceMessage, CreateDBInstanceResult } from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { automatedBackupStep } from './automated-backup.js';
import { scheduleBackups } from './backup-schedule.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent } from './events.js';
import { newInstanceName } from './identifiers.js';
import { availableStep, instanceSubject, shownEndpoint, startServer } from './instance-lifecycle.js';
import { patchInstance, refuseTakenName } from './instance-lookup.js';
import { addInstance, placementDetails } from './new-instance.js';
import type { Instance, RdsState } from './rds-state.js';

const defaultEngineVersion = '15.18';
const defaultPort = 5432;

/** `CreateDBInstance`, of PostgreSQL. */
export function createDBInstance(
  state: RdsState,
  input: CreateDBInstanceMessage,
  script: LifecycleScript | undefined,
): CreateDBInstanceResult {
  const name = newInstanceName(required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'), 'DBInstanceIdentifier');
  if (input.Engine !== 'postgres') throw invalidParameterValue(`Invalid DB engine: ${input.Engine}`);
  const masterUsername = required(input.MasterUsername, 'MasterUsername');
  const masterPassword = required(input.MasterUserPassword, 'MasterUserPassword');
  if (masterPassword.length < 8) {
    throw invalidParameterValue(
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    );
  }
  const storage = required(input.AllocatedStorage, 'AllocatedStorage');
  if (storage < 20)
    throw invalidCombination('Invalid storage size for engine name postgres and storage type gp3: at least 20');
  refuseTakenName(state, name);
  const version = input.EngineVersion ?? state.settings.dataPlane?.version ?? defaultEngineVersion;
  const instance = addInstance(
    state,
    {
      ...placementDetails(state, input, version),
      DBInstanceIdentifier: name,
      DBInstanceClass: required(input.DBInstanceClass, 'DBInstanceClass'),
      Engine: 'postgres',
      EngineVersion: version,
      MasterUsername: masterUsername,
      DBName: input.DBName,
      AllocatedStorage: storage,
      MaxAllocatedStorage: input.MaxAllocatedStorage,
      BackupRetentionPeriod: checkRetention(input.BackupRetentionPeriod ?? 1),
      PreferredBackupWindow: checkBackupWindow(input.PreferredBackupWindow) ?? '03:00-03:30',
      PreferredMaintenanceWindow: input.PreferredMaintenanceWindow ?? 'sun:05:00-sun:05:30',
      StorageEncrypted: input.StorageEncrypted ?? false,
      KmsKeyId: input.StorageEncrypted === true ? (input.KmsKeyId ?? 'alias/aws/rds') : undefined,
      MonitoringInterval: input.MonitoringInterval ?? 0,
      MonitoringRoleArn: input.MonitoringRoleArn,
      PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
      TagList: checkTags(input.Tags),
    },
    input.Port ?? defaultPort,
  );
  const { dataPlane } = state.settings;
  const start = startServer(state, instance);
  const making =
    dataPlane &&
    (async () => {
      const { resourceId } = instance;
      await dataPlane.create({ resourceId, masterUsername, masterPassword, databaseName: input.DBName });
      instance.hasCluster = true;
      await start?.();
    });
  const creating: Step = { status: 'creating', milliseconds: state.settings.durations.create, work: making };
  state.timeline.run(
    instanceSubject(state, instance),
    bringUp(state, instance, creating, 'DB instance created'),
    script,
  );
  return { DBInstance: currentView(state, instance) };
}

/**
 * What a new instance goes through once its making is described: it gets its endpoint, is backed up if it keeps backups, and
 * is then available.
 */
export function bringUp(state: RdsState, instance: Instance, making: Step, message: string): readonly Step[] {
  const done = (at: Date): void => {
    making.done?.(at);
    patchInstance(instance, { InstanceCreateTime: at, Endpoint: shownEndpoint(state, instance) });
    addInstanceEvent(state, instance, 'creation', message);
    scheduleBackups(state, instance);
  };
  const keepsBackups = (instance.details.BackupRetentionPeriod ?? 0) > 0;
  const backup = keepsBackups && state.settings.automatedBackups ? [automatedBackupStep(state, instance)] : [];
  return [{ ...making, done }, ...backup, availableStep()];
}

/** Days of automated backups: 0 to 35 (facts A11). */
export function checkRetention(days: number): number {
  if (Number.isInteger(days) && days >= 0 && days <= 35) return days;
  throw invalidParameterValue(`Invalid backup retention period: ${days}. Must be between 0 and 35`);
}

/** `hh:mm-hh:mm`, at least 30 minutes. */
export function checkBackupWindow(window: string | undefined): string | undefined {
  if (window === undefined) return undefined;
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(window);
  if (match === null) throw invalidParameterValue(`Invalid backup window: ${window}`);
  const [from = 0, to = 0] = [match.slice(1, 3), match.slice(3, 5)].map(
    ([hours, minutes]) => Number(hours) * 60 + Number(minutes),
  );
  if ((to - from + 1440) % 1440 < 30) throw invalidParameterValue('The backup window must be at least 30 minutes.');
  return window;
}
