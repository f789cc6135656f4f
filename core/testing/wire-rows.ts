/** What a server was seen to send, row by row of the pages that collect it (nim facts 4.3 to 4.5, ngc facts 5.3 and 5.4). */
export interface WireRow {
  /** Page, section and row. */
  row: string;
  status: number;
  type: string;
  /** As the bytes stand on the wire. */
  body: string;
  asker: 'nim' | 'hosted';
  expected: {
    text?: string;
    reasoning?: string;
    calls?: { id: string; name: string; arguments: string }[];
    finish?: string | null;
    promptTokens?: number | null;
    completionTokens?: number | null;
    code?: string;
    message?: string | RegExp;
  };
}

const sse = 'text/event-stream; charset=utf-8';
const json = 'application/json';
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'example/chat-8b' };
const chunk = (delta: object, rest: object = { finish_reason: null }) => ({
  ...head,
  choices: [{ index: 0, delta, logprobs: null, ...rest, token_ids: null }],
});
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const stream = (...events: object[]) => `${events.map(event).join('')}data: [DONE]\n\n`;
const stop = chunk({ content: '' }, { finish_reason: 'stop', stop_reason: null });
const usage = { ...head, choices: [], usage: { prompt_tokens: 12, total_tokens: 14, completion_tokens: 2 } };
const begin = chunk({ role: 'assistant', content: '' });
const hi = [begin, chunk({ content: 'Hi' }), chunk({ content: ' there' })];
const ok = { status: 200, type: sse, asker: 'nim' } as const;
const whole = { status: 200, type: json, asker: 'nim' } as const;
const hiThere = { text: 'Hi there', finish: 'stop' } as const;

const plainChoice = {
  index: 0,
  message: { role: 'assistant', content: 'Hi there' },
  logprobs: null,
  finish_reason: 'stop',
  stop_reason: null,
};
const counts = { prompt_tokens: 12, total_tokens: 14, completion_tokens: 2 };

/** nim-runtime 4.3: the two generations of a reply, and what is known of streams. */
const replies: WireRow[] = [
  {
    ...whole,
    row: 'nim-runtime 4.3 id, message, usage: early 1.x',
    body: JSON.stringify({ ...head, id: 'chat-7b', choices: [plainChoice], usage: counts, prompt_logprobs: null }),
    expected: { ...hiThere, promptTokens: 12, completionTokens: 2 },
  },
  {
    ...whole,
    row: 'nim-runtime 4.3 message: later 1.x / 2.x, reasoning_content null, no calls',
    body: JSON.stringify({
      ...head,
      choices: [{ ...plainChoice, message: { ...plainChoice.message, reasoning_content: null, tool_calls: [] } }],
      usage: { ...counts, prompt_tokens_details: null },
    }),
    expected: { ...hiThere, reasoning: '', calls: [], promptTokens: 12 },
  },
  {
    ...whole,
    row: 'nim-runtime 4.3 message: reasoning_content as text',
    body: JSON.stringify({
      ...head,
      choices: [{ ...plainChoice, message: { ...plainChoice.message, reasoning_content: 'Hm.' } }],
    }),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  ...[null, 128_009, '\n'].map((reason): WireRow => ({
    ...whole,
    row: `nim-runtime 4.3 choice: stop_reason ${JSON.stringify(reason)}`,
    body: JSON.stringify({ ...head, choices: [{ ...plainChoice, stop_reason: reason }] }),
    expected: hiThere,
  })),
  {
    ...ok,
    row: 'nim-runtime 4.3 streaming: chunks, blank lines, [DONE]',
    body: stream(...hi, stop),
    expected: { ...hiThere, promptTokens: null },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 include_usage: a last chunk with choices []',
    body: stream(...hi, stop, usage),
    expected: { ...hiThere, promptTokens: 12, completionTokens: 2 },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 hosted llama: usage chunk unasked, always guard choices[0]',
    body: stream(usage, ...hi, stop, usage),
    asker: 'hosted',
    expected: { ...hiThere, completionTokens: 2 },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 delta.reasoning_content',
    body: stream(begin, chunk({ reasoning_content: 'Hm' }), chunk({ reasoning_content: '.' }), ...hi.slice(1), stop),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 delta.reasoning: the newer name, alone',
    body: stream(begin, chunk({ reasoning: 'Hm.' }), ...hi.slice(1), stop),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 delta.reasoning beside reasoning_content',
    body: stream(begin, chunk({ reasoning: 'Hm.', reasoning_content: 'Hm.' }), ...hi.slice(1), stop),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  {
    ...ok,
    row: 'nim-runtime 4.3 errors after the stream began: a data line with an error object',
    body: stream(...hi, {
      error: { message: 'EngineCore encountered an issue.', type: 'InternalServerError', code: 500 },
    }),
    expected: { text: 'Hi there', code: 'NIM_ENGINE_DIED' },
  },
  {
    ...ok,
    row: 'nim-runtime 10.2 tool-call deltas: a name, then pieces of arguments, two calls',
    body: stream(
      begin,
      chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"Ulm"}' } }] }),
      chunk({ tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'time', arguments: '{}' } }] }),
      chunk({ content: '' }, { finish_reason: 'tool_calls' }),
    ),
    expected: {
      text: '',
      finish: 'tool_calls',
      calls: [
        { id: 'a', name: 'weather', arguments: '{"city":"Ulm"}' },
        { id: 'b', name: 'time', arguments: '{}' },
      ],
    },
  },
];

