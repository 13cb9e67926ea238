const mebibyte = 1_048_576;

/**
 * The size of an upload's parts. S3 takes at most 10,000 of them, and a stream's length is not known beforehand (facts G2): so
 * it follows from the database's size, with a fifth and a tenth to spare. Memory grows with it, speed does not beyond 8 MiB.
 */
export function partSizeFor(databaseBytes: number): number {
  const wanted = Math.ceil((databaseBytes * 1.2) / 9_000);
  return Math.min(Math.max(wanted, 8 * mebibyte), 512 * mebibyte);
}
