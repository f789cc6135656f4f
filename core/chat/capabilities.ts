import type { CatalogModel, ModelKind } from '../../shared/contract/catalog.ts';
import type { NimCapability } from '../../shared/contract/nims.ts';
import type { TargetCapabilities, TargetCapability } from '../../shared/contract/targets.ts';
import type { AppError } from '../../shared/errors.ts';
import { knownSwitch } from './reasoning-switch.ts';
import type { HostedRow } from './hosted-table.ts';

export const unknownCapabilities: TargetCapabilities = {
  chat: null,
  vision: null,
  tools: null,
  reasoning: null,
  embedding: null,
  rerank: null,
};

const noText = { chat: false, vision: false, tools: false, reasoning: false } as const;
const byKind: Readonly<Record<ModelKind, Partial<TargetCapabilities>>> = {
  chat: { chat: true, embedding: false, rerank: false },
  vision: { chat: true, vision: true, embedding: false, rerank: false },
  embedding: { ...noText, embedding: true, rerank: false },
  rerank: { ...noText, embedding: false, rerank: true },
  speech: { chat: false },
  image: { chat: false },
  biology: { chat: false },
  other: { chat: false },
};
const ofKind = (kind: ModelKind) => byKind[kind];

/** Of a name alone, where no table has it. */
function ofName(model: string): Partial<TargetCapabilities> {
  if (/rerank/i.test(model)) return ofKind('rerank');
  if (/embed|(?:^|\/)bge-|(?:^|\/)e5-/i.test(model)) return ofKind('embedding');
  return {
    ...(knownSwitch(model) !== null || /reason|think|(?:^|[-/])r1(?:$|-)|gpt-oss/i.test(model)
      ? { reasoning: true }
      : {}),
    ...(/vision|(?:^|[-/])vl(?:$|-)|omni/i.test(model) ? { vision: true } : {}),
  };
}

function ofHostedRow(row: HostedRow | undefined): Partial<TargetCapabilities> {
  if (row === undefined) return {};
  const isChat = row.kind === 'chat' || row.kind === 'vision';
  return {
    ...ofKind(row.kind),
    ...(isChat && row.hasTools !== null ? { tools: row.hasTools } : {}),
    ...(isChat && row.seesImages !== null ? { vision: row.seesImages } : {}),
  };
}

/** @param row of the table of hosted models */
export function hostedCapabilities(model: string, row: HostedRow | undefined): TargetCapabilities {
  return { ...unknownCapabilities, ...ofName(model), ...ofHostedRow(row) };
}

/** Of any other server: nothing is certain but what a name gives away. */
export function addressCapabilities(model: string, row: HostedRow | undefined): TargetCapabilities {
  const { tools: _depends, ...rest } = ofHostedRow(row);
  return { ...unknownCapabilities, ...ofName(model), ...rest };
}

/**
 * Of a NIM: the catalogue's kind, then what its container says of itself (label, arguments, log). Tools are on by default
 * in 1.x where the model has them; 2.x must be told (nim facts 10.2).
 */
export function nimCapabilities(about: {
  model: string;
  catalog: CatalogModel | undefined;
  row: HostedRow | undefined;
  /** Null: it was not inspected. */
  said: readonly NimCapability[] | null;
  version: string | null;
}): TargetCapabilities {
  const { model, catalog, row, said, version } = about;
  const table = ofHostedRow(row);
  const known: TargetCapabilities = {
    ...unknownCapabilities,
    ...ofName(model),
    ...table,
    ...(catalog === undefined ? {} : ofKind(catalog.kind)),
    tools: null,
  };
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? NaN);
  if (known.chat === false) known.tools = false;
  else if (said?.includes('tools') === true) known.tools = true;
  else if (major === 1) known.tools = table.tools ?? null;
  else if (major >= 2 && said !== null) known.tools = false;
  for (const name of said ?? []) known[name] = true;
  // A container's own label wins over a name.
  if (said?.includes('embedding') === true) return { ...known, ...ofKind('embedding') };
  return said?.includes('rerank') === true ? { ...known, ...ofKind('rerank') } : known;
}

/** What the servers themselves have shown, by address and model; it wins over every table. */
export interface Learned {
  note(key: string, capability: TargetCapability, can: boolean): void;
  apply(key: string, known: TargetCapabilities): { capabilities: TargetCapabilities; corrected: TargetCapability[] };
}

/** @param onChange something was learned that was not known */
export function createLearned(onChange: () => void): Learned {
  const learned = new Map<string, Partial<Record<TargetCapability, boolean>>>();
  return {
    note(key, capability, can) {
      const before = learned.get(key) ?? {};
      if (before[capability] === can) return;
      learned.set(key, { ...before, [capability]: can });
      onChange();
    },
    apply(key, known) {
      const found = learned.get(key) ?? {};
      const capabilities = { ...known, ...found };
      const names: TargetCapability[] = ['chat', 'vision', 'tools', 'reasoning', 'embedding', 'rerank'];
      return { capabilities, corrected: names.filter((name) => name in found && found[name] !== known[name]) };
    },
  };
}

/** What a refusal says about the model; null: nothing. */
export function lacking(failure: AppError): TargetCapability | null {
  if (failure.code === 'TOOLS_NOT_ENABLED') return 'tools';
  if (/not a multimodal model|does not support (?:image|vision)|image input is not supported/i.test(failure.message))
    return 'vision';
  if (/does not support (?:tool|function)/i.test(failure.message)) return 'tools';
  return null;
}
