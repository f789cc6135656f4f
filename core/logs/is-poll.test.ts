import { expect, test } from 'vitest';
import { isPollLine } from './is-poll.ts';

test.each([
  // vLLM 2.x, uvicorn of 1.x, a proxy's access log, nimlib
  '(APIServer pid=35) INFO:     172.17.0.1:51234 - "GET /v1/health/ready HTTP/1.1" 200 OK',
  'INFO 07-23 22:28:11.338 httptools_impl.py:481] 172.17.0.1:40936 - "GET /v1/health/ready HTTP/1.1" 503',
  '172.17.0.1 - - [24/Nov/2026:15:09:01 +0000] "GET /v1/health/live HTTP/1.1" 200 60 "-" "-"',
  'INFO:     127.0.0.1:1 - "GET /v1/metrics HTTP/1.1" 200 OK',
  'INFO:     127.0.0.1:1 - "GET /metrics HTTP/1.1" 200 OK',
  'INFO:     127.0.0.1:1 - "GET /health HTTP/1.1" 200 OK',
])('is a poll: %s', (line) => expect(isPollLine(line)).toBe(true));

test.each([
  'INFO:     127.0.0.1:1 - "POST /v1/chat/completions HTTP/1.1" 200 OK',
  'INFO:     127.0.0.1:1 - "GET /v1/models HTTP/1.1" 200 OK',
  'INFO:     127.0.0.1:1 - "GET /v1/healthy HTTP/1.1" 404 Not Found',
  'Route: /v1/health/ready, Methods: GET',
  'GET /v1/health/ready failed',
  `"GET /v1/health/ready HTTP/1.1"${'x'.repeat(400)}`,
])('is none: %s', (line) => expect(isPollLine(line)).toBe(false));
