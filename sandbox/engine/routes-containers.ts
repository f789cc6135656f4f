import { parseMoment } from './clock.ts';
import type { Container } from './container.ts';
import { containerEntry, inspectContainer, matchesFilters } from './container-view.ts';
import type { Containers } from './containers.ts';
import { EngineError, isTrue, readFilters, route, type Route, sendJson, sendNothing } from './http.ts';
import { openRawStream } from './hijack.ts';
import type { ImageStore } from './image-store.ts';
import type { LogEntry } from './container-log.ts';
import { sendLog } from './log-stream.ts';
import { parseSignal } from './process.ts';
import { statsOf, takeSample } from './stats.ts';

const sampleMs = 1_000;

export function containerRoutes(containers: Containers, images: ImageStore): Route[] {
  const find = (params: Readonly<Record<string, string>>) => containers.get(params['id'] ?? '');
  return [
    route('GET /containers/json', ({ query, response }) => {
      const filters = readFilters(query);
      const limit = Number(query.get('limit') ?? 0);
      const isEvery = isTrue(query, 'all') || limit > 0 || filters.has('status') || filters.has('exited');
      const found = containers
        .all()
        .filter((each) => (isEvery || each.isRunning) && matchesFilters(each, filters, images));
      sendJson(
        response,
        (limit > 0 ? found.slice(0, limit) : found).map((each) => containerEntry(each)),
      );
    }),
    route('POST /containers/create', ({ query, body, response }) => {
      const wanted = typeof body === 'object' && body !== null && 'Image' in body ? String(body.Image) : '';
      const { id } = containers.create(query.get('name'), body, images.get(wanted));
      sendJson(response, { Id: id, Warnings: [] }, 201);
    }),
    route('GET /containers/{id}/json', ({ params, response }) => sendJson(response, inspectContainer(find(params)))),
    route('POST /containers/{id}/start', async ({ params, response }) => {
      await find(params).start();
      sendNothing(response);
    }),
    route('POST /containers/{id}/stop', async ({ params, query, response }) => {
      await find(params).stop(secondsOf(query));
      sendNothing(response);
    }),
    route('POST /containers/{id}/restart', async ({ params, query, response }) => {
      const container = find(params);
      if (container.isRunning) await container.stop(secondsOf(query));
      await container.start();
      container.emit('restart');
      sendNothing(response);
    }),
    route('POST /containers/{id}/kill', ({ params, query, response }) => {
      const name = query.get('signal') ?? 'KILL';
      const signal = parseSignal(name);
      if (signal === null) throw new EngineError(400, `Invalid signal: ${name}`);
      find(params).kill(signal);
      sendNothing(response);
    }),
    route('POST /containers/{id}/wait', async ({ params, query, response, signal }) => {
      const container = find(params);
      const condition = query.get('condition') ?? 'not-running';
      // The client starts the container only when it knows that it is waited for.
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const removed =
        condition === 'removed' && container.spec.removesItself ? removalOf(containers, container.id, signal) : null;
      const code = await container.wait(condition !== 'not-running');
      await removed;
      response.end(`${JSON.stringify({ StatusCode: code })}\n`);
    }),
    route('POST /containers/{id}/rename', ({ params, query, response }) => {
      containers.rename(find(params), query.get('name') ?? '');
      sendNothing(response);
    }),
    route('DELETE /containers/{id}', async ({ params, query, response }) => {
      await containers.remove(find(params), { force: isTrue(query, 'force'), withVolumes: isTrue(query, 'v') });
      sendNothing(response);
    }),
    route('POST /containers/{id}/resize', ({ params, response }) => {
      find(params);
      sendNothing(response, 200);
    }),
    route('GET /containers/{id}/top', ({ params, response }) => {
      const { id, isRunning, state, spec } = find(params);
      if (!isRunning) throw new EngineError(409, `container ${id} is not running`);
      const command = [...spec.entrypoint, ...spec.command].join(' ');
      sendJson(response, {
        Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
        Processes: [[spec.user || 'root', String(state.pid), '1', '0', '00:00', '?', '00:00:00', command]],
      });
    }),
    route('GET /containers/{id}/logs', async (call) => {
      const { query, params, response, signal } = call;
      const container = find(params);
      const outputs = outputsOf(query);
      if (outputs.size === 0) {
        throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
      }
      const { isTty } = container.spec;
      const tail = query.get('tail') ?? 'all';
      const wish = {
        outputs,
        tail: /^\d+$/.test(tail) ? Number(tail) : null,
        since: parseMoment(query.get('since')),
        until: parseMoment(query.get('until')),
        hasStamps: isTrue(query, 'timestamps'),
        isTty,
      };
      openRawStream(call, isTty);
      const follows = isTrue(query, 'follow');
      await sendLog(container.log, wish, response, signal, () => follows && container.isRunning);
      response.end();
    }),
    route('POST /containers/{id}/attach', async (call) => {
      const { query, params, signal } = call;
      const container = find(params);
      const isRunning = container.isRunning;
      const to = openRawStream(call, container.spec.isTty);
      const outputs = outputsOf(query);
      const wish = {
        outputs,
        tail: isTrue(query, 'logs') ? null : 0,
        since: null,
        until: null,
        hasStamps: false,
        isTty: container.spec.isTty,
      };
      if (outputs.size > 0 && isTrue(query, 'stream')) {
        // A client attaches before it starts: then it is the run to come that is shown.
        let hasRun = isRunning;
        await sendLog(container.log, wish, to, signal, () => {
          hasRun ||= container.isRunning || container.state.finishedNano !== null;
          return container.isRunning || !hasRun;
        });
      }
      to.end();
    }),
    route('GET /containers/{id}/stats', ({ params, query, response, signal }) => {
      const container = find(params);
      const isStream = query.get('stream') === null || isTrue(query, 'stream');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      sampleRegularly(container, isStream, isTrue(query, 'one-shot'), signal, (stats, isLast) => {
        response.write(`${JSON.stringify(stats)}\n`);
        if (isLast) response.end();
      });
    }),
  ];
}

function secondsOf(query: URLSearchParams): number | null {
  const text = query.get('t');
  return text === null || text === '' ? null : Number(text);
}

function outputsOf(query: URLSearchParams): Set<LogEntry['output']> {
  return new Set((['stdout', 'stderr'] as const).filter((output) => isTrue(query, output)));
}

async function removalOf(containers: Containers, id: string, signal: AbortSignal): Promise<void> {
  const gone = Promise.withResolvers<void>();
  const stop = containers.onRemove((removed) => {
    if (removed === id) gone.resolve();
  });
  signal.addEventListener('abort', () => gone.resolve(), { once: true });
  await gone.promise;
  stop();
}

/** The engine compares two samples a second apart, so also a single one takes that second (test host 4). */
function sampleRegularly(
  container: Container,
  isStream: boolean,
  isOneShot: boolean,
  signal: AbortSignal,
  send: (stats: object, isLast: boolean) => void,
): void {
  let before = takeSample(container);
  const take = () => {
    const sample = takeSample(container);
    const isLast = !isStream || !container.isRunning;
    if (isLast) clearInterval(timer);
    send(statsOf(container, sample, isOneShot ? null : before), isLast);
    before = sample;
  };
  const timer = setInterval(take, sampleMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  if (!container.isRunning) take();
}
