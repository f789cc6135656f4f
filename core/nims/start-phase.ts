import { type StartPhase, startPhase } from '../../shared/contract/jobs.ts';

// The four families of nim-runtime facts 6.1: nim_llm_sdk 1.x, nimlib variants, 2.x, Triton retrieval. The furthest
// phase comes first: a line that names two is about the later one.
const signs: readonly { phase: StartPhase; text: RegExp }[] = [
  // The 2.x line prints no “Uvicorn running”, so that line is never waited for.
  { phase: 'SERVER_UP', text: /Application startup complete|Uvicorn running on|The server is up and ready to serve/ },
  { phase: 'WARM_UP', text: /Starting warmup generation|Warming up (?:the )?model/i },
  { phase: 'GRAPHS', text: /Capturing (?:the model for )?CUDA graphs?|Graph capturing finished/i },
  { phase: 'KV_CACHE', text: /Available KV cache memory|GPU KV cache size|# GPU blocks: \d/ },
  { phase: 'COMPILE', text: /\btorch\.compile\b|Dynamo bytecode transform|Compiling a graph for/ },
  {
    phase: 'WEIGHTS',
    text: /Loading safetensors checkpoint shards|Starting to load model|Loading (?:model )?weights took|Model loading took/,
  },
  {
    phase: 'ENGINE_START',
    text: /Initializing an? (?:V\d+ )?LLM engine|Starting engine initialization|^Starting (?:vLLM|SGLang)\b|model_lifecycle\.cc:\d+\] "?loading: /,
  },
  {
    phase: 'DOWNLOAD',
    text: /Downloading manifest profile|Preparing model workspace|Skipping download, using cached copy|Materializing workspace|Model workspace is now ready/,
  },
  {
    phase: 'PROFILE_SELECTED',
    text: /Selected profile: |Using the profile (?:selected|specified) by|Matched profile_id in manifest|NIM_MODEL_PROFILE is set to/,
  },
  {
    phase: 'MANIFEST',
    text: /Detected \d+ compatible profile|^SYSTEM INFO$|Creating new model manifest|Inspecting manifest/,
  },
  { phase: 'AUTH', text: /\bAuthenticat(?:ing|ion)\b/ },
];

/** The phase after this line of the container's log: what a line says can lead on, never back. READY and EXITED are never read from a log. */
export function nextPhase(phase: StartPhase, line: string): StartPhase {
  const found = signs.find(({ text }) => text.test(line))?.phase ?? 'UNKNOWN';
  const order = startPhase.options;
  return order.indexOf(found) > order.indexOf(phase) ? found : phase;
}

const longestShown = 300;
// eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
const colours = /\u001B?\[\d{1,3}(?:;\d{1,3})*m/g;

/** What a person should see of a line: no colours, of a progress line drawn over itself only the last state. Null when empty. */
export function shownLine(text: string): string | null {
  const last = text
    .replace(colours, '')
    .split('\r')
    .findLast((part) => part.trim() !== '');
  if (last === undefined) return null;
  const trimmed = last.trim();
  return trimmed.length > longestShown ? `${trimmed.slice(0, longestShown)}…` : trimmed;
}
