import { invalidParameterValue } from './parameter-fault.js';

/** A tag as the services have it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Checks a list of tags as the services do (facts A13); of two with one key the later one counts. */
export function checkTags(tags: readonly Tag[] | undefined): { Key: string; Value: string }[] {
  const byKey = new Map<string, { Key: string; Value: string }>();
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key === '' || key.length > 128 || /^aws:/i.test(key)) throw invalidParameterValue(`Invalid tag key: ${key}`);
    if (value.length > 256) throw invalidParameterValue(`Invalid tag value: ${value}`);
    if (/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.test(key + value))
      throw invalidParameterValue(`Invalid characters in tag ${key}`);
    byKey.set(key, { Key: key, Value: value });
  }
  if (byKey.size > 50) throw invalidParameterValue('Tag quota of 50 exceeded');
  return [...byKey.values()];
}
