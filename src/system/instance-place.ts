/** Where an instance is that another one names. */
export interface InstancePlace {
  readonly region: string;
  readonly identifier: string;
}

/**
 * Reads how a replica and its source name each other: by name in the same region, across regions by ARN, such as
 * `arn:aws:rds:us-west-2:123456789012:db:zephyr-dr` (facts E6).
 */
export function instancePlace(reference: string, ownRegion: string): InstancePlace {
  const [, , , region, , , name] = reference.split(':');
  return name === undefined || region === undefined
    ? { region: ownRegion, identifier: reference }
    : { region, identifier: name };
}
