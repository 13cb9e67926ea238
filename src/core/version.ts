/** The version of this package, for user agents and manifests. A test holds it against package.json. */
export const packageVersion = '0.1.0';
