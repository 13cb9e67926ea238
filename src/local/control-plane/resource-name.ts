/** The last part of an ARN, or the text itself, in lower case: filters and identifiers take both. */
export function nameOf(identifierOrArn: string): string {
  if (!identifierOrArn.startsWith('arn:')) return identifierOrArn.toLowerCase();
  return identifierOrArn.split(':').slice(6).join(':').toLowerCase();
}
