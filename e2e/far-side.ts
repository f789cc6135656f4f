import { test } from '@playwright/test';
import type Docker from 'dockerode';
import { type TestEngineName, testHost } from '../core/testing/engine-host/host.ts';
import type { RegistryGate } from '../core/testing/sandbox.ts';
import { createEnginePlace } from './engine-place.ts';
import { createPracticePlace } from './practice-place.ts';
import type { Browsable, Finished, Running, World } from './shell.ts';

/** One test's own surroundings: a data folder, an engine behind it, real or not, and what can be pulled there. */
export interface Place extends AsyncDisposable {
  world: World;
  docker: Docker;
  /** Of a NIM; it needs the right key unless the place was asked for a free one. */
  nim: string;
  /** Of an image of one small layer that needs no key. */
  small: string;
  rightKey: string;
  /** As well-formed as the right one. */
  wrongKey: string;
  /** Identifiers of the GPUs that the engine can give to a container. */
  gpuIds: readonly string[];
  line: Line;
  engineLine: EngineLine;
  /** What the registry saw; practice has none. */
  gate: RegistryGate | null;
  /** The browser shell, on the side that this place is about. */
  startShell: () => Promise<Browsable>;
  /** A command of the terminal while it runs. */
  startNimdeck: (args: readonly string[], input?: string) => Running;
  /** A command of the terminal, to its end. */
  nimdeck: (args: readonly string[], input?: string) => Promise<Finished>;
}

/** What images come over. */
export interface Line {
  /** All at full length again. */
  resume: () => Promise<void>;
  isStalled: () => Promise<boolean>;
}

/** The way to the engine. */
export interface EngineLine {
  /** Nothing answers any more; before the shell of this place starts. */
  cut: () => Promise<void>;
  restore: () => Promise<void>;
  /** Where the app looks for it. */
  address: () => string;
}

export interface PlaceOptions {
  isFree?: boolean;
  /** The NIM's layers are on the engine already, by another name: a pull then takes a moment, for stories about other things. */
  hasLayers?: boolean;
  /** The first pull comes this slowly, and stands still in its middle where that is asked for. */
  bytesPerSecond?: number;
  stalls?: boolean;
}

export interface FarSide {
  name: string;
  createPlace(options?: PlaceOptions): Promise<Place>;
}

/**
 * The same stories in practice mode and on real engines (Playwright's projects choose by the tag). Without a host those
 * on engines are skipped, and counted.
 */
export function onFarSides(define: (side: FarSide) => void, engines: readonly TestEngineName[] = []): void {
  test.describe('practice', { tag: '@practice' }, () => {
    define({ name: 'practice', createPlace: createPracticePlace });
  });
  const host = testHost();
  for (const name of engines) {
    const engine = host?.engines.find((candidate) => candidate.name === name);
    test.describe(name, () => {
      if (host === null || engine === undefined) test.skip('needs the test engines', () => {});
      else define({ name, createPlace: (options) => createEnginePlace(engine, host, options) });
    });
  }
}
