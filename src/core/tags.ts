/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The keys this library puts on everything it creates; cleaning up and retention touch nothing without them (facts K51). */
export const tagKeys = {
  /** Always {@link managedBy}. */
  managedBy: 'zephyr:managed-by',
  /** One value for each call of ours: finds what a lost response created (facts 0.3). */
  operationId: 'zephyr:operation-id',
  /** Why it exists: `pre-deployment`, `candidate`, `drill`, ... */
  purpose: 'zephyr:purpose',
  /** ISO instant; only on what is temporary. */
  expiresAt: 'zephyr:expires-at',
  /** Keeps a backup from expiring as long as it is there, whatever its value: legal hold, an investigation. */
  hold: 'zephyr:hold',
  /** The runbook's own. */
  reason: 'Reason',
  deploymentVersion: 'DeploymentVersion',
} as const;

/** The value of the `zephyr:managed-by` tag. */
export const managedBy = 'zephyr-backup';
