import type { TestEngineName } from '../../core/testing/engine-host/host.ts';

/** What a soak did and what went wrong. */
export interface SoakReport {
  /** How often each kind of thing was done. */
  tried: Record<string, number>;
  /** One sentence for each thing that was lost, hung, or ended as nothing may end; empty when all is well. */
  lost: string[];
}

export interface SoakOptions {
  rounds: number;
  seed: number;
}

export interface EngineSoakOptions extends SoakOptions {
  engine: TestEngineName;
}

export interface OpenReport extends SoakReport {
  count: (what: string) => void;
  lose: (round: number, what: string) => void;
}

export function createReport(): OpenReport {
  const tried: Record<string, number> = {};
  const lost: string[] = [];
  return {
    tried,
    lost,
    count: (what) => (tried[what] = (tried[what] ?? 0) + 1),
    lose: (round, what) => lost.push(`round ${round}: ${what}`),
  };
}

/** The promise's value, or undefined when it takes longer: a soak names what hangs and goes on. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const timeUp = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => timeUp.resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, timeUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks until it is so; false when that takes too long. */
export async function becomes(milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
