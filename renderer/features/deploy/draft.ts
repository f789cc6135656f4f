import { nimName, type DeploySpec, type Nim } from '../../../shared/contract/nims.ts';
import { words } from '../../words.ts';

export interface Variable {
  /** Only to tell the rows apart. */
  id: number;
  name: string;
  value: string;
}

/** What stands in the form, as typed. */
export interface DeployDraft {
  reference: string;
  name: string;
  gpus: 'all' | 'devices' | 'none';
  devices: readonly string[];
  port: string;
  profile: string;
  /** Tokens; kept as the variable that NIM knows. */
  context: string;
  allowAnyOrigin: boolean;
  variables: readonly Variable[];
}

export interface DraftErrors {
  reference?: string;
  name?: string;
  port?: string;
  devices?: string;
  context?: string;
  /** By the row's id. */
  variables: Readonly<Record<number, string>>;
}

export function emptyDraft(reference: string): DeployDraft {
  return {
    reference,
    name: '',
    gpus: 'all',
    devices: [],
    port: '',
    profile: '',
    context: '',
    allowAnyOrigin: false,
    variables: [],
  };
}

/** In every line of NIM (nim-runtime facts 3.1). */
const contextVariable = 'NIM_MAX_MODEL_LEN';

/** The same choices again, to be changed. */
export function draftOf(spec: DeploySpec): DeployDraft {
  const context = spec.environment.find(({ name, value }) => name === contextVariable && toContext(value) !== null);
  return {
    reference: spec.reference,
    name: spec.name ?? '',
    gpus: spec.gpus.kind,
    devices: spec.gpus.kind === 'devices' ? spec.gpus.ids : [],
    port: spec.port === null ? '' : String(spec.port),
    profile: spec.profile ?? '',
    context: context?.value ?? '',
    allowAnyOrigin: spec.allowAnyOrigin,
    variables: spec.environment.filter((each) => each !== context).map(({ name, value }, id) => ({ id, name, value })),
  };
}

/** What the NIMs that are here hold already. Other containers may hold more: that is the engine's to say. */
export interface Taken {
  names: ReadonlySet<string>;
  ports: ReadonlySet<number>;
}

export function takenBy(nims: readonly Pick<Nim, 'name' | 'address'>[]): Taken {
  const ports = nims.map(({ address }) => (address === null ? 0 : Number(new URL(address).port)));
  return { names: new Set(nims.map(({ name }) => name)), ports: new Set(ports.filter((port) => port !== 0)) };
}

const nothingTaken: Taken = { names: new Set(), ports: new Set() };

export function checkDraft(draft: DeployDraft, taken: Taken = nothingTaken): DraftErrors {
  const errors: DraftErrors = { variables: {} };
  if (draft.reference.trim() === '') errors.reference = words.deploy.errors.reference;
  else if (/\s/.test(draft.reference.trim())) errors.reference = words.deploy.errors.spaces;
  const wanted = draft.name.trim();
  if (wanted !== '' && !nimName.safeParse(wanted).success) errors.name = words.deploy.errors.name;
  else if (taken.names.has(wanted)) errors.name = words.deploy.errors.nameTaken;
  const port = toPort(draft.port);
  if (draft.port.trim() !== '' && port === null) errors.port = words.deploy.errors.port;
  else if (port !== null && taken.ports.has(port)) errors.port = words.deploy.errors.portTaken;
  if (draft.gpus === 'devices' && draft.devices.length === 0) errors.devices = words.deploy.errors.devices;
  if (draft.context.trim() !== '' && toContext(draft.context) === null) errors.context = words.fit.contextError;
  const seen = new Set<string>(draft.context.trim() === '' ? [] : [contextVariable]);
  const variables: Record<number, string> = {};
  for (const { id, name, value } of draft.variables) {
    // A row that was added and left alone is no mistake.
    if (name === '' && value === '') continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) variables[id] = words.deploy.errors.variable;
    else if (seen.has(name)) variables[id] = words.deploy.errors.duplicate;
    seen.add(name);
  }
  return { ...errors, variables };
}

export function hasErrors(errors: DraftErrors): boolean {
  const { variables, ...fields } = errors;
  return Object.keys(fields).length > 0 || Object.keys(variables).length > 0;
}

function toPort(text: string): number | null {
  const trimmed = text.trim();
  const port = /^\d{1,5}$/.test(trimmed) ? Number(trimmed) : 0;
  return port >= 1 && port <= 65535 ? port : null;
}

/** The shortest makes no sense below a block of the cache. */
function toContext(text: string): number | null {
  const trimmed = text.trim();
  const tokens = /^\d{1,8}$/.test(trimmed) ? Number(trimmed) : 0;
  return tokens >= 256 ? tokens : null;
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** Of a draft without errors. */
export function toSpec(draft: DeployDraft): DeploySpec {
  const context = toContext(draft.context);
  return {
    reference: draft.reference.trim(),
    name: orNull(draft.name),
    gpus: draft.gpus === 'devices' ? { kind: 'devices', ids: [...draft.devices] } : { kind: draft.gpus },
    port: toPort(draft.port),
    profile: orNull(draft.profile),
    allowAnyOrigin: draft.allowAnyOrigin,
    environment: [
      ...(context === null ? [] : [{ name: contextVariable, value: String(context) }]),
      ...draft.variables.filter(({ name }) => name !== '').map(({ name, value }) => ({ name, value })),
    ],
  };
}
