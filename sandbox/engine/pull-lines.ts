import type { StoreMode } from './store-mode.ts';

/** What happened to a layer, to be said in the words of the engine at hand. */
export type LayerNews =
  | { kind: 'known' }
  | { kind: 'there' }
  | { kind: 'queued' }
  | { kind: 'fetching'; current: number; total: number }
  | { kind: 'fetched' }
  | { kind: 'retrying'; seconds: number }
  | { kind: 'unpacking'; current: number; total: number; seconds: number }
  | { kind: 'done' };

const mebibyte = 1024 ** 2;

/** The lines of one layer; none where this engine says nothing of it. */
export function spellNews(mode: StoreMode, id: string, news: LayerNews): object[] {
  const say = (status: string, progressDetail: object = {}) => ({ status, progressDetail, id });
  // Containerd's store draws no numbers behind these.
  const quiet = { hidecounts: true };
  const isContainerd = mode.startsWith('containerd');
  switch (news.kind) {
    case 'known':
      return [say('Pulling fs layer')];
    case 'there':
      // A resumed pull of 26.1 does not name what it has (captures real-26.1-containerd-after-cancel).
      if (mode === 'containerd-26') return [];
      return [say('Already exists', mode === 'containerd-29' ? quiet : {})];
    case 'queued':
      return mode === 'overlay2' ? [say('Waiting')] : [];
    case 'fetching': {
      const { total } = news;
      const current = isContainerd ? Math.min(Math.floor(news.current / mebibyte) * mebibyte, total) : news.current;
      if (current === 0 || (isContainerd && current === total && total < mebibyte)) return [];
      const line = say('Downloading', { current, total });
      // Gone in Docker 29 (ngc facts 8).
      return [mode === 'containerd-29' ? line : { ...line, progress: drawBar(current, total) }];
    }
    case 'fetched':
      if (isContainerd) return [say('Download complete', quiet)];
      return mode === 'overlay2' ? [say('Verifying Checksum'), say('Download complete')] : [say('Download complete')];
    case 'retrying':
      return mode === 'overlay2' ? [say(`Retrying in ${news.seconds} second${news.seconds === 1 ? '' : 's'}`)] : [];
    case 'unpacking': {
      if (mode === 'containerd-29') return [say('Extracting', { current: news.seconds, units: 's' })];
      if (mode !== 'overlay2') return [];
      const { current, total } = news;
      return [{ ...say('Extracting', { current, total }), progress: drawBar(current, total) }];
    }
    case 'done':
      break;
  }
  if (mode === 'overlay2') return [say('Pull complete')];
  return mode === 'containerd-29' ? [say('Pull complete', quiet)] : [];
}

export function firstLines(mode: StoreMode, path: string, tag: string): object[] {
  return mode === 'podman' ? [] : [{ status: `Pulling from ${path}`, id: tag }];
}

interface End {
  isNew: boolean;
  name: string;
  digest: string;
  imageId: string;
}

/** The engine's word of success; Podman has none but the image's id. */
export function lastLines(mode: StoreMode, { isNew, name, digest, imageId }: End): object[] {
  if (mode === 'podman') {
    return [{ status: 'Download complete', progressDetail: {}, id: imageId.replace(/^sha256:/, '') }];
  }
  const line = { status: `Digest: ${digest}` };
  const status = isNew ? `Downloaded newer image for ${name}` : `Image is up to date for ${name}`;
  // 26.1 with containerd's store leaves the last line out when all was there (capture …already-have).
  return mode === 'containerd-26' && !isNew ? [line] : [line, { status: `Status: ${status}` }];
}

export function errorLine(message: string): object {
  return { errorDetail: { message }, error: message };
}

function drawBar(current: number, total: number): string {
  const percent = Math.min(current / total, 1) * 50;
  const filled = '='.repeat(Math.max(Math.floor(percent) - (percent < 50 ? 0 : 0), 0));
  const bar = percent >= 50 ? `${'='.repeat(50)}>` : `${filled}>${' '.repeat(Math.max(49 - filled.length, 0))} `;
  return `[${bar}] ${humanSize(current).padStart(8)}/${humanSize(total)}`;
}

/** Four digits and a unit, as Docker has it. */
function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}
