import type { NormalizedSchema } from '@smithy/core/schema';

/** The input of a call with everything that the schema marks as sensitive masked: calls are recorded, secrets are not (facts H16). */
export function redactInput(
  schema: NormalizedSchema,
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...input };
  for (const [name, member] of schema.structIterator()) {
    if (result[name] !== undefined && isSecret(name, member)) result[name] = '****';
  }
  return result;
}

/** A presigned URL carries the session token in clear (facts 0.11). */
function isSecret(name: string, member: NormalizedSchema): boolean {
  return Boolean(member.getMergedTraits().sensitive) || name === 'PreSignedUrl' || name.endsWith('Password');
}
