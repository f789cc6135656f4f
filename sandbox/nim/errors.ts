import type { NimConfig } from './config.ts';
import { engineDead } from './failure-log.ts';

export interface Refusal {
  status: number;
  type: string;
  message: string;
  param: string | null;
  /** FastAPI's list takes the place of everything else. */
  detail?: { type: string; loc: (string | number)[]; msg: string }[];
}

export function isRefusal(value: object): value is Refusal {
  return 'status' in value && 'type' in value;
}

/** Nested is what newer vLLM sends, flat what older ones did. */
export function errorBody(refusal: Refusal, shape: NimConfig['errorShape']): object {
  const { message, type, param, status: code, detail } = refusal;
  if (detail !== undefined) return { detail };
  return shape === 'flat' ? { object: 'error', message, type, param, code } : { error: { message, type, param, code } };
}

export function badRequest(message: string, param: string | null = null): Refusal {
  return { status: 400, type: 'BadRequestError', message, param };
}

/** A field that is missing or cannot be: 1.x lets FastAPI say it, 2.x puts the same into a message. */
export function invalidValue(
  { validation }: Pick<NimConfig, 'validation'>,
  loc: string[],
  msg: string,
  type: string,
): Refusal {
  const place = loc.map((name) => (/^\d+$/.test(name) ? Number(name) : name));
  if (validation === 'fastapi') {
    return { status: 422, type: 'validation', message: msg, param: null, detail: [{ type, loc: place, msg }] };
  }
  const shown = loc.map((name) => (/^\d+$/.test(name) ? name : `'${name}'`)).join(', ');
  return badRequest(`[{'type': '${type}', 'loc': (${shown}), 'msg': '${msg}'}]`);
}

export function modelNotFound(model: string, config: NimConfig): Refusal {
  const quoted = config.errorShape === 'flat' ? `\`${model}\`` : `'${model}'`;
  return { status: 404, type: 'NotFoundError', message: `The model ${quoted} does not exist.`, param: null };
}

/** In the words of Python's parser, at about its place. */
export function invalidJson(text: string): Refusal {
  return badRequest(
    `[{'type': 'json_invalid', 'loc': ('body', ${text.length}), 'msg': 'JSON decode error', 'input': {}, 'ctx': {'error': 'Expecting value'}}]`,
  );
}

export function contextTooLong(config: NimConfig, promptTokens: number, outputTokens: number): Refusal {
  return badRequest(
    `This model's maximum context length is ${config.maxModelLength} tokens. However, you requested ${outputTokens} output tokens and your prompt contains at least ${promptTokens} input tokens, for a total of at least ${promptTokens + outputTokens} tokens. Please reduce the length of the input prompt or the number of requested output tokens.`,
    'input_tokens',
  );
}

export function engineIsDead(): Refusal {
  return { status: 500, type: 'InternalServerError', message: engineDead, param: null };
}

/** As captured from a NIM whose engine had died while the container went on running. */
export const unhealthyBody = {
  object: 'error',
  message: 'Service in unhealthy',
  type: 'ServiceUnavailableError',
  param: null,
  code: 503,
};

/** The page of the proxy in front, with its line ends; Ubuntu 24.04 is the base since 2.0.5. */
export const badGatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.24.0 (Ubuntu)</center>
</body>
</html>
`.replaceAll('\n', '\r\n');
