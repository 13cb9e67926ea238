import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * Makes what masks in the input of a call everything that its schema marks as sensitive: calls are recorded, secrets are not
 * (facts H16).
 */
export function createRedactor(
  schema: NormalizedSchema,
): (input: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  const secrets = schema.isStructSchema()
    ? [...schema.structIterator()].filter(([name, member]) => isSecret(name, member)).map(([name]) => name)
    : [];
  return (input) => {
    const told = secrets.filter((name) => input[name] !== undefined);
    return told.length === 0 ? input : { ...input, ...Object.fromEntries(told.map((name) => [name, '****'])) };
  };
}

/**
 * A presigned URL carries the session token in clear (facts 0.11). The name of a KMS key opens nothing: what a call encrypts with
 * is what a test wants to know.
 */
function isSecret(name: string, member: NormalizedSchema): boolean {
  if (name === 'SSEKMSKeyId') return false;
  return Boolean(member.getMergedTraits().sensitive) || name === 'PreSignedUrl' || name.endsWith('Password');
}
