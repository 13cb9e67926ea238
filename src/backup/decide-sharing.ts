/** How bad it is. `warning`: look at it today. `critical`: data is open to others. */
export type SharingGrade = 'ok' | 'warning' | 'critical';

/** A snapshot that is shared, and with whom. */
export interface SharingFact {
  readonly id: string;
  readonly region: string;
  readonly encrypted: boolean;
  readonly accounts: readonly string[];
  readonly isPublic: boolean;
}

/** The same, and what that means. */
export interface SharedSnapshot extends SharingFact {
  readonly grade: SharingGrade;
  /** Accounts that it is shared with and that were not named as allowed. */
  readonly strangers: readonly string[];
  readonly meaning: string;
  readonly next: string;
}

/** Who else may restore the system's snapshots. */
export interface SharingReport {
  /** The worst grade there is. */
  readonly grade: SharingGrade;
  /** Those that others may restore, the worst first. */
  readonly shared: readonly SharedSnapshot[];
  /** Manual snapshots that were looked at; automated ones cannot be shared (facts A19). */
  readonly checked: number;
}

/** Grades what is shared: with everybody is critical, with an account that nobody has named a warning. */
export function decideSharing(
  facts: readonly SharingFact[],
  bounds: { readonly allowedAccounts: readonly string[]; readonly checked: number },
): SharingReport {
  const shared = facts
    .map((fact) => judge(fact, bounds.allowedAccounts))
    .sort((a, b) => severity(b.grade) - severity(a.grade));
  return { grade: shared[0]?.grade ?? 'ok', shared, checked: bounds.checked };
}

function judge(fact: SharingFact, allowed: readonly string[]): SharedSnapshot {
  const strangers = fact.accounts.filter((account) => !allowed.includes(account));
  if (fact.isPublic) {
    const meaning = 'Every AWS account can copy it and restore the database from it.';
    const next =
      'Take the permission of all away at once (ModifyDBSnapshotAttribute, restore, all), and treat its data as disclosed.';
    return { ...fact, grade: 'critical', strangers, meaning, next };
  }
  if (strangers.length > 0) {
    const meaning = `Accounts that nobody has named as allowed can restore the database from it: ${strangers.join(', ')}.`;
    const next = 'Find out who they are: take the permission away, or name them in allowedAccounts.';
    return { ...fact, grade: 'warning', strangers, meaning, next };
  }
  return { ...fact, grade: 'ok', strangers, meaning: 'It is shared with allowed accounts only.', next: 'Nothing.' };
}

function severity(grade: SharingGrade): number {
  return ['ok', 'warning', 'critical'].indexOf(grade);
}
