import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProfiles } from '../profiles/parse-profiles.ts';
import { parseSystem } from '../profiles/parse-system.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { isNamedGpu, profileTarget } from './profile-target.ts';
import { isFreeToNim, sectionOf, type SystemGpu } from './section.ts';

const gpu = (pciDevice: string, name: string, isFree = true): SystemGpu => ({ pciDevice, name, isFree });
const times = (count: number, one: SystemGpu) => Array.from({ length: count }, () => one);
const hash = (digit: string) => digit.repeat(64);
const section = (name: string, system: readonly SystemGpu[]) => {
  const [profile] = parseProfiles(`- Incompatible with system:\n- ${hash('a')} (${name})\n`).profiles;
  return profile === undefined ? null : sectionOf(profile, system);
};

/** Every profile of the list with where the tool put it and where the rule does. */
function compare(text: string, system: readonly SystemGpu[]) {
  const ignoresUse = !/compatible with system (?:and|but)/i.test(text);
  return parseProfiles(text).profiles.map((profile) => ({
    name: profile.name,
    tool: profile.status,
    rule: sectionOf(profile, system, { ignoresUse }),
  }));
}

const desktopCard = gpu('2b85', 'NVIDIA GeForce RTX 5090', false);
const [h100, h100Nvl] = [gpu('2330', 'NVIDIA H100 80GB HBM3'), gpu('2321', 'NVIDIA H100 NVL')];
const l40s = gpu('26b9', 'NVIDIA L40S');

