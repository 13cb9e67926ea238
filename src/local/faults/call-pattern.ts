/** A text that is meant: the text itself, in which `*` stands for anything, or a regular expression. */
export type TextPattern = string | RegExp;

/** Which calls are meant. What is left out says nothing: an empty pattern means all calls. */
export interface CallPattern {
  /** Such as `rds`, `elasticache` or `s3`. */
  readonly service?: string | undefined;
  /** Such as `CreateDBSnapshot`, `Describe*` or `/^(Get|Head)Object$/`. */
  readonly operation?: TextPattern | undefined;
  /** Members of the input by name: `{ Key: 'dumps/*' }`, `{ DBInstanceIdentifier: 'zephyr-production-db' }`. */
  readonly input?: Readonly<Record<string, TextPattern>> | undefined;
}

/** What of a call a pattern is held against. */
export interface CallLike {
  readonly service: string;
  readonly operation: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Makes the test of a pattern. */
export function callMatcher({ service, operation, input }: CallPattern): (call: CallLike) => boolean {
  const isOperation = operation === undefined ? undefined : textMatcher(operation);
  const members = Object.entries(input ?? {}).map(([name, pattern]) => ({ name, matches: textMatcher(pattern) }));
  return (call) =>
    (service === undefined || call.service === service) &&
    (isOperation === undefined || (call.operation !== undefined && isOperation(call.operation))) &&
    members.every(({ name, matches }) => {
      const value = call.input[name];
      return value !== undefined && value !== null && matches(String(value));
    });
}

function textMatcher(pattern: TextPattern): (text: string) => boolean {
  if (pattern instanceof RegExp) return (text) => text.search(pattern) >= 0;
  if (!pattern.includes('*')) return (text) => text === pattern;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => whole.test(text);
}
