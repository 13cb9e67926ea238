import type { CandidateFacts } from '../instance/candidate-facts.js';
import type { CheckedCandidateRequest } from '../instance/candidate-request.js';
import { modelOf, wantedClasses } from '../instance/complete-profile.js';
import { type ConfigurationProfile, profileOf } from '../instance/configuration-profile.js';
import type { EngineVersion } from '../instance/engine-support.js';

/** What RDS has to be able to make: the data's version as one of some classes, with what only some of them can have. */
export interface InstanceNeed extends EngineVersion {
  readonly region: string;
  /** By preference. */
  readonly classes: readonly [string, ...string[]];
  /** Whether the source's was among them, and there is no instance left to tell it. */
  readonly sourceMissing: boolean;
  readonly storageType?: string | undefined;
  readonly multiAz: boolean;
  readonly iamAuthentication: boolean;
  readonly encrypted: boolean;
  /** Absent where the account's default one is taken. */
  readonly subnetGroup?: string | undefined;
}

/** What the restore of some data needs; `left` is what the backup itself holds of a configuration. `undefined` where no class is known. */
export function instanceNeed(
  facts: Pick<CandidateFacts, 'production' | 'source'>,
  request: Pick<CheckedCandidateRequest, 'configuration' | 'promote' | 'temporary' | 'instanceClass'>,
  data: EngineVersion & { readonly region: string; readonly encrypted: boolean },
  left: Partial<ConfigurationProfile> = {},
): InstanceNeed | undefined {
  const model = modelOf(facts, request);
  const { classes, sourceMissing } = wantedClasses(model, request);
  const [first, ...others] = classes;
  if (first === undefined) return undefined;
  const { storageType, multiAz, iamAuthentication, subnetGroup } = {
    ...(model === undefined ? left : profileOf(model)),
    ...request.temporary?.fixed,
    ...request.configuration,
  };
  const { engine, engineVersion, region, encrypted } = data;
  return {
    engine,
    engineVersion,
    region,
    encrypted,
    classes: [first, ...others],
    sourceMissing,
    storageType,
    multiAz: multiAz ?? false,
    iamAuthentication: iamAuthentication ?? false,
    subnetGroup,
  };
}
