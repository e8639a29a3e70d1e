// A daemon as a process of its own: `node serve.ts DIR`. It ends on SIGTERM.
import { createDaemon } from '../../src/index.ts';
import { pathsIn } from './paths-in.ts';

const [, , dir = ''] = process.argv;
try {
  const daemon = await createDaemon({ paths: pathsIn(dir), version: '0.0.0-test' });
  process.on('SIGTERM', () => void daemon.close());
  process.stdout.write('ready\n');
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
