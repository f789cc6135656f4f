/** How a model is told to reason, or not to. */
export interface ReasoningSwitch {
  /** To stand in the system message. */
  words: { on: string; off: string } | null;
  /** Fields of the chat template that take true or false; those that a template does not know mean nothing to it. */
  fields: readonly string[];
}

const thinkWords = { on: '/think', off: '/no_think' };
const detailedWords = { on: 'detailed thinking on', off: 'detailed thinking off' };

// Names without publisher, dots as dashes (nim facts 10.1, ngc facts 5.4). The first that fits counts.
const known: readonly (readonly [RegExp, ReasoningSwitch])[] = [
  [/nemotron-super-49b-v1-5|nemotron-nano-9b-v2/, { words: thinkWords, fields: [] }],
  [
    /llama-3-1-nemotron-nano-(?:8b-v1|4b-v1-1)$|nemotron-ultra-253b-v1|nemotron-super-49b-v1/,
    { words: detailedWords, fields: [] },
  ],
  // Sources disagree about the super: both are sent.
  [/nemotron-3-super/, { words: thinkWords, fields: ['enable_thinking'] }],
  [/nemotron-3|qwen3|gemma-4|granite-3-3/, { words: null, fields: ['enable_thinking'] }],
  // The page about NIMs and the one about hosted models name different fields.
  [/deepseek-v3-[12]|deepseek-v4|kimi/, { words: null, fields: ['enable_thinking', 'thinking'] }],
];

/** For one that no table names: what most templates look at. */
const usual: ReasoningSwitch = { words: null, fields: ['enable_thinking', 'thinking'] };

/** Null: nobody says that this model can be switched. */
export function knownSwitch(model: string): ReasoningSwitch | null {
  const name = (model.split('/').at(-1) ?? model).toLowerCase().replaceAll(/[._]/g, '-');
  return known.find(([shape]) => shape.test(name))?.[1] ?? null;
}

export function switchFor(model: string): ReasoningSwitch {
  return knownSwitch(model) ?? usual;
}
