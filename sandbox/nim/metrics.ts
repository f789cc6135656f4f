import type { NimConfig } from './config.ts';
import { counter, createHistogram, gauge } from './prometheus.ts';
import { kvCacheTokens } from './startup-log.ts';

// Names, help texts, labels and buckets as captured from LLM 2.0.6 (vLLM 0.21).
const ttftBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const tokenBuckets = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const latencyBuckets = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const countBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

export type FinishedReason = 'stop' | 'length' | 'abort' | 'error' | 'repetition';

/** One served request, told when it is over. */
export interface ServedRequest {
  reason: FinishedReason;
  promptTokens: number;
  completionTokens: number;
  maxTokens: number;
  ttftSeconds: number | null;
  totalSeconds: number;
}

export interface NimMetrics {
  countHttp(handler: string, method: string, status: number): void;
  prompted(tokens: number): void;
  generated(tokens: number): void;
  served(request: ServedRequest): void;
  render(now: { running: number; cachedTokens: number }): string;
}

export function createMetrics(config: NimConfig): NimMetrics {
  const since = Date.now();
  const labels = { engine: '0', model_name: config.servedNames[0] ?? config.model };
  const finished: Record<FinishedReason, number> = { stop: 0, length: 0, abort: 0, error: 0, repetition: 0 };
  const http = new Map<string, { handler: string; method: string; status: string; count: number }>();
  let promptTokens = 0;
  let generatedTokens = 0;

  const h = {
    prompt: createHistogram('vllm:request_prompt_tokens', 'Number of prefill tokens processed.', countBuckets),
    generation: createHistogram(
      'vllm:request_generation_tokens',
      'Number of generation tokens processed.',
      countBuckets,
    ),
    maxTokens: createHistogram(
      'vllm:request_params_max_tokens',
      'Histogram of the max_tokens request parameter.',
      countBuckets,
    ),
    ttft: createHistogram(
      'vllm:time_to_first_token_seconds',
      'Histogram of time to first token in seconds.',
      ttftBuckets,
    ),
    itl: createHistogram(
      'vllm:inter_token_latency_seconds',
      'Histogram of inter-token latency in seconds.',
      tokenBuckets,
    ),
    perToken: createHistogram(
      'vllm:request_time_per_output_token_seconds',
      'Histogram of time_per_output_token_seconds per request.',
      tokenBuckets,
    ),
    e2e: createHistogram(
      'vllm:e2e_request_latency_seconds',
      'Histogram of e2e request latency in seconds.',
      latencyBuckets,
    ),
    queue: createHistogram(
      'vllm:request_queue_time_seconds',
      'Histogram of time spent in WAITING phase for request.',
      latencyBuckets,
    ),
    prefill: createHistogram(
      'vllm:request_prefill_time_seconds',
      'Histogram of time spent in PREFILL phase for request.',
      latencyBuckets,
    ),
    decode: createHistogram(
      'vllm:request_decode_time_seconds',
      'Histogram of time spent in DECODE phase for request.',
      latencyBuckets,
    ),
    inference: createHistogram(
      'vllm:request_inference_time_seconds',
      'Histogram of time spent in RUNNING phase for request.',
      latencyBuckets,
    ),
  };

  const one = (value: number) => [[labels, value]] as const;

  return {
    countHttp(handler, method, code) {
      const status = `${Math.floor(code / 100)}xx`;
      const key = `${handler} ${method} ${status}`;
      const entry = http.get(key) ?? { handler, method, status, count: 0 };
      entry.count += 1;
      http.set(key, entry);
    },
    prompted: (tokens) => void (promptTokens += tokens),
    generated: (tokens) => void (generatedTokens += tokens),
    served(request) {
      finished[request.reason] += 1;
      h.prompt.observe(request.promptTokens);
      h.generation.observe(request.completionTokens);
      h.maxTokens.observe(request.maxTokens);
      h.e2e.observe(request.totalSeconds);
      h.queue.observe(0);
      h.inference.observe(request.totalSeconds);
      if (request.ttftSeconds === null) return;
      h.ttft.observe(request.ttftSeconds);
      h.prefill.observe(request.ttftSeconds);
      const decode = request.totalSeconds - request.ttftSeconds;
      h.decode.observe(decode);
      const gaps = request.completionTokens - 1;
      if (gaps < 1) return;
      h.itl.observe(decode / gaps, gaps);
      h.perToken.observe(decode / gaps);
    },
    render({ running, cachedTokens }) {
      const memory = process.memoryUsage.rss();
      return [
        gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', [[{}, memory]]),
        gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', [
          [{}, since / 1000],
        ]),
        gauge('vllm:num_requests_running', 'Number of requests in model execution batches.', one(running)),
        gauge('vllm:num_requests_waiting', 'Number of requests waiting to be processed.', one(0)),
        gauge(
          'vllm:kv_cache_usage_perc',
          'KV-cache usage. 1 means 100 percent usage.',
          one(Math.min(1, cachedTokens / kvCacheTokens)),
        ),
        counter(
          'vllm:prefix_cache_queries_total',
          'Prefix cache queries, in terms of number of queried tokens.',
          one(promptTokens),
          since,
        ),
        counter(
          'vllm:prefix_cache_hits_total',
          'Prefix cache hits, in terms of number of cached tokens.',
          one(0),
          since,
        ),
        counter('vllm:num_preemptions_total', 'Cumulative number of preemption from the engine.', one(0), since),
        counter('vllm:prompt_tokens_total', 'Number of prefill tokens processed.', one(promptTokens), since),
        counter('vllm:generation_tokens_total', 'Number of generation tokens processed.', one(generatedTokens), since),
        counter(
          'vllm:request_success_total',
          'Count of successfully processed requests.',
          Object.entries(finished).map(([reason, count]) => [{ ...labels, finished_reason: reason }, count] as const),
          since,
        ),
        ...Object.values(h).map((histogram) => histogram.render(labels, since)),
        gauge('vllm:cache_config_info', 'Information of the LLMEngine CacheConfig', [
          [
            {
              block_size: '16',
              cache_dtype: 'auto',
              enable_prefix_caching: 'True',
              engine: '0',
              gpu_memory_utilization: '0.86',
              num_gpu_blocks: String(kvCacheTokens / 16),
            },
            1,
          ],
        ]),
        counter(
          'http_requests_total',
          'Total number of requests by method, status and handler.',
          [...http.values()].map(({ handler, method, status, count }) => [{ handler, method, status }, count] as const),
          since,
        ),
      ].join('');
    },
  };
}
