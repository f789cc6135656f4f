import type { EngineState } from '../../shared/contract/engine.ts';
import type { KnownReadings } from './readings.ts';
import { compareVersions, failed, type Link, ok, seen, unknown, type Verdict, warning } from './verdict.ts';

const kinds = { docker: 'Docker', 'docker-desktop': 'Docker Desktop', podman: 'Podman' };

export function engineWords({ kind, version }: Pick<EngineState, 'kind' | 'version'>): string {
  return [kinds[kind ?? 'docker'], version ?? 'of unknown version'].join(' ');
}

export const connectedEngine = ({ engine }: KnownReadings): EngineState | null =>
  engine?.value?.status === 'connected' ? engine.value : null;

function judgeEngine({ engine, facts }: KnownReadings): Verdict {
  const state = engine?.value;
  if (state === null || state === undefined) return unknown([], engine?.failure ?? null);
  const source =
    state.endpoint === null
      ? null
      : { 'docker-host': 'DOCKER_HOST', 'docker-context': 'Docker context', 'default-socket': 'usual place' }[
          state.endpoint.source
        ];
  if (state.status === 'connected') {
    const evidence = [
      seen(`${engineWords(state)} at ${state.endpoint?.address ?? 'its address'}`, source),
      ...(state.isRootless === true ? [seen('Rootless', 'GET /info')] : []),
    ];
    if (facts?.failure !== null && facts?.failure !== undefined)
      return warning(facts.failure.code, facts.failure.message, evidence);
    if (facts?.value?.osType === 'windows')
      return failed(
        'ENGINE_WINDOWS_CONTAINERS',
        'Docker Desktop is set to Windows containers; a NIM is a Linux container.',
        [...evidence, seen('OSType: windows', 'GET /info')],
      );
    return ok(evidence);
  }
  const { code, message } = state.failure ?? { code: 'ENGINE_UNREACHABLE' as const, message: 'No answer yet.' };
  // One that answers and is too old answers: the next link says so.
  if (code === 'ENGINE_TOO_OLD')
    return ok([seen(`An engine answers at ${state.endpoint?.address ?? 'its address'}.`, source)]);
  return failed(code, message, state.endpoint === null ? [] : [seen(`Tried: ${state.endpoint.address}`, source)]);
}

/** What NIM's own pages name (nim-runtime facts 7), and what CDI and GPU requests need. */
const nimDocker = '24.0';

function judgeEngineVersion({ engine }: KnownReadings): Verdict {
  const state = engine?.value;
  if (state === null || state === undefined) return unknown([], engine?.failure ?? null);
  if (state.failure?.code === 'ENGINE_TOO_OLD')
    return failed('ENGINE_TOO_OLD', state.failure.message, [], {
      against: 'Docker 20.10 (API 1.41), the oldest that Nimdeck can use',
    });
  if (state.status !== 'connected') return unknown([seen('Not known while no engine answers.')]);
  const evidence = [seen(`${engineWords(state)}, API ${state.apiVersion ?? 'unknown'}`, 'GET /version')];
  if (state.kind === 'podman') {
    const against = 'Podman 4.1, the first with CDI; 5.1 for the CDI files of toolkit 1.19 and newer';
    if (state.version === null) return unknown(evidence, null, { against });
    if (compareVersions(state.version, '4.1') < 0)
      return failed('ENGINE_TOO_OLD', `Podman ${state.version} knows no CDI, its only way to a GPU.`, evidence, {
        against,
        remedy: 'Update to Podman 5.1 or newer, or use Docker.',
      });
    if (compareVersions(state.version, '5.1') < 0)
      return warning(
        'ENGINE_TOO_OLD',
        `Podman ${state.version} cannot read the CDI files that Container Toolkit 1.19 and newer write.`,
        evidence,
        { against, remedy: 'Update to Podman 5.1 or newer.' },
      );
    return ok(evidence, against);
  }
  const against = `Docker ${nimDocker}, which NIM’s pages name; Nimdeck itself needs 20.10`;
  if (state.version === null) return unknown(evidence, null, { against });
  if (compareVersions(state.version, nimDocker) < 0)
    return warning(
      'ENGINE_TOO_OLD',
      `Docker ${state.version} is older than ${nimDocker}. GPU requests work since 20.10; NVIDIA has not tried NIMs with it.`,
      evidence,
      { against, remedy: 'Update Docker when you can. Nothing has to be done if NIMs run.' },
    );
  return ok(evidence, against);
}

export const engineLinks: readonly Link[] = [
  { id: 'engine', needs: ['engine', 'facts'], after: [], judge: judgeEngine },
  { id: 'engine-version', needs: ['engine'], after: ['engine'], judge: judgeEngineVersion },
];
