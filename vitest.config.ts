import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const engineTests = '**/*.engine.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,core,headless,cli,electron,sandbox,bench,scripts}/**/*.test.ts'],
          exclude: [engineTests, '**/node_modules/**'],
          environment: 'node',
        },
      },
      {
        plugins: [react()],
        test: { name: 'component', include: ['renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
      },
      {
        test: {
          name: 'engine',
          include: ['{core,cli,sandbox}/' + engineTests],
          environment: 'node',
          globalSetup: ['core/testing/engine-host/vitest-setup.ts'],
          // The engines are shared: one file after the other, no retries that would hide a leak.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
