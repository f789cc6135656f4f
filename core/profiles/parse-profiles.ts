import { toPlainLines } from '../lib/saved-output.ts';

export type ProfileEngine = 'vllm' | 'tensorrt_llm' | 'sglang' | 'triton' | 'onnx';
export type ProfileStatus = 'runnable' | 'low-memory' | 'compilable' | 'incompatible' | 'unknown';

export interface Profile {
  /** As printed: 64 hex digits, or a bare name. */
  id: string;
  /** The text in the parentheses, or the bare name. */
  name: string;
  engine: ProfileEngine | null;
  precision: string | null;
  /** GPUs that share a layer (tensor parallel). */
  tp: number | null;
  /** Stages of layers (pipeline parallel). */
  pp: number | null;
  lora: boolean;
  /** GB a GPU for the whole context, as NIM 2.x prints it. */
  requiresGB: number | null;
  status: ProfileStatus;
}

export interface ProfileList {
  /** Free and non-free ones; null when the output has no list of GPUs. */
  gpus: number | null;
  profiles: Profile[];
}

/**
 * Reads what `list-model-profiles` printed, all generations: by section titles, since banners and log lines come before and
 * in between, the depth of the indentation differs and `<None>` may follow a title. Anything else gives an empty list.
 */
export function parseProfiles(text: string): ProfileList {
  let gpus: number | null = null;
  let section: ProfileStatus | 'gpus' = 'unknown';
  let isInLora = false;
  let open: Profile | null = null;
  const profiles: Profile[] = [];

  for (const line of toPlainLines(text)) {
    const title = titleOf(line);
    if (title !== null) {
      open = null;
      isInLora = title === 'lora';
      if (title !== 'lora') section = title;
      if (title === 'gpus') gpus ??= 0;
      continue;
    }
    if (section === 'gpus') {
      if (gpuLine.test(line)) gpus = (gpus ?? 0) + 1;
      continue;
    }
    const profile = toProfile(line, section, isInLora);
    if (profile !== null) {
      profiles.push(profile);
      open = profile;
    } else if (open !== null) {
      // A terminal's width may have broken the line before its tail.
      open.requiresGB ??= /^\s*(?:\[?requires\b|>=|\S+\s*>=)/.test(line) ? requirementOf(line) : null;
      open = null;
    }
  }
  return { gpus, profiles };
}

const gpuLine = /^\s*[-*]\s+.*\(\d+\)/;

function titleOf(line: string): ProfileStatus | 'gpus' | 'lora' | null {
  const title = /^\s*(?:[-*]\s+)?([A-Za-z][^:]*?)\s*(?::|$)/.exec(line)?.[1]?.toLowerCase();
  if (title === undefined) return null;
  if (/^(?:non-)?free gpus$/.test(title)) return 'gpus';
  if (title === 'system info' || title === 'model profiles') return 'unknown';
  if (/^with lora\b/.test(title)) return 'lora';
  if (/^incompatible with (?:the )?system\b/.test(title)) return 'incompatible';
  if (/^compilable\b/.test(title)) return 'compilable';
  if (!/^compatible with (?:the )?system\b/.test(title)) return null;
  return /\blow\b.*\bmemory\b/.test(title) ? 'low-memory' : 'runnable';
}

/** With its name in parentheses, or, for what is no language model, its tags behind a dash: `- precision:fp16|model_type:onnx`. */
const hashEntry = /^\s*(?:[-*]\s+)?([0-9a-f]{64})\b(?:\s*\(([^)]*)\)|\s+-\s+(\S.*))?/i;
/** A generic profile of an image without a list of its own: `(vllm)` or `vllm`. */
const bareEntry = /^\s*[-*]\s+\(?([a-z][\w.]*(?:-[\w.:]+)*)\)?\s*(?:\[.*)?$/i;

function toProfile(line: string, status: ProfileStatus, isInLora: boolean): Profile | null {
  const hash = hashEntry.exec(line);
  const bare = hash === null && status !== 'unknown' ? bareEntry.exec(line)?.[1] : undefined;
  const id = hash?.[1] ?? bare;
  if (id === undefined) return null;
  const name = (hash?.[2] ?? hash?.[3])?.trim() || id;
  return {
    id,
    name,
    ...readProfileName(name),
    lora: isInLora || /lora/i.test(name),
    requiresGB: requirementOf(line),
    status,
  };
}

/** The largest memory comes first; what follows it is what a shorter context would need. */
function requirementOf(line: string): number | null {
  const found = />=\s*(\d+(?:\.\d+)?)/.exec(line)?.[1];
  return found === undefined ? null : Number(found);
}

const engines: readonly (readonly [RegExp, ProfileEngine])[] = [
  [/(?:^|[-_])(?:tensorrt_llm|trtllm|trt_llm|tensorrt)(?=$|[-_])/i, 'tensorrt_llm'],
  [/(?:^|[-_])vllm(?=$|[-_])/i, 'vllm'],
  [/(?:^|[-_])sglang(?=$|[-_])/i, 'sglang'],
  [/(?:^|[-_])triton(?=$|[-_])/i, 'triton'],
  [/(?:^|[-_])onnx(?=$|[-_])/i, 'onnx'],
];

const precisions = /(?:^|[-_])(fp32|tf32|bf16|fp16|fp8|fp4|nvfp4|mxfp8|mxfp4|int8|int4|awq|w4a16|w8a8)(?=$|[-_])/i;

/** What a profile's name says, in the grammars of all generations; null for what it leaves out. */
export function readProfileName(described: string): Pick<Profile, 'engine' | 'precision' | 'tp' | 'pp'> {
  // Tags, `precision:fp8|tp:2`, read like a name.
  const name = described.replaceAll(/\b([tp]p)\s*:\s*(?=\d)/gi, '$1').replaceAll(/\s*[|:]\s*/g, '-');
  const count = (key: string) => {
    const found = new RegExp(`(?:^|[-_])${key}(\\d+)(?=$|[-_])`, 'i').exec(name)?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    engine: engines.find(([pattern]) => pattern.test(name))?.[1] ?? null,
    precision: precisions.exec(name)?.[1]?.toLowerCase() ?? null,
    tp: count('tp'),
    pp: count('pp'),
  };
}
