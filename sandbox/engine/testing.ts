import type { Machine, SimulatedDevice } from '../machines/machine.ts';
import type { ImageRecipe } from './image.ts';

/** For tests: one GPU of 24 GB on which somebody may hold memory, and which may be lost. */
export function fakeMachine(): Machine {
  const uuid = 'GPU-0f4c2d3e-1111-2222-3333-444455556666';
  const held = new Map<symbol, number>();
  const listeners = new Set<() => void>();
  let isLost = false;
  const total = 24_564;
  const used = () => 300 + held.values().reduce((sum, each) => sum + each, 0);
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const devices = (): SimulatedDevice[] =>
    isLost
      ? []
      : [
          {
            uuid,
            kind: 'gpu',
            index: 0,
            name: 'NVIDIA GeForce RTX 4090',
            memoryTotalMiB: total,
            memoryUsedMiB: used(),
            isUnified: false,
          },
        ];
  return {
    id: 'rtx-4090',
    title: 'Test machine',
    nvidiaSmi: '/nonexistent/nvidia-smi',
    command: ['/nonexistent/nvidia-smi'],
    memInfo: '/nonexistent/meminfo',
    systemRoot: '/nonexistent/root',
    devices,
    resolve({ deviceIds }) {
      const stranger = (deviceIds ?? []).find((id) => id !== uuid && id !== '0');
      const message = `nvidia-container-cli: device error: ${stranger}: unknown device`;
      return stranger === undefined && !isLost ? { ok: true, devices: devices() } : { ok: false, message };
    },
    hold({ memoryMiB }) {
      const freeMiB = total - used();
      if (isLost || memoryMiB > freeMiB) return { ok: false, freeMiB };
      const key = Symbol('held');
      held.set(key, memoryMiB);
      tell();
      return {
        ok: true,
        work: () => {},
        release() {
          held.delete(key);
          tell();
        },
      };
    },
    lose() {
      isLost = true;
      tell();
    },
    restore() {
      isLost = false;
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
}

/** A shell in a few megabytes. */
export const shellImage: ImageRecipe = {
  reference: 'registry.example:5000/test/shell:1',
  layers: [6_400_000, 300],
  platforms: ['linux/amd64', 'linux/arm64'],
  needsKey: false,
  labels: {},
  env: ['PATH=/usr/bin:/bin'],
  user: '',
  exposedPort: null,
  content: { kind: 'plain', command: ['/bin/sh'] },
};
