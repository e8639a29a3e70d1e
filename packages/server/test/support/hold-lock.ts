import { lockDirectories } from '../../src/directory/lock.ts';

// Run by itself: takes the locks of the directories given, says so or why not, and stays. Whatever it is told makes it
// collect its garbage, where Node was started with --expose-gc.
try {
  lockDirectories(process.argv.slice(2));
  process.stdout.write('locked\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
process.stdin.on('data', () => {
  globalThis.gc?.();
  process.stdout.write('collected\n');
});
process.stdin.once('end', () => process.exit(0));
