import type { NimConfig } from './config.ts';
import { apiServer, engineCore, type ContainerLog } from './log.ts';
import type { Profile } from './profiles.ts';

/** Resolves early, by rejecting, when the container is stopped. */
export type Wait = (seconds: number) => Promise<void>;

// Text of our own in the shape of the start-up log of LLM 2.0.6 (warm cache, DGX Spark); the INFO lines of vLLM, which
// that capture's level hides, are shaped after the nimlib image of the same day.

export function printBanner(config: NimConfig, log: ContainerLog): void {
  log.out(`
=================================================
== NVIDIA Inference Microservice LLM / VLM NIM ==
=================================================

NVIDIA Inference Microservice LLM / VLM NIM Version ${config.version}

This is the stand-in of Nimdeck's sandbox: no model, no GPU, and no software of NVIDIA.

A NIM prints its copyright and the licence of the container here
(https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-software-and-model-evaluation-license/)
A copy of the licence can be found under /opt/nim/LICENSE.

The licence of the model follows. ADDITIONAL INFORMATION: Example Community License Agreement (https://example.com/license\\_1/).

`);
}

export function printSelection(log: ContainerLog, profile: Profile): void {
  const tags = `{'feat_lora': '${profile.hasLora}', 'llm_engine': 'vllm', 'pp': '1', 'precision': '${profile.precision}', 'tp': '1'}`;
  log.nim('INFO', 'selector.py:164', `Matched profile_id in manifest: ${profile.id} with tags: ${tags}`);
  log.nim('INFO', 'nim_sdk.py:313', `Selected profile: ${profile.id} (${profile.name})`);
  log.nim('INFO', 'nim_sdk.py:326', `Downloading manifest profile: ${profile.id}`);
}

export function printSummary(config: NimConfig, log: ContainerLog, profile: Profile, port: number): void {
  log.nim(
    'WARNING',
    'classification.py:758',
    'GPU memory in use (free=0.91): clamping gpu_memory_utilization 0.92 -> 0.86',
  );
  const options = `{'message': 'Starting inference server', 'port': ${port}, 'host': '0.0.0.0', 'log_level': '${config.logLevel.toLowerCase()}', 'SSL': 'disabled'}`;
  log.nim('INFO', 'serve.py:135', options);
  log.out(`Starting vLLM v0.21.0
  Model:     ${config.model}
  Precision: ${profile.precision}
  TP/PP:     1/1
  CPU:       3 cores
  Port:      ${port}
  OpenAPI:   http://localhost:${port}/docs (interactive)

`);
}

export async function loadEngine(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  const step = config.seconds.engine / 4;
  await wait(step);
  for (const name of ['VLLM_BUILD_URL', 'VLLM_IMAGE_TAG', 'VLLM_BUILD_PIPELINE', 'VLLM_BUILD_COMMIT']) {
    log.vllm(apiServer, 'WARNING', 'envs.py:1866', `Unknown vLLM environment variable detected: ${name}`);
  }
  log.vllm(apiServer, 'INFO', 'api_server.py:612', 'vLLM API server version 0.21.0');
  log.vllm(apiServer, 'INFO', 'model.py:541', 'Resolved architecture: LlamaForCausalLM');
  log.vllm(apiServer, 'INFO', 'model.py:1518', `Using max model len ${config.maxModelLength}`);
  await wait(step);
  log.vllm(
    apiServer,
    'WARNING',
    'modelopt.py:382',
    'Detected ModelOpt fp8 checkpoint (quant_algo=FP8). Please note that the format is experimental and could change.',
  );
  log.vllm(apiServer, 'INFO', 'scheduler.py:222', 'Chunked prefill is enabled with max_num_batched_tokens=8192.');
  await wait(step);
  log.vllm(
    engineCore,
    'INFO',
    'core.py:76',
    `Initializing a V1 LLM engine (v0.21.0) with config: model='${config.cachePath}/tmp/nim_sandbox', dtype=torch.bfloat16, max_seq_len=${config.maxModelLength}, quantization=modelopt`,
  );
  log.err(
    `${engineCore}/usr/local/lib/python3.12/dist-packages/vllm/v1/executor/uniproc_executor.py:70: UserWarning: Failed to get the IP address, using 0.0.0.0 by default. The value can be set by the environment variable VLLM_HOST_IP or HOST_IP.\n`,
  );
  log.err(`${engineCore}  distributed_init_method = get_distributed_init_method(get_ip(), get_open_port())\n`);
  await wait(step);
  const now = new Date();
  const stamp = `${now.getUTCMonth() + 1}${String(now.getUTCDate()).padStart(2, '0')} ${now.toISOString().slice(11, 23)}`;
  log.err(`[W${stamp}497421 socket.cpp:207] [c10d] The hostname of the client socket cannot be retrieved. err=-3\n`);
  log.vllm(
    engineCore,
    'INFO',
    'parallel_state.py:1165',
    'rank 0 in world size 1 is assigned as DP rank 0, PP rank 0, TP rank 0, EP rank 0',
  );
}

