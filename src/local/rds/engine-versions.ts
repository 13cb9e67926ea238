import type { DBEngineVersionMessage, DescribeDBEngineVersionsMessage } from '@aws-sdk/client-rds';
import type { OperationTable, RdsState } from './rds-state.js';

/** The operations on versions of engines. */
export const engineVersionOperations: OperationTable = { DescribeDBEngineVersions: describeDBEngineVersions };

/** `DescribeDBEngineVersions` of one version of PostgreSQL: those before 11 are offered no more (facts A22). */
function describeDBEngineVersions(_state: RdsState, input: DescribeDBEngineVersionsMessage): DBEngineVersionMessage {
  const { Engine = 'postgres', EngineVersion = '', IncludeAll = false } = input;
  const major = /^(9|1\d)(?:\.\d+)+$/.exec(EngineVersion)?.[1];
  if (Engine !== 'postgres' || major === undefined) return { DBEngineVersions: [] };
  const Status = Number(major) < 11 ? 'deprecated' : 'available';
  if (Status === 'deprecated' && !IncludeAll) return { DBEngineVersions: [] };
  const DBParameterGroupFamily = `postgres${major}`;
  return { DBEngineVersions: [{ Engine, EngineVersion, MajorEngineVersion: major, DBParameterGroupFamily, Status }] };
}
