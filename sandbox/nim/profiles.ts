import { createHash } from 'node:crypto';
import type { NimConfig } from './config.ts';

export interface Profile {
  id: string;
  name: string;
  precision: string;
  hasLora: boolean;
  requiresGB: number;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Requirements as printed for an 8B model by LLM 2.0.6; the ids are our own. */
export function profilesOf({ model, requiredGB }: Pick<NimConfig, 'model' | 'requiredGB'>): Profile[] {
  const share = (of: number) => Math.max(1, Math.round((requiredGB * of) / 27));
  return [false, true].flatMap((hasLora) =>
    (
      [
        ['fp8', share(27)],
        ['bf16', share(33)],
        ['nvfp4', share(24)],
      ] as const
    ).map(([precision, requiresGB]) => {
      const name = `vllm-${precision}-tp1-pp1-${hasLora ? 'feat_lora-' : ''}${requiresGB.toFixed(1)}`;
      return {
        id: sha256(`${model} ${name}`),
        name,
        precision,
        hasLora,
        requiresGB,
      };
    }),
  );
}

/** Null when NIM_MODEL_PROFILE names none of them; the first one fits without a wish. */
export function selectProfile(config: NimConfig): Profile | null {
  const profiles = profilesOf(config);
  if (config.wantedProfile === null || config.wantedProfile === '') return profiles[0] ?? null;
  return profiles.find(({ id, name }) => id === config.wantedProfile || name === config.wantedProfile) ?? null;
}

const line = (indent: number) => (profile: Profile) =>
  `${' '.repeat(indent)}- ${profile.id} (${profile.name}) [requires >=${profile.requiresGB} GB/gpu]\n`;

/** The part of `list-model-profiles` below the banner; also printed when no profile fits. */
export function describeSystem(config: NimConfig): string {
  const gpus = Array.from(
    { length: config.gpuCount },
    (_, index) => `  -  [2330:10de] (${index}) ${config.gpuName} [current utilization: 0%]\n`,
  );
  const profiles = profilesOf(config);
  const plain = profiles.filter((profile) => !profile.hasLora);
  const lora = profiles.filter((profile) => profile.hasLora);
  const isRunnable = config.gpuCount > 0;

  return [
    'SYSTEM INFO\n',
    isRunnable ? '- Free GPUs:\n' : '- Free GPUs: <None>\n',
    ...gpus,
    'MODEL PROFILES\n',
    ...(isRunnable
      ? [
          '- Compatible with system and runnable:\n',
          ...plain.map(line(2)),
          '  - With LoRA support:\n',
          ...lora.map(line(4)),
        ]
      : ['- Compatible with system and runnable: <None>\n', '  - With LoRA support: <None>\n']),
    '- Compatible with system but low memory: <None>\n',
    '- Compilable to TRT-LLM using just-in-time compilation of HF models to TRTLLM engines: <None>\n',
    '  - With LoRA support: <None>\n',
    '- Incompatible with system:\n',
    ...(isRunnable ? [] : profiles.map(line(4))),
  ].join('');
}

/** The text inside `/v1/manifest`, schema 2.1; all tag values are strings. */
export function modelManifest(config: NimConfig): string {
  const artifact = (profile: Profile) => `ngc://nim/${config.model}:${profile.precision}`;
  const files = [
    'config.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
    'tokenizer.json',
  ];
  return [
    `schema_version: '2.1'`,
    'profile_selection_criteria: auto',
    `model: ${config.model}`,
    `release: ${config.version}`,
    'profiles:',
    ...profilesOf(config).flatMap((profile) => [
      `- id: ${profile.id}`,
      '  tags:',
      `    feat_lora: '${profile.hasLora}'`,
      '    llm_engine: vllm',
      `    min_vram_per_device_gb: '${profile.requiresGB.toFixed(1)}'`,
      `    pp: '1'`,
      `    precision: ${profile.precision}`,
      `    tp: '1'`,
      '  workspace:',
      '    files:',
      ...files.flatMap((file) => [
        `      ${file}:`,
        `        uri: ${artifact(profile)}?file=${file}`,
        `        checksum: blake3:${sha256(profile.id + file)}`,
      ]),
      `    workspace_hash: ${sha256(profile.id)}`,
    ]),
    '',
  ].join('\n');
}
