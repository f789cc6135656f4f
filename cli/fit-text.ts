import type { FigureSource, FitAnswer, FitPart, FitProcessor, FitReason, FitVerdict } from '../shared/contract/fit.ts';
import { formatMemory } from '../shared/format.ts';

const verdicts: Readonly<Record<FitVerdict, string>> = {
  fits: 'Fits',
  tight: 'Tight',
  'does-not-fit': 'Does not fit',
  unknown: 'Not known',
};

const reasons: Readonly<Record<FitReason, string>> = {
  'too-large': 'it needs more than there is, even with nothing else on it',
  taken: 'others hold the memory that it needs',
  'little-spare': 'NIM keeps a part of the memory free, and it needs that part, too',
  'short-context': 'not with this context; a shorter one fits',
  'precision-unknown': 'not in 16 bits; whether the image has a smaller precision is not known',
  'too-few-gpus': 'it is spread over more GPUs than there are',
  'gpus-differ': 'it is spread over several GPUs, and these are not equal',
  'slices-cannot-share': 'it is spread over several GPUs, and MIG slices cannot share a model',
  'gpu-is-sliced': 'MIG is on: only the slices of this GPU compute',
  'gpu-not-suited': 'this GPU cannot compute in this precision, or the profile is made for another GPU',
  'other-processor': 'it is made for another processor',
  'no-gpu-chosen': 'it was given no GPU',
  'no-gpu': 'there is no NVIDIA GPU here',
  'gpu-not-there': 'this machine has no such GPU or slice now',
  'gpus-unreadable': 'the driver cannot be asked; see nimdeck gpus',
  'gpu-memory-unknown': 'the driver does not say how much memory there is',
  'need-unknown': 'nothing says how much memory it needs',
};

const sources: Readonly<Record<FigureSource, string>> = {
  profile: 'stated by the profile',
  nvidia: 'stated by NVIDIA',
  'model-table': 'from the list of models',
  parameters: 'estimated from its parameters',
  driver: 'read from the driver',
  rule: 'a rule of thumb',
};

const processorSources: Readonly<Record<FitProcessor['source'], string>> = {
  image: 'says the image that is here',
  registry: 'says the registry',
  name: 'says its name',
};

const parts: Readonly<Record<FitPart['kind'], string>> = {
  weights: 'weights',
  context: 'context cache',
  framework: 'framework',
  unsplit: 'all together',
};

const gibibytes = (mebibytes: number | null) => (mebibytes === null ? 'not known' : formatMemory(mebibytes));

/** The verdict in a line, and what it is made of below. */
export function fitLines(answer: FitAnswer): string[] {
  const { verdict, reason, needMiB, source, profile, devices, contextTokens, longestContextTokens } = answer;
  const spread = (profile?.gpus ?? 1) > 1 ? ` on each of ${profile?.gpus} GPUs` : '';
  const lines = [
    `${reason === 'taken' ? 'No room now' : verdicts[verdict]}${reason === null ? '.' : `: ${reasons[reason]}.`}`,
  ];
  if (profile !== null)
    lines.push(`  as       ${profile.name ?? profile.precision ?? profile.id ?? 'not known'}${spread}`);
  if (answer.processor !== null && reason === 'other-processor') {
    const { madeFor, engine, source: said } = answer.processor;
    lines.push(`  made for ${madeFor.join(', ')}, ${processorSources[said]}; the engine’s machine is ${engine}`);
  }
  if (needMiB !== null)
    lines.push(`  needs    ${gibibytes(needMiB)}${spread}, ${source === null ? '' : sources[source]}`);
  for (const part of answer.parts) {
    if (part.kind === 'unsplit') continue;
    lines.push(`             ${parts[part.kind].padEnd(13)}  ${gibibytes(part.memoryMiB)}, ${sources[part.source]}`);
  }
  for (const { name, gpuIndex, memory, totalMiB, takenMiB } of devices) {
    const what = memory === 'system' ? 'the machine’s own memory, shared' : (name ?? 'not named');
    const free = totalMiB === null || takenMiB === null ? null : totalMiB - takenMiB;
    const index = gpuIndex === null ? '' : ` ${gpuIndex}`;
    lines.push(
      `  on GPU${index.padEnd(3)}${what}: ${gibibytes(totalMiB)}, ${free === null ? 'free: not known' : `${gibibytes(free)} free`}`,
    );
  }
  if (contextTokens !== null) lines.push(`  context  ${contextTokens.toLocaleString('en-GB')} tokens`);
  if (longestContextTokens !== null && contextTokens !== null && longestContextTokens < contextTokens) {
    lines.push(`  longest that fits now: ${longestContextTokens.toLocaleString('en-GB')} tokens (NIM_MAX_MODEL_LEN)`);
  }
  if (answer.modelFilesGB !== null) lines.push(`  files    ${answer.modelFilesGB} GB, downloaded at the first start`);
  if (answer.stop.length > 0) lines.push('To start it, stop one of these:');
  for (const { nims } of answer.stop) {
    const each = nims.map(({ name, memoryMiB, isIdle }) =>
      [name, ...(memoryMiB === null ? [] : [formatMemory(memoryMiB)]), ...(isIdle === true ? ['idle'] : [])].join(', '),
    );
    lines.push(`  ${each.join('  and  ')}`);
  }
  return lines;
}
