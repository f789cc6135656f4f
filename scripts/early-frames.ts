import { join } from 'node:path';
import { type Plugin, runnerImport } from 'vite';
import { root } from './stages.ts';

const name = 'virtual:early-frames';

/** Draws the early frame while building, so that a page has it as text (`renderer/app/early-frames.tsx`). */
export function earlyFrames(): Plugin {
  return {
    name: 'nimdeck-early-frames',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: async (id) => (id === `\0${name}` ? `export const frames = ${JSON.stringify(await draw())};` : null),
  };
}

/** @returns what `renderer/early-frames.d.ts` says; the types of pages are not ours to load */
async function draw(): Promise<unknown> {
  // The catalogue asks it for a chosen language; here nobody has chosen.
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: { getItem: () => null } });
  try {
    const { module } = await runnerImport<{ drawEarlyFrames: () => unknown }>(
      join(root, 'renderer/app/early-frames.tsx'),
      {
        configFile: false,
        logLevel: 'warn',
      },
    );
    return module.drawEarlyFrames();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'localStorage');
    else Object.defineProperty(globalThis, 'localStorage', before);
  }
}
