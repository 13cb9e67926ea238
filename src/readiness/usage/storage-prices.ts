import { invalidInput } from '../../core/errors.js';

/** What it costs to keep a GiB for a month. Storage only: no requests, no retrieval, no transfer. */
export interface StoragePrices {
  /** `USD`. */
  readonly currency: string;
  /** The region that they are of. */
  readonly region: string;
  /** When they held, and where they are from: stands in the report. */
  readonly asOf: string;
  readonly source: string;
  /** Snapshots of RDS beyond what is free. */
  readonly rdsBackup: number;
  /** Snapshots of ElastiCache beyond what is free. */
  readonly cacheBackup: number;
  /** By storage class of S3, as listings name it: `STANDARD`, `STANDARD_IA`, `DEEP_ARCHIVE`. */
  readonly s3: Readonly<
    Record<string, { readonly perGiBMonth: number; readonly minimumObjectBytes?: number | undefined }>
  >;
}

/**
 * Prices of us-east-1 as they are commonly quoted, not read from AWS's price list: right to the order of magnitude, and soon out
 * of date. Hand in a table of your own for another region, or with your discounts.
 */
export function defaultStoragePrices(): StoragePrices {
  const minimumObjectBytes = 131_072;
  return {
    currency: 'USD',
    region: 'us-east-1',
    asOf: '2026-03',
    source: 'commonly quoted on-demand prices, first tier; not taken from an official price list',
    rdsBackup: 0.095,
    cacheBackup: 0.085,
    s3: {
      STANDARD: { perGiBMonth: 0.023 },
      INTELLIGENT_TIERING: { perGiBMonth: 0.023 },
      STANDARD_IA: { perGiBMonth: 0.0125, minimumObjectBytes },
      ONEZONE_IA: { perGiBMonth: 0.01, minimumObjectBytes },
      GLACIER_IR: { perGiBMonth: 0.004, minimumObjectBytes },
      GLACIER: { perGiBMonth: 0.0036 },
      DEEP_ARCHIVE: { perGiBMonth: 0.00099 },
    },
  };
}

/** The prices, checked. Errors: `invalid-input`. */
export function checkPrices(prices: StoragePrices): StoragePrices {
  const check = (price: number, field: string): void => {
    if (typeof price === 'number' && price >= 0 && Number.isFinite(price)) return;
    throw invalidInput(field, `is no price: ${String(price)}`, 'Write what a GiB costs in a month, 0 or more.');
  };
  check(prices.rdsBackup, 'prices.rdsBackup');
  check(prices.cacheBackup, 'prices.cacheBackup');
  for (const [name, { perGiBMonth, minimumObjectBytes = 0 }] of Object.entries(prices.s3)) {
    check(perGiBMonth, `prices.s3.${name}.perGiBMonth`);
    check(minimumObjectBytes, `prices.s3.${name}.minimumObjectBytes`);
  }
  return prices;
}