const clock = (seconds: number) =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export function printShard(log: ContainerLog, loaded: 0 | 1 | 2, seconds: number): void {
  const each = seconds / 2;
  const times =
    loaded === 0 ? '00:00<?, ?it/s' : `${clock(each * loaded)}<${clock(each * (2 - loaded))}, ${each.toFixed(2)}s/it`;
  const percent = String(loaded * 50).padStart(3);
  log.err(`${engineCore}\rLoading safetensors checkpoint shards: ${percent}% Completed | ${loaded}/2 [${times}]\n`);
}

export async function loadWeights(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  const { weights } = config.seconds;
  log.vllm(
    engineCore,
    'INFO',
    'gpu_model_runner.py:4120',
    `Starting to load model ${config.cachePath}/tmp/nim_sandbox...`,
  );
  printShard(log, 0, weights);
  await wait(weights / 2);
  printShard(log, 1, weights);
  await wait(weights / 2);
  printShard(log, 2, weights);
  printShard(log, 2, weights);
  log.err(`${engineCore}\n`);
  log.vllm(engineCore, 'INFO', 'default_loader.py:291', `Loading weights took ${weights.toFixed(2)} seconds`);
  log.vllm(
    engineCore,
    'INFO',
    'gpu_model_runner.py:4189',
    `Model loading took 8.4902 GiB memory and ${(weights + 0.4).toFixed(6)} seconds`,
  );
}

export async function compile(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  const seconds = config.seconds.compile;
  log.vllm(
    engineCore,
    'INFO',
    'backends.py:539',
    "Using cache directory: /tmp/vllm/cache/torch_compile_cache/2ba4f62aae/rank_0_0/backbone for vLLM's torch.compile",
  );
  await wait(seconds * 0.8);
  log.vllm(engineCore, 'INFO', 'monitor.py:34', `torch.compile takes ${(seconds * 0.8).toFixed(2)} s in total`);
  await wait(seconds * 0.2);
}

/** 24,770 blocks of 16 tokens, 0.125 GiB per 1,024 tokens: as `vllm:cache_config_info` of the captured run has it. */
export const kvCacheTokens = 396_320;

export async function allocateCache(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  await wait(config.seconds.kvCache);
  const length = config.maxModelLength.toLocaleString('en-US');
  const concurrency = (kvCacheTokens / config.maxModelLength).toFixed(2);
  log.vllm(engineCore, 'INFO', 'gpu_worker.py:298', 'Available KV cache memory: 48.38 GiB');
  log.vllm(
    engineCore,
    'INFO',
    'kv_cache_utils.py:1028',
    `GPU KV cache size: ${kvCacheTokens.toLocaleString('en-US')} tokens`,
  );
  log.vllm(
    engineCore,
    'INFO',
    'kv_cache_utils.py:1032',
    `Maximum concurrency for ${length} tokens per request: ${concurrency}x`,
  );
}

const eighths = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(done: number, total: number): string {
  const filled = (done / total) * 10;
  const whole = '█'.repeat(Math.floor(filled));
  return (done === total ? whole : whole + (eighths[Math.floor((filled % 1) * 8)] ?? ' ')).padEnd(10);
}

/** One line that only carriage returns divide, kilobytes long before its end comes. */
async function printProgressLine(log: ContainerLog, title: string, total: number, seconds: number, wait: Wait) {
  log.err(engineCore);
  const rate = total / Math.max(seconds, 0.05);
  for (let done = 0; done <= total; done = done === total ? total + 1 : Math.min(done + 2, total)) {
    const left = done === 0 ? '?, ?it/s' : `00:0${Math.ceil((total - done) / rate)}, ${rate.toFixed(2)}it/s`;
    const percent = String(Math.round((done / total) * 100)).padStart(3);
    const spent = `00:0${Math.floor(done / rate)}`;
    log.err(`\r${title}: ${percent}%|${bar(done, total)}| ${done}/${total} [${spent}<${left}]`);
    await wait((2 / total) * seconds);
  }
  log.err('\n');
}

export async function captureGraphs(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  const { graphs } = config.seconds;
  await printProgressLine(log, 'Capturing CUDA graphs (mixed prefill-decode, PIECEWISE)', 51, graphs * 0.65, wait);
  await printProgressLine(log, 'Capturing CUDA graphs (decode, FULL)', 35, graphs * 0.35, wait);
  log.vllm(
    engineCore,
    'INFO',
    'gpu_model_runner.py:5012',
    `Graph capturing finished in ${Math.round(graphs)} secs, took 0.42 GiB`,
  );
}

/** There is no "Uvicorn running" line in 2.x. */
export async function startServing(config: NimConfig, log: ContainerLog, wait: Wait): Promise<void> {
  await wait(config.seconds.warmUp);
  log.vllm(
    apiServer,
    'WARNING',
    'model.py:1454',
    "Default vLLM sampling parameters have been overridden by the model's `generation_config.json`: `{'temperature': 0.6, 'top_p': 0.9}`. If this is not intended, please relaunch vLLM instance with `--generation-config vllm`.",
  );
  log.err(`${apiServer}INFO:     Started server process [35]\n`);
  log.err(`${apiServer}INFO:     Waiting for application startup.\n`);
  log.err(`${apiServer}INFO:     Application startup complete.\n`);
}
