import { copyDBSnapshot } from './copy-snapshot.js';
import { createDBSnapshot } from './create-snapshot.js';
import { deleteDBSnapshot } from './delete-snapshot.js';
import { describeDBSnapshots } from './describe-snapshots.js';
import { modifyDBSnapshot } from './modify-snapshot.js';
import type { OperationTable } from './rds-state.js';
import { describeDBSnapshotAttributes, modifyDBSnapshotAttribute } from './snapshot-attributes.js';

/** The operations on snapshots. */
export const snapshotOperations: OperationTable = {
  CreateDBSnapshot: createDBSnapshot,
  DescribeDBSnapshots: describeDBSnapshots,
  DeleteDBSnapshot: deleteDBSnapshot,
  CopyDBSnapshot: copyDBSnapshot,
  ModifyDBSnapshot: modifyDBSnapshot,
  DescribeDBSnapshotAttributes: describeDBSnapshotAttributes,
  ModifyDBSnapshotAttribute: modifyDBSnapshotAttribute,
};