describe('the section of a profile', () => {
  it.each([
    ['vllm-bf16-tp1-pp1-63.0', [gpu('26b5', 'NVIDIA L40')], 'runnable'],
    ['vllm-nvfp4-tp1-pp1-21.0', [gpu('26b5', 'NVIDIA L40')], 'incompatible'],
    ['vllm-nvfp4-tp1-pp1-21.0', [desktopCard], 'low-memory'],
    ['vllm-fp8-tp2-pp1-19.0', [desktopCard], 'incompatible'],
    ['vllm-bf16-tp2-pp2', times(4, h100), 'runnable'],
    ['vllm-bf16-tp2-pp2', times(3, h100), 'incompatible'],
    ['vllm-bf16-tp2-pp1', [h100, { ...h100, isFree: false }], 'low-memory'],
    ['vllm-bf16-tp1-pp1', [gpu('26b1', 'NVIDIA RTX 6000 Ada Generation'), gpu('1fb1', 'NVIDIA T600')], 'incompatible'],
    ['tensorrt_llm-trtllm_buildable-bf16-tp1-pp1', [gpu('2236', 'NVIDIA A10')], 'compilable'],
    ['tensorrt_llm-trtllm_buildable-bf16-tp1-pp1', [gpu('2236', 'NVIDIA A10', false)], 'low-memory'],
    [`tensorrt_llm-h100_nvl-fp8-tp1-pp1-throughput-2321:10de-${hash('6')}-1`, [h100Nvl], 'runnable'],
    [`tensorrt_llm-h100_nvl-fp8-tp1-pp1-throughput-2321:10de-${hash('6')}-1`, [h100], 'incompatible'],
    [`vllm-bf16-tp1-pp1-b8${hash('4').slice(2)}`, [h100], 'runnable'],
    ['vllm', [h100Nvl], 'runnable'],
    ['vllm', [], 'incompatible'],
  ] as const)('%s', (name, system, expected) => {
    expect(section(name, system)).toBe(expected);
  });

  it('counts only the GPUs that a profile is made for', () => {
    const mixed = [h100, { ...h100, isFree: false }, l40s];
    expect(section('tensorrt_llm-h100-fp8-tp1-throughput', mixed)).toBe('runnable');
    expect(section('tensorrt_llm-h100-fp8-tp2-latency', mixed)).toBe('low-memory');
    expect(section('tensorrt_llm-l40s-fp8-tp2-latency', mixed)).toBe('incompatible');
  });

  // Names and sections as people published them, without the checksums; the GPUs are those of the same lists.
  it.each([
    {
      system: times(2, l40s),
      runnable: ['tensorrt_llm-l40s-bf16-tp2-latency', 'tensorrt_llm-l40s-bf16-tp1-throughput', 'vllm-fp16-tp2-lora'],
      lowMemory: [],
      incompatible: ['tensorrt_llm-h100-fp8-tp1-throughput', 'tensorrt_llm-a10g-bf16-tp2-throughput', 'vllm-fp16-tp8'],
    },
    {
      system: [gpu('2236', 'NVIDIA A10', false)],
      runnable: [],
      lowMemory: ['vllm-fp16-tp1', 'vllm-fp16-tp1-lora'],
      incompatible: ['tensorrt_llm-a10g-fp16-tp2-latency', 'tensorrt_llm-a100-fp16-tp1-throughput'],
    },
    {
      system: [h100Nvl, { ...h100Nvl, isFree: false }],
      runnable: [],
      lowMemory: [],
      incompatible: ['a100-fp16-tp1-throughput', 'h100-fp16-tp1-throughput', 'h100pcie-fp16-tp1-throughput'],
    },
    {
      system: times(2, h100Nvl),
      runnable: [
        `vllm-bf16-tp2-pp1-lora-32-b8${hash('4').slice(2)}`,
        `tensorrt_llm-h100_nvl-fp8-tp2-pp1-throughput-lora-lora-2321:10de-35${hash('f').slice(2)}-4`,
      ],
      lowMemory: [],
      incompatible: [
        `vllm-bf16-tp4-pp1-b8${hash('4').slice(2)}`,
        `tensorrt_llm-b200-nvfp4-tp2-pp1-latency-2901:10de-de${hash('8').slice(2)}-2`,
      ],
    },
    {
      system: [desktopCard],
      runnable: [],
      lowMemory: ['vllm-fp8-tp1-pp1-27.0', 'vllm-bf16-tp1-pp1-feat_lora-33.0', 'vllm-nvfp4-tp1-pp1-24.0'],
      incompatible: [],
    },
  ])('agrees with a published list of $system.length × $system.0.name', (list) => {
    for (const name of list.runnable) expect([name, section(name, list.system)]).toEqual([name, 'runnable']);
    for (const name of list.lowMemory) expect([name, section(name, list.system)]).toEqual([name, 'low-memory']);
    for (const name of list.incompatible) expect([name, section(name, list.system)]).toEqual([name, 'incompatible']);
  });

  it('knows the kinds of a board apart', () => {
    expect(profileTarget('tensorrt_llm-a100_sxm4_40gb-bf16-tp1-pp1-throughput').gpuWord).toBe('a100_sxm4_40gb');
    expect(profileTarget('a10g-fp16-tp1-throughput').gpuWord).toBe('a10g');
    for (const [word, name] of [
      ['h100', 'NVIDIA H100 80GB HBM3'],
      ['h100_nvl', 'NVIDIA H100 NVL'],
      ['h100pcie', 'NVIDIA H100 PCIe'],
      ['a100', 'NVIDIA A100-SXM4-80GB'],
      ['a100', 'NVIDIA A100 80GB PCIe'],
      ['a100_sxm4_40gb', 'NVIDIA A100-SXM4-40GB'],
      ['rtx4090', 'NVIDIA GeForce RTX 4090'],
      ['L40S', 'NVIDIA L40S (L40S)'],
    ] as const)
      expect([word, name, isNamedGpu(word, name)]).toEqual([word, name, true]);
    for (const [word, name] of [
      ['h100', 'NVIDIA H100 NVL'],
      ['h100', 'NVIDIA H100 PCIe'],
      ['a10g', 'NVIDIA A10'],
      ['a100', 'NVIDIA A100-SXM4-40GB'],
      ['l40', 'NVIDIA L40S'],
      ['h100', 'NVIDIA H200'],
      ['rtx4090', 'NVIDIA GeForce RTX 4090 Laptop GPU'],
    ] as const)
      expect([word, name, isNamedGpu(word, name)]).toEqual([word, name, false]);
  });

  it('takes a built engine for its own compute capability only, and the portable form for any', () => {
    const spark = [gpu('2e12', 'NVIDIA GB10')];
    const list = `SYSTEM INFO
- Free GPUs:
  -  [2e12:10de] (0) NVIDIA GB10
MODEL PROFILES
- Compatible with system:
    - ${hash('1')} - model_type:onnx|precision:fp16
- Incompatible with system:
    - ${hash('2')} - compute_capability:12.0|model_type:tensorrt|precision:fp8
    - ${hash('3')} - compute_capability:8.9|model_type:tensorrt|precision:fp16
`;
    const compared = compare(list, spark);
    expect(compared).toHaveLength(3);
    for (const { name, tool, rule } of compared) expect([name, rule]).toEqual([name, tool]);
  });

  it('asks speech models’ GPUs for their board, not for their use', () => {
    const list = `- Compatible with system:
    - ${hash('1')} - batch_size:8|gpu:a100|gpu_device:20b2|model_type:prebuilt|name:voice
- Incompatible with system:
    - ${hash('2')} - batch_size:8|gpu:h100|gpu_device:2330|model_type:prebuilt|name:voice
    - ${hash('3')} - batch_size:8|model_type:rmir|name:voice
`;
    for (const { name, tool, rule } of compare(list, [gpu('20b2', 'NVIDIA A100-SXM4-80GB', false)]))
      expect([name, rule]).toEqual([name, tool]);
  });

  it('takes a GPU for free up to 5 % of its memory', () => {
    expect([0, 1_228, 1_229, null].map((used) => isFreeToNim(24_564, used))).toEqual([true, true, false, true]);
    expect(isFreeToNim(null, null)).toBe(true);
  });
});

