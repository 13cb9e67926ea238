/** One way in which RDS makes instances of a version of an engine: of one class, with storage of one type. */
export interface OrderableOption {
  readonly instanceClass: string;
  /** `gp3`, `io2` ...; absent where RDS does not say. */
  readonly storageType?: string | undefined;
  /** The availability zones that it can be had in. */
  readonly zones: readonly string[];
  /** What RDS does not deny is taken for possible. */
  readonly multiAz: boolean;
  readonly encryption: boolean;
  readonly iamAuthentication: boolean;
}

/** Which options to list. */
export interface OrderableFilter {
  readonly engine: string;
  readonly engineVersion: string;
  /** Default: every class, which takes several pages. */
  readonly instanceClass?: string | undefined;
}
