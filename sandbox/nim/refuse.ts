import type { ServerResponse } from 'node:http';
import { badGatewayPage, unhealthyBody } from './errors.ts';
import { engineDead } from './failure-log.ts';

interface Reply {
  status: number;
  type: string;
  body: string;
}

const json = (status: number, body: object): Reply => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});

/**
 * Every shape in which a request was seen to be refused (nim facts 4.5, ngc facts 5.3), by the word behind `/refuse` in
 * the last message: whatever is asked, that is the reply.
 */
export const refusals: Readonly<Record<string, Reply>> = {
  flat: json(404, {
    object: 'error',
    message: 'The model `x` does not exist.',
    type: 'NotFoundError',
    param: null,
    code: 404,
  }),
  nested: json(404, { error: { message: "The model 'x' does not exist.", type: 'NotFoundError', code: 404 } }),
  tools: json(400, {
    object: 'error',
    message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    type: 'BadRequestError',
    param: null,
    code: 400,
  }),
  extra: json(400, {
    object: 'error',
    message:
      "[{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'function', 'strict'), 'msg': 'Extra inputs are not permitted', 'input': True}]",
    type: 'BadRequestError',
    param: null,
    code: 400,
  }),
  fastapi: json(422, {
    detail: [
      {
        type: 'less_than_equal',
        loc: ['body', 'temperature'],
        msg: 'Input should be less than or equal to 2',
        input: 7,
      },
    ],
  }),
  context: json(400, {
    error: {
      message:
        "This model's maximum context length is 8192 tokens. However, you requested 9000 output tokens. Please reduce the length of the messages.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  }),
  dead: json(500, { object: 'error', message: engineDead, type: 'InternalServerError', param: null, code: 500 }),
  html: { status: 502, type: 'text/html', body: badGatewayPage },
  unhealthy: json(503, unhealthyBody),
  detail: json(401, { detail: 'Authentication failed' }),
  problem: {
    status: 403,
    type: 'application/problem+json',
    body: JSON.stringify({ status: 403, title: 'Forbidden', detail: 'Authorization failed' }),
  },
  title: json(429, { status: 429, title: 'Too Many Requests' }),
  word: json(400, { error: 'temperature must not be 7' }),
  text: { status: 500, type: 'text/plain; charset=utf-8', body: 'Internal Server Error\n' },
  empty: { status: 500, type: 'text/plain; charset=utf-8', body: '' },
};

/** @returns false where no such shape is known */
export function refuseAs(name: string, response: ServerResponse): boolean {
  const reply = refusals[name];
  if (reply === undefined) return false;
  response.writeHead(reply.status, { 'content-type': reply.type, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
  return true;
}
