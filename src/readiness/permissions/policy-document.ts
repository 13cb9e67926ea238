/** One statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: PolicyCondition | undefined;
}

/** Operator, key, values: `{ StringEquals: { 'aws:ResourceTag/zephyr:managed-by': ['zephyr-backup'] } }`. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** An IAM policy as AWS takes it: JSON as it stands. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/**
 * Statements as a document: those of one name become one, with their actions in order. Statements of one name must be about
 * the same resources under the same condition.
 */
export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  const byName = new Map<string, PolicyStatement>();
  for (const statement of statements) {
    const before = byName.get(statement.Sid);
    const actions = new Set([...(before?.Action ?? []), ...statement.Action]);
    byName.set(statement.Sid, { ...statement, Action: [...actions].sort() });
  }
  return { Version: '2012-10-17', Statement: [...byName.values()] };
}

/** A statement that allows. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** A statement that forbids, whatever others allow. */
export function deny(Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement {
  return { Sid, Effect: 'Deny', Action, Resource };
}
