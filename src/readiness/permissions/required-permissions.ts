import { checkObject, checkTexts } from '../../core/check-shape.js';
import { invalidInput } from '../../core/errors.js';
import { statementsOf } from './feature-statements.js';
import { type PermissionFeature, type PermissionRole, permissionFeatures, roleOf } from './permission-features.js';
import { checkPlace, type PermissionPlace } from './permission-place.js';
import { type PolicyDocument, policyDocument } from './policy-document.js';

/**
 * The least that each role must be allowed for the features asked for, as IAM policy documents: the reader only reads, the
 * backup writer deletes nothing (but a dump of its own that failed, where `discard-failed-dump` is asked for), retention
 * deletes only what this library has made, a drill touches only candidates, and only the promoter may touch production, in a
 * session that was begun with a second factor. The feature `drill` also forbids to change production, whatever else allows it;
 * so a recovery with `promote: 'rename'` takes the role `drill` for `restore-...` and `keep-journal`, without `drill` itself,
 * together with the promoter. Makes no call.
 *
 * Errors: `invalid-input` for names that cannot be, and for those that a feature needs and that are missing.
 *
 * @example
 * ```ts
 * const roles = requiredPermissions(['create-snapshot', 'create-dump', 'assess-readiness'], {
 *   region: 'us-east-1',
 *   accountId: '123456789012',
 *   instance: 'zephyr-production-db',
 *   bucket: 'zephyr-backups',
 * });
 * console.log(JSON.stringify(roles['backup-writer'], undefined, 2));
 * ```
 */
export function requiredPermissions(
  features: readonly PermissionFeature[],
  place: PermissionPlace,
): Readonly<Partial<Record<PermissionRole, PolicyDocument>>> {
  checkTexts(features, 'features');
  checkObject(place, 'place');
  const strange = features.find((feature) => !permissionFeatures.includes(feature));
  if (strange !== undefined) {
    throw invalidInput(
      'features',
      `names no feature: ${JSON.stringify(strange)}`,
      `Use some of ${permissionFeatures.join(', ')}.`,
    );
  }
  const checked = checkPlace(place);
  // In the order of the list, whatever the order asked for: equal requests give equal documents.
  const wanted = permissionFeatures.filter((feature) => features.includes(feature));
  const roles = [...new Set(wanted.map(roleOf))];
  return Object.fromEntries(
    roles.map((role) => {
      const own = wanted.filter((feature) => roleOf(feature) === role);
      const statements = own.flatMap((feature) => statementsOf(feature, checked));
      // Whoever shall export is not kept from it by what else he may do.
      const exports = own.includes('export-cache-snapshot');
      return [role, policyDocument(statements.filter(({ Sid }) => !(exports && Sid === 'NeverExportCache')))];
    }),
  );
}
