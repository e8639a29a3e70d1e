import { testsOf } from '../../vitest.shared.ts';

export default testsOf('e2e', {
  include: ['**/*.test.ts'],
  globalSetup: ['support/leftovers.ts'],
  testTimeout: 60_000,
});
