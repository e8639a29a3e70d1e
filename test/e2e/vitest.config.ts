import { testsOf } from '../../vitest.shared.ts';

export default testsOf('e2e', { include: ['**/*.test.ts'], testTimeout: 60_000 });
