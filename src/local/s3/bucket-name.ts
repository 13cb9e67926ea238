/** Whether a bucket can be called so. */
export function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(name);
}