describe('the GPUs of a list', () => {
  it('are read from both lists, with and without a family, a space or a number', () => {
    const text = `SYSTEM INFO
- Free GPUs:
  -  [26b9:10de] (0) NVIDIA L40S (L40S) [current utilization: 0%]
INFO 2025-05-22 manifest.rs:160] - (1) nothing of ours
- Non-free GPUs:
  -  [2321:10de] (1) NVIDIA H100 NVL[current utilization: N/A%]
MODEL PROFILES
- Compatible with system and runnable: <None>
`;
    expect(parseSystem(text)).toEqual([
      { pciDevice: '26b9', name: 'NVIDIA L40S (L40S)', isFree: true },
      { pciDevice: '2321', name: 'NVIDIA H100 NVL', isFree: false },
    ]);
    expect(parseSystem('- Free GPUs: <None>\n')).toEqual([]);
    expect(parseSystem('MODEL PROFILES\n- vllm\n')).toBeNull();
  });
});

const folder = captureFolder('nim');
describe.skipIf(folder === null)('recorded lists (beside the checkout)', () => {
  // Where the person who published a list left its GPUs out, what they say of their machine.
  const told: readonly (readonly [RegExp, readonly SystemGpu[]])[] = [[/h100nvl/, [h100Nvl]]];
  const files = readdirSync(folder ?? '.').filter((name) => name.startsWith('list-model-profiles'));

  it.each(files)('%s: each profile is in the section that the tool put it in', (file) => {
    const text = readCapture(folder ?? '', file);
    const system = parseSystem(text) ?? told.find(([pattern]) => pattern.test(file))?.[1];
    expect(system).toBeDefined();
    const compared = compare(text, system ?? []);
    expect(compared.length).toBeGreaterThan(0);
    for (const { name, tool, rule } of compared) expect([name, rule]).toEqual([name, tool]);
  });
});
