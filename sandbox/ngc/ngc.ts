import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageRecipe } from '../engine/image.ts';
import { type Answer, createListener } from '../registry/listener.ts';
import { sendHtmlPage, sendJson } from '../registry/replies.ts';
import { createTokens } from '../registry/tokens.ts';
import { requestStatus } from './account.ts';
import { answerApi } from './api-server.ts';
import { type NgcBehaviour, usualBehaviour } from './behaviour.ts';
import { isGoodFor, practiceKeys, type Service } from './keys.ts';
import { answerAuthn, answerRegistry } from './registry-server.ts';
import { readRepositories } from './repositories.ts';

export interface NgcOptions {
  /** While it says yes every key is refused. */
  isKeyRefused?: () => boolean;
  /** What nvcr.io has; the catalogue takes sizes and architectures from it, too. */
  images?: readonly ImageRecipe[];
  behaviour?: Partial<NgcBehaviour>;
}

export interface SandboxNgc {
  /** Addresses by the host that each stands in for; `*` for all hosts that nobody stands in for. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The one that is right for everything. */
  readonly key: string;
  /** For `catalog` unless told: images and model files. */
  isRightKey: (key: string, service?: Service) => boolean;
  behaviour: () => NgcBehaviour;
  /** From the next request on. */
  provoke(change: Partial<NgcBehaviour>): void;
  close(): Promise<void>;
}

/** NGC in small, on loopback: api.ngc.nvidia.com, authn.nvidia.com and what of nvcr.io is asked without pulling. */
export async function startNgc({
  isKeyRefused = () => false,
  images = [],
  behaviour: wished = {},
}: NgcOptions = {}): Promise<SandboxNgc> {
  const behaviour = { ...usualBehaviour, ...wished };
  const isRightKey = (key: string, service: Service = 'catalog') => !isKeyRefused() && isGoodFor(key, service);
  const repositories = readRepositories(images);
  const registry = { images, tokens: createTokens(), isRightKey };

  /** What lies on the way of every answer. */
  const behind =
    (answer: Answer): Answer =>
    async (request, response, signal) => {
      if (behaviour.delayMs > 0) await sleep(behaviour.delayMs, undefined, { signal });
      if (behaviour.failure === 'proxy-page') sendHtmlPage(response, 200);
      else if (behaviour.failure === 'rate-limited') {
        sendJson(response, 429, requestStatus('TOO_MANY_REQUESTS', 'Too many requests'));
      } else if (behaviour.failure === 'unavailable') {
        sendJson(response, 503, requestStatus('SERVICE_UNAVAILABLE', 'Service unavailable'));
      } else await answer(request, response, signal);
    };
  const servers = {
    'api.ngc.nvidia.com': createListener(
      behind((request, response) => answerApi({ repositories, behaviour, isRightKey }, request, response)),
    ),
    'authn.nvidia.com': createListener(behind(async (request, response) => answerAuthn(registry, request, response))),
    'nvcr.io': createListener(behind(async (request, response) => answerRegistry(registry, request, response))),
    '*': createListener(async (_request, response) => sendJson(response, 404, { message: 'No stand-in is here.' })),
  };
  await Promise.all(Object.values(servers).map((server) => server.open('127.0.0.1', 0)));

  return {
    hosts: Object.fromEntries(Object.entries(servers).map(([host, server]) => [host, `http://${server.address()}`])),
    key: practiceKeys.right,
    isRightKey,
    behaviour: () => ({ ...behaviour }),
    provoke(change) {
      Object.assign(behaviour, change);
    },
    async close() {
      for (const server of Object.values(servers)) server.close();
    },
  };
}
