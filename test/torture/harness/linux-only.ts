/** Why memory and descriptors of another process cannot be read here; undefined where they can. */
export function linuxOnly(): string | undefined {
  return process.platform === 'linux' ? undefined : 'needs Linux, which shows the memory and descriptors of a process';
}
