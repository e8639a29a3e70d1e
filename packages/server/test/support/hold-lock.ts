import { lockDirectories } from '../../src/directory/lock.ts';

// Run by itself: takes the locks of the directories given, says so or why not, and stays.
try {
  lockDirectories(process.argv.slice(2));
  process.stdout.write('locked\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
