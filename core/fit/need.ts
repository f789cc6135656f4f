import type { ModelKind } from '../../shared/contract/catalog.ts';
import type { FigureSource, FitPart } from '../../shared/contract/fit.ts';

/** What is known of a model; null: not known. */
export interface ModelFacts {
  kind: ModelKind | null;
  parametersBillion: number | null;
  /** The longest context it can have. */
  contextTokens: number | null;
}

/** One way of running a model: a profile, or a row of a table. */
export interface Way {
  /** What `NIM_MODEL_PROFILE` takes; null: it cannot be asked for. */
  id: string | null;
  name: string | null;
  precision: string | null;
  /** GPUs it is spread over. */
  gpus: number;
  /** Of each GPU, for the longest context, as stated; null: nobody states it. */
  stated: { memoryMiB: number; source: FigureSource } | null;
  /** Of the whole model; null: taken from parameters and precision. */
  weights: { memoryMiB: number; source: FigureSource } | null;
  /** Made for this GPU only (`h100_nvl`); null: for any. */
  gpuWord: string | null;
}

/** What each GPU must hold. MiB. */
export interface Need {
  totalMiB: number;
  /** With the shortest context that is of use; the same where the context makes no difference. */
  leastMiB: number;
  /** Null: the context makes no difference, or how much is not known. */
  perTokenMiB: number | null;
  /** Counted with; null where it makes no difference or the need is stated for a context nobody names. */
  contextTokens: number | null;
  parts: FitPart[];
  source: FigureSource;
}

/**
 * CUDA, activations and graphs, beside weights and context cache: 33 GiB stated for llama-3.1-8b in bf16 less 15.0 of weights
 * and 16 of cache for 131,072 tokens; 27 in fp8 and 24 in nvfp4 leave the same (nim-runtime facts 7).
 */
const frameworkMiB = 2048;
/** What is no language model has no cache and smaller graphs: 3.6 GB stated for a 1.24B embedding model in fp16. */
const smallFrameworkMiB = 1024;
/** Shorter ones are of little use; NIM's own advice goes down to it (its profile lists, `try --max-model-len=4096`). */
export const leastContextTokens = 4096;
/** Where nobody names the model's longest context. */
const assumedContextTokens = 8192;

/** Bytes a parameter, embeddings and scales included (measured sizes in nim-runtime facts 7). */
const bytesOf: Readonly<Record<string, number>> = {
  fp32: 4,
  tf32: 4,
  bf16: 2,
  fp16: 2,
  fp8: 1.05,
  mxfp8: 1.05,
  int8: 1.05,
  w8a8: 1.05,
  nvfp4: 0.62,
  mxfp4: 0.62,
  fp4: 0.62,
  int4: 0.62,
  w4a16: 0.62,
  awq: 0.62,
};

export const hasContext = (kind: ModelKind | null): boolean => kind === null || kind === 'chat' || kind === 'vision';

/**
 * Cache a token over all GPUs, where nobody states it: 128 KiB for 8B models (measured: 16 GiB for 131,072 tokens), 320 KiB
 * for 70B ones by their shape, and in between as the two say. Models with few attention layers need far less.
 */
const perTokenOf = (parametersBillion: number) => 0.125 * (parametersBillion / 8) ** 0.42;

export function weightsOf({ parametersBillion }: ModelFacts, precision: string): number | null {
  const bytes = bytesOf[precision.toLowerCase()];
  return parametersBillion === null || bytes === undefined ? null : (parametersBillion * 1e9 * bytes) / 2 ** 20;
}

/**
 * What each GPU must hold, by the best figure there is: the need that the profile states, else the size of the files, else
 * parameters and precision. Null: nothing says it.
 * @param askedTokens null: the model's longest context, as NIM takes it by itself
 */
export function needOf(facts: ModelFacts, way: Way, askedTokens: number | null): Need | null {
  const own = way.precision === null ? null : weightsOf(facts, way.precision);
  const whole = way.weights ?? (own === null ? null : { memoryMiB: own, source: 'parameters' as const });
  const weights = whole === null ? null : { ...whole, memoryMiB: whole.memoryMiB / way.gpus };
  const ruled = hasContext(facts.kind) ? frameworkMiB : smallFrameworkMiB;
  if (way.stated !== null) return fromStated(facts, way.stated, weights, ruled, askedTokens);
  if (weights === null) return null;

  const fixed = [part('weights', weights.memoryMiB, weights.source), part('framework', ruled, 'rule')];
  const fixedMiB = weights.memoryMiB + ruled;
  if (!hasContext(facts.kind) || facts.parametersBillion === null) {
    return { ...flat(fixedMiB), parts: fixed, source: weights.source };
  }
  const perTokenMiB = perTokenOf(facts.parametersBillion) / way.gpus;
  const most = facts.contextTokens;
  const tokens = Math.min(askedTokens ?? most ?? assumedContextTokens, most ?? Number.MAX_SAFE_INTEGER);
  return {
    ...withContext(fixedMiB, perTokenMiB, tokens),
    parts: [...fixed, part('context', perTokenMiB * tokens, 'parameters')],
    source: weights.source,
  };
}

function fromStated(
  facts: ModelFacts,
  { memoryMiB, source }: NonNullable<Way['stated']>,
  weights: Way['weights'],
  ruled: number,
  askedTokens: number | null,
): Need {
  const most = facts.contextTokens;
  const rest = weights === null ? null : memoryMiB - weights.memoryMiB - ruled;
  if (weights === null || rest === null || rest <= 0 || most === null || !hasContext(facts.kind)) {
    // Nothing says how much of it is the context's, so a shorter one is not counted as a gain.
    return { ...flat(memoryMiB), parts: [part('unsplit', memoryMiB, source)], source };
  }
  const perTokenMiB = rest / most;
  const tokens = Math.min(askedTokens ?? most, most);
  return {
    ...withContext(memoryMiB - rest, perTokenMiB, tokens),
    parts: [
      part('weights', weights.memoryMiB, weights.source),
      part('framework', ruled, 'rule'),
      part('context', perTokenMiB * tokens, source),
    ],
    source,
  };
}

const part = (kind: FitPart['kind'], memoryMiB: number, source: FigureSource): FitPart => ({
  kind,
  memoryMiB: Math.round(memoryMiB),
  source,
});

const flat = (memoryMiB: number) => ({
  totalMiB: Math.round(memoryMiB),
  leastMiB: Math.round(memoryMiB),
  perTokenMiB: null,
  contextTokens: null,
});

const withContext = (fixedMiB: number, perTokenMiB: number, tokens: number) => ({
  totalMiB: Math.round(fixedMiB + perTokenMiB * tokens),
  leastMiB: Math.round(fixedMiB + perTokenMiB * Math.min(tokens, leastContextTokens)),
  perTokenMiB,
  contextTokens: tokens,
});
