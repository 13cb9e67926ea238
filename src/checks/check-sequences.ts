import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings, unknownFinding } from './findings.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import { tableName } from './table-name.js';
import { isUserTable } from './user-tables.js';

/**
 * Sequences and the number columns they fill: those a column owns (serial, identity), and those that a plain
 * `DEFAULT nextval(...)` draws from. One that may cycle has no end to be beyond.
 */
const readSequences = (): string => `
SELECT seq_space.nspname AS schema, seq.relname AS name, space.nspname AS table_schema, class.relname AS table_name,
       attname AS column_name, seqincrement::text AS step
FROM (SELECT objid AS seq, refobjid AS filled, refobjsubid AS place FROM pg_catalog.pg_depend
      WHERE classid = 'pg_catalog.pg_class'::regclass AND refclassid = 'pg_catalog.pg_class'::regclass
        AND refobjsubid > 0 AND deptype IN ('a', 'i')
      UNION
      SELECT refobjid, adrelid, adnum FROM pg_catalog.pg_depend
      JOIN pg_catalog.pg_attrdef ON classid = 'pg_catalog.pg_attrdef'::regclass AND objid = pg_attrdef.oid
      WHERE refclassid = 'pg_catalog.pg_class'::regclass
        AND pg_catalog.pg_get_expr(adbin, adrelid) ~ '^nextval[(]''([^'']|'''')*''::regclass[)]$') AS used
JOIN pg_catalog.pg_class AS seq ON seq.oid = used.seq AND seq.relkind = 'S'
JOIN pg_catalog.pg_namespace AS seq_space ON seq_space.oid = seq.relnamespace
JOIN pg_catalog.pg_sequence ON seqrelid = seq.oid AND NOT seqcycle
JOIN pg_catalog.pg_class AS class ON class.oid = used.filled
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
JOIN pg_catalog.pg_attribute ON attrelid = class.oid AND attnum = used.place
JOIN pg_catalog.pg_type AS typ ON typ.oid = atttypid AND typ.typcategory = 'N'
WHERE ${isUserTable}
ORDER BY seq_space.nspname, seq.relname, class.relname`;

interface SequenceUse extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
  readonly table_schema: string;
  readonly table_name: string;
  readonly column_name: string;
  readonly step: string;
}

interface SequenceState extends Readonly<Record<string, unknown>> {
  readonly reached: string;
  readonly furthest: string | null;
  readonly behind: boolean | null;
}

/** No sequence will give out a number that its column already holds. */
export async function checkSequences(session: SqlSession, tables: number, call: PortCall): Promise<CheckResult> {
  const uses = await attempt(session, call, () => session.query<SequenceUse>(readSequences(), [], call));
  if (!uses.known) return inconclusive('sequences', uses);
  const findings: Finding[] = [];
  for (const use of uses.value) findings.push(await checkSequence(session, use, call));
  return resultOfFindings('sequences', 'sequences', findings, tables);
}

async function checkSequence(session: SqlSession, use: SequenceUse, call: PortCall): Promise<Finding> {
  const column = `${tableName(use.table_schema, use.table_name)}.${use.column_name}`;
  const subject = `${tableName(use.schema, use.name)} for ${column}`;
  const state = await attempt(session, call, async () =>
    onlyRow(await session.query<SequenceState>(stateQuery(use), [], call), subject),
  );
  if (!state.known) return unknownFinding(subject, state);
  const { reached, furthest, behind } = state.value;
  if (furthest === null || behind === false) return { subject, verdict: 'passed' };
  return { subject, verdict: 'failed', reason: `it has reached ${reached}, the column ${furthest}` };
}

/** A sequence that was set but not yet called gives out `last_value` itself next. */
function stateQuery(use: SequenceUse): string {
  const descending = use.step.startsWith('-');
  const table = `${quoteIdentifier(use.table_schema)}.${quoteIdentifier(use.table_name)}`;
  const furthest = `pg_catalog.${descending ? 'min' : 'max'}(t.${quoteIdentifier(use.column_name)})`;
  return `SELECT reached::text AS reached, furthest::text AS furthest, reached ${descending ? '>' : '<'} furthest AS behind
          FROM (SELECT CASE WHEN is_called THEN last_value ELSE last_value::numeric - ${use.step} END AS reached
                FROM ${quoteIdentifier(use.schema)}.${quoteIdentifier(use.name)}) AS sequence,
               (SELECT ${furthest} AS furthest FROM ${table} AS t) AS filled`;
}
