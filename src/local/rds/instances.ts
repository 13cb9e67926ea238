import { createDBInstance } from './create-instance.js';
import { createDBInstanceReadReplica } from './create-read-replica.js';
import { deleteDBInstance } from './delete-instance.js';
import { describeDBInstances } from './describe-instances.js';
import { modifyDBInstance } from './modify-instance.js';
import { promoteReadReplica } from './promote-read-replica.js';
import type { OperationTable } from './rds-state.js';
import { rebootDBInstance } from './reboot-instance.js';

/** The operations on instances. */
export const instanceOperations: OperationTable = {
  CreateDBInstance: createDBInstance,
  CreateDBInstanceReadReplica: createDBInstanceReadReplica,
  PromoteReadReplica: promoteReadReplica,
  DescribeDBInstances: describeDBInstances,
  ModifyDBInstance: modifyDBInstance,
  RebootDBInstance: rebootDBInstance,
  DeleteDBInstance: deleteDBInstance,
};
