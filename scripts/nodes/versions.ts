/** The Node.js versions that are tested besides the one in the lockfile, by major. */
export const versions: Record<string, string> = { '20': '20.20.2', '22': '22.23.3', '24': '24.21.0' };
