import { defineConfig } from '@playwright/test';

// Flags without which Chromium, started as root on a machine without network, waits for hosts it cannot reach.
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // The engines are shared and pulls are counted: one after the other.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  globalSetup: './e2e/set-up.ts',
  use: {
    launchOptions: {
      executablePath: process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium',
      args: chromiumFlags,
    },
    trace: 'off',
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 800 },
  },
  projects: [
    // Real engines: what only they can prove.
    { name: 'headless', testIgnore: 'desktop/**', grepInvert: /@practice/ },
    // Every story, with nothing but stand-ins behind the app.
    { name: 'practice', testIgnore: 'desktop/**', grep: /@practice/ },
    // The built desktop, in a stand-in for Electron: `npm run build` first.
    { name: 'desktop', testMatch: 'desktop/**/*.spec.ts', grepInvert: /@engine/ },
    { name: 'desktop-engine', testMatch: 'desktop/**/*.spec.ts', grep: /@engine/ },
  ],
});
