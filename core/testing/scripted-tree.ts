import type { PracticeMachine, ProvokedFault } from '../../shared/contract/practice.ts';
import { startControl } from '../../sandbox/practice/control.ts';
import type { SandboxProcess, StartSandbox } from '../deps.ts';

export interface ScriptedTree {
  start: StartSandbox;
  /** The options of each start, parsed. */
  starts: { folder: string }[];
  /** What the practice page asked for, in order. */
  asked: [what: string, value: unknown][];
  /** How many run now. */
  running(): number;
  /** The one that runs ends by itself. */
  die(): void;
}

interface ScriptedOptions {
  /** In place of the announcement; null: it ends without a word. */
  line?: string | null;
  nvidiaSmi?: readonly string[];
  /** Why a fault cannot happen now. */
  refusal?: string | null;
}

/** A practice tree that is only its announcement and its control: what else it announces is not there. */
export function scriptedTree({ line, nvidiaSmi = ['/nowhere/nvidia-smi'], refusal = null }: ScriptedOptions = {}) {
  const running = new Set<() => void>();
  const tree: ScriptedTree = {
    starts: [],
    asked: [],
    running: () => running.size,
    die: () => running.forEach((end) => end()),
    start(options) {
      const parsed: unknown = JSON.parse(options);
      tree.starts.push(parsed as { folder: string });
      const ended = Promise.withResolvers<void>();
      const begin = async () => {
        if (line === null) throw new Error('The stand-ins ended (exit code 1). No such luck.');
        const state = { machine: 'rtx-4090' as PracticeMachine, speed: 20, faults: [] as ProvokedFault[] };
        const listeners = new Set<() => void>();
        const change = (what: string, value: unknown) => {
          tree.asked.push([what, value]);
          for (const listener of listeners) listener();
        };
        const control = await startControl({
          state: () => structuredClone(state),
          onChange(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
          async setMachine(machine) {
            state.machine = machine;
            change('machine', machine);
            return null;
          },
          setSpeed(speed) {
            state.speed = speed;
            change('speed', speed);
          },
          provoke(fault, isOn) {
            if (refusal !== null) return refusal;
            const others = state.faults.filter((each) => each.fault !== fault);
            state.faults = isOn ? [...others, { fault, isHappening: true }] : others;
            change(fault, isOn);
            return null;
          },
        });
        const end = () => {
          running.delete(end);
          void control.close().then(ended.resolve);
        };
        running.add(end);
        const { address, token } = control;
        const announcement = {
          dockerHost: 'unix:///nowhere/engine.sock',
          nvidiaSmi,
          memInfo: '/nowhere/meminfo',
          systemRoot: '/nowhere/root',
          disk: '/nowhere/disk.json',
          hosts: { '*': 'http://127.0.0.1:9' },
          key: 'nvapi-PRACTICE',
          control: { address, token },
        };
        return { line: line ?? JSON.stringify(announcement), end };
      };
      const begun = begin();
      const announced = begun.then(({ line: printed }) => printed);
      announced.catch(() => ended.resolve());
      return {
        announced,
        ended: ended.promise,
        async stop() {
          const started = await begun.catch(() => null);
          started?.end();
          await ended.promise;
        },
      } satisfies SandboxProcess;
    },
  };
  return tree;
}
