/** A model of the hosted API, as its replies show it. */
export interface HostedModel {
  readonly id: string;
  readonly kind: 'chat' | 'vision' | 'embedding' | 'rerank';
  readonly contextTokens: number;
  /** Retired for good; it stays in the list (ngc facts 5.2, 5.6). */
  readonly retiredAt?: string;
  /** It exists, but not for this account. */
  readonly isForOthers?: true;
  /** Nobody has asked it lately: the first answers come as 202, to be asked for again. */
  readonly isCold?: true;
  /** Which of the two shapes of a refused request the engine behind it sends. */
  readonly errorShape?: 'flat';
  /** How reasoning comes, by model. */
  readonly reasoning?: 'reasoning_content' | 'reasoning' | 'think';
  /** Sends the usage of a stream without being asked for it. */
  readonly saysUsage?: true;
  /** Answers under another name than it was asked by. */
  readonly answersAs?: string;
}

// Ids, retirements and oddities as seen in 2026 (ngc facts 5.2 to 5.6).
export const hostedModels: readonly HostedModel[] = [
  { id: 'moonshotai/kimi-k3', kind: 'vision', contextTokens: 262_144, reasoning: 'reasoning' },
  { id: 'nvidia/nemotron-3.5-lightning-30b-a3b', kind: 'chat', contextTokens: 262_144, saysUsage: true },
  { id: 'nvidia/nemotron-3-ultra-550b-a55b', kind: 'chat', contextTokens: 262_144, isCold: true },
  { id: 'meta/muse-glimmer-30b', kind: 'chat', contextTokens: 131_072, answersAs: 'stg/meta/muse-glimmer-30b' },
  { id: 'google/diffusiongemma-26b-a4b-it', kind: 'chat', contextTokens: 131_072, errorShape: 'flat' },
  { id: 'openai/gpt-oss-20b', kind: 'chat', contextTokens: 131_072, reasoning: 'think' },
  { id: 'nvidia/nemotron-3-embed-1b', kind: 'embedding', contextTokens: 8_192 },
  { id: 'nvidia/llama-nemotron-rerank-1b-v2', kind: 'rerank', contextTokens: 8_192 },
  { id: 'meta/llama-guard-4-12b', kind: 'chat', contextTokens: 16_384, isForOthers: true },
  { id: 'meta/llama-3.1-8b-instruct', kind: 'chat', contextTokens: 131_072, retiredAt: '2026-08-26T09:00:00Z' },
  { id: 'meta/llama-3.1-70b-instruct', kind: 'chat', contextTokens: 131_072, retiredAt: '2026-08-26T09:00:00Z' },
  { id: 'z-ai/glm-5.2', kind: 'chat', contextTokens: 131_072, retiredAt: '2026-08-21T09:00:00Z' },
  {
    id: 'nvidia/nemotron-3-super-120b-a12b',
    kind: 'chat',
    contextTokens: 262_144,
    retiredAt: '2026-10-03T09:00:00Z',
  },
];

/** The list repeats rows and says the same moment for each (ngc facts 5.2). */
export function modelList() {
  const row = ({ id }: HostedModel) => ({
    id,
    object: 'model',
    created: 735_790_403,
    owned_by: id.split('/')[0] ?? id,
  });
  return { object: 'list', data: [...hostedModels, ...hostedModels.slice(0, 1)].map(row) };
}
