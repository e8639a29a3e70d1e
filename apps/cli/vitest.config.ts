import { testsOf } from '../../vitest.shared.ts';

// Most tests start several processes, and some machines are busy.
export default testsOf('cli', { testTimeout: 30_000 });
