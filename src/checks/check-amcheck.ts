import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings, unknownFinding } from './findings.js';
import { quoteIdentifier } from './quote-sql.js';
import { tableName } from './table-name.js';
import { isUserTable } from './user-tables.js';

const readExtension = `
SELECT nspname AS schema FROM pg_catalog.pg_extension
JOIN pg_catalog.pg_namespace AS space ON space.oid = extnamespace WHERE extname = 'amcheck'`;

/** B-trees that hold rows; one that is not valid is another check's. */
const readTrees = (): string => `
SELECT index_space.nspname AS schema, index_class.relname AS name, index_class.oid::text AS id
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class AS index_class ON index_class.oid = indexrelid AND index_class.relkind = 'i'
JOIN pg_catalog.pg_am ON pg_am.oid = index_class.relam AND amname = 'btree'
JOIN pg_catalog.pg_namespace AS index_space ON index_space.oid = index_class.relnamespace
JOIN pg_catalog.pg_class AS class ON class.oid = indrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE indisvalid AND indisready AND ${isUserTable}
ORDER BY 1, 2`;

interface Tree extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
  readonly id: string;
}

/** Every B-tree is in order, and every row that it should hold is in it. */
export async function checkAmcheck(session: SqlSession, tables: number, call: PortCall): Promise<CheckResult> {
  const check = 'amcheck';
  const trees = await attempt(session, call, async () => {
    const [extension] = await session.query<{ schema: string }>(readExtension, [], call);
    const found = extension === undefined ? [] : await session.query<Tree>(readTrees(), [], call);
    return { extension, found };
  });
  if (!trees.known) return inconclusive(check, trees);
  const { extension, found } = trees.value;
  if (extension === undefined) {
    const summary = 'the extension amcheck is not installed in this database';
    return { check, verdict: 'inconclusive', summary, evidence: { tables } };
  }
  const findings: Finding[] = [];
  for (const tree of found) findings.push(await checkTree(session, tree, extension.schema, call));
  return resultOfFindings(check, 'B-trees', findings, tables);
}

async function checkTree(session: SqlSession, tree: Tree, schema: string, call: PortCall): Promise<Finding> {
  const subject = tableName(tree.schema, tree.name);
  const query = `SELECT ${quoteIdentifier(schema)}.bt_index_check($1::oid::regclass, true)`;
  const looked = await attempt(session, call, () => session.query(query, [tree.id], call));
  if (looked.known) return { subject, verdict: 'passed' };
  const { sqlState } = looked.error.details;
  // `index_corrupted` and `data_corrupted`; everything else is a reason why it could not be looked at.
  if (sqlState !== 'XX002' && sqlState !== 'XX001') return unknownFinding(subject, looked);
  return { subject, verdict: 'failed', reason: looked.error.message };
}
