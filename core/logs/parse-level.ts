import type { LogLevel } from '../../shared/contract/logs.ts';
import { withoutAnsi } from '../lib/ansi.ts';

const byWord: Readonly<Record<string, LogLevel>> = {
  TRACE: 'info',
  DEBUG: 'info',
  INFO: 'info',
  NOTICE: 'info',
  I: 'info',
  V: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  W: 'warning',
  ERR: 'error',
  ERROR: 'error',
  CRIT: 'error',
  CRITICAL: 'error',
  ALERT: 'error',
  EMERG: 'error',
  FATAL: 'error',
  PANIC: 'error',
  E: 'error',
  F: 'error',
};
const word = 'TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|ERR|CRITICAL|CRIT|ALERT|EMERG|FATAL|PANIC';

/** `(EngineCore pid=90) ` of vLLM, then a date: `2026-07-14T07:50:31Z `, `2024-07-23 22:27:23,428 - `, `2026/07/14 07:41:30 `. */
const prefix =
  /^\s*(?:\([^()]{1,60}\)\s*)?(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?\s*(?:[-|]\s*)?)?/;

const shapes: readonly RegExp[] = [
  // vLLM, nimlib, uvicorn: `INFO 07-23 …`, `WARNING 2026-…`, `ERROR: …`, `INFO:uvicorn.error:…`
  new RegExp(`^(${word})(?=[\\s:|\\]-]|$)`),
  // Triton and glog: `E0101 12:00:00.1 7 file.cc:9] …`; c10d: `[W714 07:44:47.8 file.cpp:9] …`
  /^\[?([IWEF])\d{3,4} \d\d:\d\d/,
  // `[INFO] …`, nginx's `[error] …`, `[TensorRT-LLM][ERROR] …`, `[TRT-LLM] [W] …`, onnxruntime's `[W:onnxruntime:…`
  new RegExp(`^(?:\\[[\\w .-]{1,40}\\]\\s*){0,2}\\[(${word}|[IWEFV])(?:\\]|:)`, 'i'),
  // Plain words: `error: …`, `Fatal: …`
  new RegExp(`^(${word}):\\s`, 'i'),
];
/** What Python prints at the end of a traceback, and its begin. */
const exception = /^(?:[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)(?::|$)|Traceback \(most recent call last\))/;
/** `…/uniproc_executor.py:70: UserWarning: …` */
const pythonWarning = /^\S+\.py:\d+: \w*Warning: /;
/** `NIM_JSONL_LOGGING` (nim facts 3.4) and other structured logs. */
const jsonLevel = /"(?:level|levelname|severity)"\s*:\s*"(\w+)"/i;

/** Read once, when a line is collected. Lines without a level of their own (banners, the inside of a traceback) are `other`. */
export function parseLevel(text: string): LogLevel {
  // The two commonest beginnings, without a regular expression.
  if (text.startsWith('INFO ') || text.startsWith('INFO:')) return 'info';
  const head = withoutAnsi(text.length > 300 ? text.slice(0, 300) : text);
  if (head.startsWith('{')) return levelOf(jsonLevel.exec(text.slice(0, 4096))?.[1]);

  const rest = head.slice(prefix.exec(head)?.[0].length ?? 0);
  for (const shape of shapes) {
    const found = shape.exec(rest);
    if (found !== null) return levelOf(found[1]);
  }
  if (exception.test(rest)) return 'error';
  return pythonWarning.test(rest) ? 'warning' : 'other';
}

function levelOf(name: string | undefined): LogLevel {
  return byWord[name?.toUpperCase() ?? ''] ?? 'other';
}
