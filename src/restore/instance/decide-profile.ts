import type { Objectives } from '../../core/objectives.js';
import { type ChosenClass, chooseInstanceClass } from '../instance-class/choose-instance-class.js';
import type { CandidateFacts } from './candidate-facts.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import { completeProfile } from './complete-profile.js';
import type { ConfigurationProfile } from './configuration-profile.js';

/**
 * What the candidate is to be like, as one of the classes that can be had.
 *
 * Errors: those of {@link completeProfile} and {@link chooseInstanceClass}.
 */
export function decideProfile(
  facts: CandidateFacts,
  request: CheckedCandidateRequest,
  objectives: Objectives,
  left?: Partial<ConfigurationProfile> | undefined,
): { readonly profile: ConfigurationProfile; readonly chosen: ChosenClass | undefined } {
  const profile = completeProfile(facts, request, objectives, left);
  if (facts.offers === undefined) return { profile, chosen: undefined };
  const chosen = chooseInstanceClass(facts.offers, request);
  return { profile: { ...profile, instanceClass: chosen.instanceClass }, chosen };
}
