import { expect, test } from 'vitest';
import type { StartPhase } from '../../shared/contract/jobs.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { nextPhase, shownLine } from './start-phase.ts';

/** The phases that a log passes through, in order, each once. */
function phasesOf(lines: readonly string[]): StartPhase[] {
  const passed: StartPhase[] = ['CREATED'];
  for (const line of lines) {
    const text = shownLine(line);
    if (text === null) continue;
    const before = passed.at(-1) ?? 'CREATED';
    const phase = nextPhase(before, text);
    if (phase !== before) passed.push(phase);
  }
  return passed;
}

const captures = captureFolder('nim');

// nim-runtime facts 6.1, one log of each family.
test.skipIf(captures === null).each<[string, StartPhase[]]>([
  [
    'startup-log-llm-1.0.0-llama3-8b-cold-download.txt',
    [
      'CREATED',
      'UNKNOWN',
      'MANIFEST',
      'PROFILE_SELECTED',
      'DOWNLOAD',
      'ENGINE_START',
      'WEIGHTS',
      'KV_CACHE',
      'GRAPHS',
      'SERVER_UP',
    ],
  ],
  [
    'startup-log-llm-1.0.0-nemotron-nano-9b-v2-dgx-spark-gb10-warm-cache.txt',
    [
      'CREATED',
      'UNKNOWN',
      'MANIFEST',
      'PROFILE_SELECTED',
      'DOWNLOAD',
      'ENGINE_START',
      'WEIGHTS',
      'COMPILE',
      'KV_CACHE',
      'GRAPHS',
      'WARM_UP',
      'SERVER_UP',
    ],
  ],
  [
    'startup-log-llm-2.0.6-llama-3.1-8b-gb10-warm-cache.txt',
    ['CREATED', 'UNKNOWN', 'ENGINE_START', 'WEIGHTS', 'GRAPHS', 'SERVER_UP'],
  ],
  [
    'startup-log-embed-1.13.0-llama-nemotron-embed-300m-v2-gb10.txt',
    ['CREATED', 'UNKNOWN', 'PROFILE_SELECTED', 'DOWNLOAD', 'ENGINE_START', 'SERVER_UP'],
  ],
  [
    'startup-log-rerank-1.10.0-llama-nemotron-rerank-500m-v2-gb10.txt',
    ['CREATED', 'UNKNOWN', 'PROFILE_SELECTED', 'DOWNLOAD', 'ENGINE_START', 'SERVER_UP'],
  ],
])('%s passes through its phases', (file, expected) => {
  expect(phasesOf(readCapture(captures ?? '', file).split('\n'))).toEqual(expected);
});

test.each<[string, StartPhase]>([
  ['INFO 07-23 22:27:24.929 ngc_profile.py:219] Detected 1 compatible profile(s).', 'MANIFEST'],
  ['INFO 07-23 ngc_injector.py:141] Selected profile: 8835c3 (vllm-fp16-tp1)', 'PROFILE_SELECTED'],
  ['INFO nim_sdk.py:376] Downloading manifest profile: 2d9b8aac', 'DOWNLOAD'],
  ['Starting vLLM v0.21.0', 'ENGINE_START'],
  ['I0714 07:49:50.145388 283 model_lifecycle.cc:473] "loading: embedding_model:1"', 'ENGINE_START'],
  [
    '(EngineCore pid=90) Loading safetensors checkpoint shards:  50% Completed | 1/2 [00:32<00:32, 32.64s/it]',
    'WEIGHTS',
  ],
  ['(EngineCore pid=90) INFO [monitor.py:34] torch.compile takes 5.22 s in total', 'COMPILE'],
  ['(EngineCore pid=90) INFO [gpu_worker.py:298] Available KV cache memory: 72.38 GiB', 'KV_CACHE'],
  ['Capturing CUDA graphs (decode, FULL):   0%|          | 0/35', 'GRAPHS'],
  ['INFO vllm_backend.py:191] Starting warmup generation', 'WARM_UP'],
  ['(APIServer pid=35) INFO:     Application startup complete.', 'SERVER_UP'],
  ['anything else', 'UNKNOWN'],
])('%s is %s', (line, phase) => {
  expect(nextPhase('CREATED', line)).toBe(phase);
});

test('a phase never goes back, and ready and exited are never read from a log', () => {
  expect(nextPhase('GRAPHS', 'Loading safetensors checkpoint shards: 0%')).toBe('GRAPHS');
  expect(nextPhase('READY', 'Application startup complete.')).toBe('READY');
  expect(nextPhase('SERVER_UP', 'READY EXITED ready exited')).toBe('SERVER_UP');
});

test('a line is shown without colours, the last state of one drawn over itself, and cut when huge', () => {
  expect(shownLine('\u001B[1;36m(EngineCore pid=4)\u001B[0;0m INFO ok  ')).toBe('(EngineCore pid=4) INFO ok');
  expect(shownLine('Capturing: 0%\rCapturing: 50%\rCapturing: 100%\r')).toBe('Capturing: 100%');
  expect(shownLine(' \u001B[0m ')).toBeNull();
  expect(shownLine('x'.repeat(5000))).toHaveLength(301);
});