/** nim-runtime 4.5, and the rule of its last line. */
const errorBodies: [row: string, status: number, body: object, code: string, message: string | RegExp][] = [
  [
    'wrong model, flat',
    404,
    { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', param: null, code: 404 },
    'MODEL_NOT_SERVED',
    'The model `x` does not exist.',
  ],
  [
    'wrong model, nested',
    404,
    { error: { message: "The model 'x' does not exist.", type: 'NotFoundError', code: 404 } },
    'MODEL_NOT_SERVED',
    "The model 'x' does not exist.",
  ],
  [
    'tools without parser (2.x)',
    400,
    {
      object: 'error',
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'TOOLS_NOT_ENABLED',
    /^"auto" tool choice/,
  ],
  [
    'extra field in a tool definition (1.x)',
    400,
    { object: 'error', message: "[{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'function', 'strict')}]" },
    'MODEL_REFUSED',
    /extra_forbidden/,
  ],
  [
    'validation (1.x FastAPI)',
    422,
    { detail: [{ loc: ['body', 'temperature'], msg: 'must be at most 2', type: 'x' }] },
    'MODEL_REFUSED',
    'body.temperature: must be at most 2',
  ],
  ['validation, detail as a text', 400, { detail: 'No.' }, 'MODEL_REFUSED', 'No.'],
  [
    'engine dead',
    500,
    { message: 'Engine loop is not running. Inspect the stacktrace to find the original error: RuntimeError()' },
    'NIM_ENGINE_DIED',
    /^Engine loop is not running/,
  ],
  [
    'not ready',
    503,
    { object: 'error', message: 'Service in unhealthy', type: 'ServiceUnavailableError', param: null, code: 503 },
    'NIM_NOT_READY',
    'Service in unhealthy',
  ],
];
const refusals = errorBodies.map(([row, status, body, code, message]): WireRow => ({
  row: `nim-runtime 4.5 ${row}`,
  status,
  type: json,
  body: JSON.stringify(body),
  asker: 'nim',
  expected: { code, message },
}));
refusals.push(
  {
    row: 'nim-runtime 4.5 proxy up, engine not: HTML, not JSON',
    status: 502,
    type: 'text/html',
    body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n',
    asker: 'nim',
    expected: { code: 'NIM_NOT_READY', message: 'The NIM answered with HTTP 502.' },
  },
  {
    row: 'nim-runtime 4.5 parser rule: then the raw text',
    status: 400,
    type: 'text/plain',
    body: 'not today\n',
    asker: 'nim',
    expected: { code: 'MODEL_REFUSED', message: 'not today' },
  },
);

const problem = 'application/problem+json';
const notForAccount = "Function '5a1d0000-0000-4000-8000-000000000001': Not found for account 'someone'";
/** ngc 5.3, in the bodies that stand there. */
const hostedRefusals: WireRow[] = (
  [
    ['401', 401, json, '{"detail":"Authentication failed"}', 'NGC_KEY_REJECTED', 'Authentication failed'],
    [
      '403',
      403,
      problem,
      '{"status":403,"title":"Forbidden","detail":"Authorization failed"}',
      'KEY_NOT_ENTITLED',
      'Authorization failed',
    ],
    [
      '404 not for this account',
      404,
      json,
      JSON.stringify({ status: 404, title: 'Not Found', detail: notForAccount }),
      'KEY_NOT_ENTITLED',
      notForAccount,
    ],
    ['404 other text', 404, 'text/plain', '404 page not found\n', 'MODEL_NOT_SERVED', '404 page not found'],
    [
      '410',
      410,
      json,
      '{"type":"about:blank","title":"Gone","status":410,"detail":"The model \'x/y\' has reached its end of life on 2026-08-26T09:00:00Z and is no longer available."}',
      'MODEL_RETIRED',
      /end of life on 2026-08-26/,
    ],
    ['429', 429, json, '{"status":429,"title":"Too Many Requests"}', 'QUOTA_EXCEEDED', 'Too Many Requests'],
    [
      '400 nested',
      400,
      json,
      '{"error":{"message":"Bad value.","type":"BadRequestError","param":null,"code":400}}',
      'MODEL_REFUSED',
      'Bad value.',
    ],
    ['400 where error is not an object', 400, json, '{"error":"Bad value."}', 'MODEL_REFUSED', 'Bad value.'],
    ['5xx plain text', 502, 'text/plain', 'upstream connect error', 'SERVER_UNAVAILABLE', 'upstream connect error'],
    ['5xx empty', 500, 'text/plain', '', 'SERVER_UNAVAILABLE', 'NVIDIA’s hosted API answered with HTTP 500.'],
    ['402', 402, json, '{"status":402,"title":"Payment Required"}', 'QUOTA_EXCEEDED', 'Payment Required'],
  ] as const
).map(([row, status, type, body, code, said]) => ({
  row: `ngc 5.3 ${row}`,
  status,
  type,
  body,
  asker: 'hosted',
  expected: { code, message: said },
}));

const hosted = { ...ok, asker: 'hosted' } as const;
/** ngc 5.4, and what standards of the wire allow beside it. */
const hostedReplies: WireRow[] = [
  {
    ...hosted,
    row: 'ngc 5.4 stream: usage in a last chunk with choices []',
    body: stream(...hi, stop, usage),
    expected: { ...hiThere, promptTokens: 12 },
  },
  {
    ...hosted,
    row: 'ngc 5.4 extra fields: nvext, token_ids, kv_transfer_params, service_tier are ignored',
    body: stream(
      { ...chunk({ content: 'Hi there', nvext: { x: 1 } }), nvext: {}, service_tier: null, kv_transfer_params: null },
      { ...stop, prompt_logprobs: null, prompt_token_ids: [1, 2] },
    ),
    expected: hiThere,
  },
  {
    ...hosted,
    row: 'ngc 5.4 reasoning_content null when not reasoning',
    body: stream(chunk({ content: 'Hi there', reasoning_content: null }), stop),
    expected: { ...hiThere, reasoning: '' },
  },
  {
    ...hosted,
    row: 'ngc 5.4 reasoning as reasoning_content',
    body: stream(chunk({ reasoning_content: 'Hm.' }), ...hi.slice(1), stop),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  {
    ...hosted,
    row: 'ngc 5.4 reasoning as reasoning',
    body: stream(chunk({ reasoning: 'Hm.' }), ...hi.slice(1), stop),
    expected: { ...hiThere, reasoning: 'Hm.' },
  },
  {
    ...hosted,
    row: 'ngc 5.4 reasoning inside <think> tags, the tags cut',
    body: stream(
      ...['<th', 'ink>', '\nHm', '.\n</thi', 'nk>\n', '\nHi', ' there'].map((content) => chunk({ content })),
      stop,
    ),
    expected: { ...hiThere, reasoning: '\nHm.\n' },
  },
  {
    ...hosted,
    row: 'ngc 5.4 model with the prefix stg/',
    body: stream(...hi.map((each) => ({ ...each, model: 'stg/example/chat-8b' })), stop),
    expected: hiThere,
  },
  {
    ...hosted,
    row: 'ngc 5.4 stream with comments',
    body: `: OK\n\n${hi.map((each) => `: ping\n${event(each)}`).join('')}:\n\n${event(stop)}data: [DONE]\n\n`,
    expected: hiThere,
  },
  {
    ...hosted,
    row: 'ngc 5.4 stream with CRLF',
    body: stream(...hi, stop).replaceAll('\n', '\r\n'),
    expected: hiThere,
  },
  {
    ...hosted,
    row: 'ngc 5.4 stream, characters of several bytes (read cut at every byte)',
    body: stream(chunk({ content: 'Grüße 🙂 ' }), chunk({ content: '日本語' }), stop),
    expected: { text: 'Grüße 🙂 日本語', finish: 'stop' },
  },
  {
    ...hosted,
    row: 'ngc 5.4 stream: a web page in its place',
    type: 'text/html; charset=utf-8',
    body: '<!DOCTYPE html><html><body>Web gateway</body></html>',
    expected: { code: 'PROXY_PAGE' },
  },
];

export const wireRows: readonly WireRow[] = [...replies, ...refusals, ...hostedRefusals, ...hostedReplies];
