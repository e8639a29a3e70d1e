import { defineConfig } from 'vitest/config';

// Coverage over all packages: `npm run coverage`. Each package runs its own tests with its own configuration.
export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'apps/*/src/**'],
      exclude: ['**/generated/**'],
      reporter: ['text-summary', 'html'],
      reportOnFailure: true,
    },
  },
});
