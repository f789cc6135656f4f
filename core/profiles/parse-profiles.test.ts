import { readdirSync } from 'node:fs';
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { parseProfiles, type Profile } from './parse-profiles.ts';

const hash = (digit: string) => digit.repeat(64);
const brief = ({ name, status, lora, requiresGB }: Profile) => `${name} ${status}${lora ? ' lora' : ''} ${requiresGB}`;

const secondGeneration = `
WARNING 2026-07-13 09:08:19.365 arg_utils.py:1699] Field 'port' not found in NimAsyncEngineArgs
SYSTEM INFO
- Free GPUs: <None>
- Non-free GPUs:
  -  [2684:10de] (0) NVIDIA GeForce RTX 4090 [current utilization: 3%]
  -  [2684:10de] (1) NVIDIA GeForce RTX 4090[current utilization: N/A%]
MODEL PROFILES
- Compatible with system and runnable: <None>
  - With LoRA support: <None>
- Compatible with system but low memory:
    - ${hash('a')} (vllm-fp8-tp1-pp1-27.0) [requires >=33.5 GB/gpu, try --max-model-len=84992 to reduce to >=28 GB/gpu]
    - ${hash('b')} (sglang-nvfp4-tp2-pp1-feat_lora-18.0) [requires >=18 GB/gpu per 2 GPUs]
- Compilable to TRT-LLM using just-in-time compilation of HF models to TRTLLM engines:
  - ${hash('c')} (tensorrt_llm-trtllm_buildable-bf16-tp1-pp1)
  - With LoRA support:
    - ${hash('d')} (tensorrt_llm-trtllm_buildable-bf16-tp4-pp2-lora)
- Incompatible with system:
    - ${hash('e')} (vllm-mxfp4-tp8-pp1-8.0)
      [requires >=8 GB/gpu]
`;

describe('parseProfiles', () => {
  it('reads sections, LoRA lists, requirements and GPUs of the second generation', () => {
    const { gpus, profiles } = parseProfiles(secondGeneration);
    expect(gpus).toBe(2);
    expect(profiles.map(brief)).toEqual([
      'vllm-fp8-tp1-pp1-27.0 low-memory 33.5',
      'sglang-nvfp4-tp2-pp1-feat_lora-18.0 low-memory lora 18',
      'tensorrt_llm-trtllm_buildable-bf16-tp1-pp1 compilable null',
      'tensorrt_llm-trtllm_buildable-bf16-tp4-pp2-lora compilable lora null',
      'vllm-mxfp4-tp8-pp1-8.0 incompatible 8',
    ]);
    expect(profiles[3]).toMatchObject({ id: hash('d'), engine: 'tensorrt_llm', precision: 'bf16', tp: 4, pp: 2 });
  });

  it('reads it the same from a Windows terminal, through compose, in colours and without indentation', () => {
    const plain = parseProfiles(secondGeneration);
    const variants = [
      secondGeneration.replaceAll('\n', '\r\n'),
      secondGeneration.replaceAll(/^/gm, 'nim-llm-1  | '),
      secondGeneration.replaceAll(/^- .*$/gm, '\u001b[1m$&\u001b[0m'),
      secondGeneration.replaceAll(/^ +-/gm, '-'),
      secondGeneration.replaceAll('\n', '\n\n'),
    ];
    // The requirement that was broken over two lines is lost where a blank line parts them.
    for (const text of variants.slice(0, -1)) expect(parseProfiles(text)).toEqual(plain);
    expect(parseProfiles(variants.at(-1) ?? '').profiles).toHaveLength(5);
  });

  it('reads the bare names of a model-free image, and the single title of older NIMs', () => {
    const { gpus, profiles } = parseProfiles(
      `MODEL PROFILES\n- Compatible with system:\n- vllm\n- (tensorrt_llm)\n- ${hash('1')} (vllm-fp16-tp1)\n- Incompatible with system: <None>\n`,
    );
    expect(gpus).toBeNull();
    expect(profiles.map(({ id, name, engine, status }) => [id, name, engine, status])).toEqual([
      ['vllm', 'vllm', 'vllm', 'runnable'],
      ['tensorrt_llm', 'tensorrt_llm', 'tensorrt_llm', 'runnable'],
      [hash('1'), 'vllm-fp16-tp1', 'vllm', 'runnable'],
    ]);
  });

  it('reads the tags that other kinds of NIM print in place of a name', () => {
    const { profiles } = parseProfiles(
      `- Compatible with system:\n    - ${hash('1')} - model_type:onnx|precision:fp16\n- Incompatible with system:\n    - ${hash('2')} - tp:2|precision:fp8|llm_engine:vllm\n`,
    );
    expect(profiles.map(({ name, engine, precision, tp, status }) => [name, engine, precision, tp, status])).toEqual([
      ['model_type:onnx|precision:fp16', 'onnx', 'fp16', null, 'runnable'],
      ['tp:2|precision:fp8|llm_engine:vllm', 'vllm', 'fp8', 2, 'incompatible'],
    ]);
  });

  it('says nothing of a text that is something else', () => {
    expect(parseProfiles('')).toEqual({ gpus: null, profiles: [] });
    expect(parseProfiles('docker: Error response from daemon: unauthorized\n- see: docker run --help')).toEqual({
      gpus: null,
      profiles: [],
    });
  });

  it('answers whatever comes, in time that follows the length', () => {
    const piece = constantFrom(...secondGeneration.split(/(?<=[\n ([:])/), '\u001b[', '\r', '>=', '(((', '- ', 'tp1-');
    const mutated = array(piece, { maxLength: 80 }).map((pieces) => pieces.join(''));
    assert(
      property(mutated, (text) => parseProfiles(text).profiles.every(({ id }) => id !== '')),
      { seed: 7, numRuns: 2_000 },
    );
    const begin = performance.now();
    parseProfiles(`- Incompatible with system:\n- ${'a-'.repeat(200_000)}`);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  const folder = captureFolder('nim');
  it.skipIf(folder === null)(
    'finds every profile of every captured list (recorded outputs beside the checkout)',
    () => {
      const files = readdirSync(folder ?? '').filter((name) => name.startsWith('list-model-profiles'));
      expect(files.length).toBeGreaterThan(4);
      for (const file of files) {
        const text = readCapture(folder ?? '', file);
        const { profiles } = parseProfiles(text);
        expect(profiles, file).toHaveLength(text.match(/[0-9a-f]{64} \(/g)?.length ?? 0);
        expect(profiles.filter(({ status, engine }) => status === 'unknown' || engine === null)).toEqual([]);
      }
    },
  );
});
