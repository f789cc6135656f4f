import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const engineTests = '**/*.engine.test.ts';
const packageTests = '**/*.package.test.ts';

// What a test waits for comes in milliseconds; where other programs work beside it, in seconds.
const patience = { testTimeout: 30_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,core,headless,cli,electron,sandbox,bench,scripts}/**/*.test.ts'],
          exclude: [engineTests, packageTests, '**/node_modules/**'],
          environment: 'node',
          // Two thirds of the processor time: what core needs is loaded once a worker, not once a file.
          isolate: false,
          ...patience,
        },
      },
      // What is handed out, built and used: after the pages have been built.
      { test: { name: 'package', include: ['scripts/' + packageTests], environment: 'node', ...patience } },
      {
        plugins: [react()],
        test: {
          name: 'component',
          include: ['renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          // A tenth less processor time than a process for each file.
          pool: 'threads',
          ...patience,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['{core,headless,cli,sandbox}/' + engineTests],
          environment: 'node',
          globalSetup: ['core/testing/engine-host/vitest-setup.ts'],
          // The engines are shared: one file after the other.
          fileParallelism: false,
          ...patience,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
