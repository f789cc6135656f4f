import { describe, expect, it } from 'vitest';
import { nimMetrics } from '../../shared/contract/metrics.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { parseMetrics } from './parse-metrics.ts';

const page = (...lines: string[]) => parseMetrics(lines.join('\n')).metrics;

describe('parseMetrics', () => {
  it('sums over label sets, and takes 0 for 0 and nothing for null', () => {
    const metrics = page(
      '# HELP vllm:num_requests_running Number of requests.',
      '# TYPE vllm:num_requests_running gauge',
      'vllm:num_requests_running{engine="0",model_name="a"} 2.0',
      'vllm:num_requests_running{engine="1",model_name="a"} 3.0',
      'vllm:num_requests_waiting{engine="0",model_name="a"} 0.0',
      'vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 7.0',
      'vllm:generation_tokens_total{engine="0",model_name="a"} 1.5e+03',
      'vllm:generation_tokens_created{engine="0",model_name="a"} 1.784e+09',
    );
    expect(metrics).toEqual({
      family: 'vllm',
      running: 5,
      waiting: 0,
      kvCacheUsage: null,
      promptTokens: null,
      generationTokens: 1500,
      ttft: null,
      itl: null,
      e2e: null,
    });
  });

  it('takes one of two names for the same thing, and of several engines the cache that is fullest', () => {
    const metrics = page(
      'vllm:gpu_cache_usage_perc{engine="0"} 0.9',
      'vllm:kv_cache_usage_perc{engine="0"} 0.4',
      'vllm:kv_cache_usage_perc{engine="1"} 0.2',
    );
    expect(metrics.kvCacheUsage).toBe(0.4);
  });

  it('interpolates inside the bucket, over all label sets', () => {
    const bucket = (engine: number, le: string, count: number) =>
      `vllm:time_to_first_token_seconds_bucket{engine="${engine}",le="${le}"} ${count}`;
    const { ttft } = page(
      ...[0, 1].flatMap((engine) => [bucket(engine, '0.1', 10), bucket(engine, '0.2', 40), bucket(engine, '+Inf', 50)]),
      'vllm:time_to_first_token_seconds_count{engine="0"} 50',
      'vllm:time_to_first_token_seconds_count{engine="1"} 50',
      'vllm:time_to_first_token_seconds_created{engine="0"} 1.78e+09',
    );
    // The 50th of 100 lies 30 of 60 into the bucket from 0.1 to 0.2; the 95th beyond the last bound.
    expect(ttft).toEqual({ count: 100, p50: 0.15000000000000002, p95: 0.2, p99: 0.2 });
  });

  it('knows no quantiles of a histogram without observations', () => {
    const { itl } = page(
      'vllm:inter_token_latency_seconds_bucket{le="0.1"} 0.0',
      'vllm:inter_token_latency_seconds_bucket{le="+Inf"} 0.0',
      'vllm:inter_token_latency_seconds_count 0.0',
    );
    expect(itl).toEqual({ count: 0, p50: null, p95: null, p99: null });
  });

  it.each([
    ['vllm', 'vllm:prompt_tokens_total 1'],
    ['vllm', 'num_requests_running 1'],
    ['trtllm', 'trtllm_request_success_total 1'],
    ['triton', 'nv_inference_request_success{model="m",version="1"} 1'],
    ['nim', 'process_cpu_seconds_total 1'],
  ])('family %s: %s', (family, line) => expect(page(line).family).toBe(family));

  it('reads a page as it was saved: from compose, with CRLF and colours, prose before it, labels with odd characters', () => {
    const metrics = page(
      'Here are the metrics you asked for:',
      '$ curl -s localhost:8000/v1/metrics',
      'nim-1  | vllm:num_requests_running{model_name="a \\"b\\" {c}, d\\\\"} 4 1784014739710\r',
      '\u001b[32mvllm:num_requests_waiting{engine="0"} 1\u001b[0m\r',
      'vllm:kv_cache_usage_perc{engine="0"} NaN',
    );
    expect(metrics).toMatchObject({ running: 4, waiting: 1, kvCacheUsage: null });
    expect(parseMetrics('nothing of the kind\n').hasSeries).toBe(false);
  });
});

const folder = captureFolder('nim');

describe.skipIf(folder === null)('recorded pages (skipped where the captures are missing)', () => {
  const read = (file: string) => nimMetrics.parse(parseMetrics(readCapture(folder ?? '', file)).metrics);
  const idle = { count: 0, p50: null, p95: null, p99: null };

  it('LLM 2.0.6, that nobody has asked anything yet', () => {
    expect(read('metrics-llm-2.0.6-llama-3.1-8b.txt')).toEqual({
      family: 'vllm',
      running: 0,
      waiting: 0,
      kvCacheUsage: 0,
      promptTokens: 0,
      generationTokens: 0,
      ttft: idle,
      itl: idle,
      e2e: idle,
    });
  });

  it('the variant of 1.0.0', () => {
    expect(read('metrics-llm-1.0.0-nemotron-nano-9b-v2-dgx-spark.txt')).toMatchObject({
      family: 'vllm',
      running: 0,
      kvCacheUsage: 0,
      ttft: { count: expect.any(Number) as number },
      itl: { count: expect.any(Number) as number },
    });
  });

  it.each(['embed-1.13.0-llama-nemotron-embed-300m-v2', 'rerank-1.10.0-llama-nemotron-rerank-500m-v2'])(
    '%s counts neither tokens nor a queue',
    (name) => {
      expect(read(`metrics-${name}.txt`)).toEqual({
        family: 'nim',
        running: null,
        waiting: null,
        kvCacheUsage: null,
        promptTokens: null,
        generationTokens: null,
        ttft: null,
        itl: null,
        e2e: null,
      });
    },
  );
});
