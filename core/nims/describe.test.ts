import { describe, expect, it } from 'vitest';
import { nimDetails } from '../../shared/contract/nims.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { toDetails, type DetailParts, type NimAnswers } from './describe.ts';

const reference = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6';
const key = `nvapi-${'k'.repeat(64)}`;
const nothingSaid: NimAnswers = { profileId: null, profileName: null, contextTokens: null, logLines: [] };

const container = (config: object = {}, more: object = {}) => ({
  Id: 'c0'.repeat(32),
  Name: '/llama',
  Created: '2026-11-24T15:00:00Z',
  Image: 'sha256:31e3',
  State: { Running: true, StartedAt: '2026-11-24T15:00:01Z', ExitCode: 0 },
  Config: {
    Image: reference,
    User: '1000',
    Cmd: ['/opt/nim/start_server.sh'],
    Env: [
      'PATH=/usr/bin',
      'NIM_CACHE_PATH=/opt/nim/.cache',
      `NGC_API_KEY=${key}`,
      'NIM_LOG_LEVEL=INFO',
      'NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid',
      'GREETING=it is mine',
    ],
    Labels: {
      'io.nimdeck.managed': 'true',
      'io.nimdeck.reference': reference,
      'io.nimdeck.gpus': '{"kind":"devices","ids":["GPU-1","GPU-2"]}',
      'com.nvidia.nim.type': 'llm',
      'com.nvidia.nim.model': 'meta/llama-3.1-8b-instruct',
    },
    ...config,
  },
  HostConfig: {
    ShmSize: 17_179_869_184,
    RestartPolicy: { Name: 'no' },
    DeviceRequests: [{ Driver: '', DeviceIDs: ['GPU-1', 'GPU-2'] }],
    PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8001' }] },
  },
  NetworkSettings: { Ports: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8001' }], '8002/tcp': null } },
  Mounts: [{ Type: 'bind', Source: '/home/ada/.cache/nim', Destination: '/opt/nim/.cache', RW: true }],
  ...more,
});
const image = {
  Id: 'sha256:31e3',
  Size: 21_400_000_000,
  RepoDigests: [`nvcr.io/nim/meta/llama-3.1-8b-instruct@sha256:${'d1'.repeat(32)}`],
  Config: { Env: ['PATH=/usr/bin', 'NIM_CACHE_PATH=/opt/nim/.cache'], Cmd: ['/opt/nim/start_server.sh'], Labels: {} },
};
const details = (change: Partial<DetailParts> = {}) =>
  nimDetails.parse(
    toDetails({ container: container(), image, answers: nothingSaid, gpus: null, lastStart: null, ...change }),
  );

describe('the details of a NIM', () => {
  it('say what it is made of', () => {
    expect(details()).toMatchObject({
      image: { reference, id: 'sha256:31e3', sizeBytes: 21_400_000_000, title: 'meta/llama-3.1-8b-instruct' },
      capabilities: ['chat'],
      gpu: { asked: { kind: 'devices', ids: ['GPU-1', 'GPU-2'] }, way: 'hook', devices: null },
      ports: [{ inside: '8000/tcp', address: '127.0.0.1:8001' }],
      mounts: [{ type: 'bind', source: '/home/ada/.cache/nim', target: '/opt/nim/.cache', isReadOnly: false }],
      sharedMemoryBytes: 17_179_869_184,
      user: '1000',
      restartPolicy: 'no',
    });
  });

  it('hold no secret, wherever it stands', () => {
    const hidden = container({
      Env: [
        `NGC_API_KEY=${key}`,
        'MY_PASSWORD=hunter2',
        'DB_PWD=hunter2',
        'HTTPS_PROXY=http://ada:hunter2@proxy:3128',
        `NOTE=${key}`,
        'HF_TOKEN=',
        `NIM_PASSTHROUGH_ARGS=--api ${key}`,
        'NIM_EXTRA=--max-model-len 10 --api-key hunter2',
        'NIM_LIMITS=--max-num-batched-tokens 8192',
      ],
      Cmd: ['nim-serve', '--api-key', 'hunter2', '--hf-token=hunter2', '--max-model-len', '4096'],
      Labels: { 'io.nimdeck.managed': 'true', note: `key ${key}` },
    });
    const made = details({ container: hidden });
    expect(JSON.stringify(made)).not.toContain('kkkk');
    expect(JSON.stringify(made)).not.toContain('hunter2');
    expect(made.environment).toContainEqual({ name: 'MY_PASSWORD', value: null, origin: 'run' });
    expect(made.environment, 'an empty one is set to nothing').toContainEqual({
      name: 'HF_TOKEN',
      value: '',
      origin: 'run',
    });
    expect(made.spec.environment.map(({ name }) => name)).toEqual(['HF_TOKEN', 'NIM_LIMITS']);
    expect(made.command).toContain("nim-serve --api-key '[redacted]' '[redacted]' --max-model-len 4096");
  });

  it('say how the engine was told of GPUs, also where Podman keeps the names of devices', () => {
    const gpu = { PathOnHost: 'nvidia.com/gpu=0', PathInContainer: '', CgroupPermissions: '' };
    const podman = container({}, { HostConfig: { DeviceRequests: null, Devices: [gpu] } });
    const made = details({ container: podman });
    expect(made.gpu.way).toBe('cdi');
    expect(made.command).toContain('--device nvidia.com/gpu=');
  });

  it('lead back to the choices, without what core adds by itself', () => {
    expect(details().spec).toEqual({
      reference,
      name: 'llama',
      gpus: { kind: 'devices', ids: ['GPU-1', 'GPU-2'] },
      port: 8001,
      profile: null,
      allowAnyOrigin: false,
      environment: [{ name: 'GREETING', value: 'it is mine' }],
    });
    const other = container({ Env: ['NIM_CORS_ALLOW_ORIGINS=*', 'NIM_LOG_LEVEL=DEBUG', 'NIM_MODEL_PROFILE=p'] });
    expect(details({ container: other }).spec).toMatchObject({
      profile: 'p',
      allowAnyOrigin: true,
      environment: [
        { name: 'NIM_CORS_ALLOW_ORIGINS', value: '*' },
        { name: 'NIM_LOG_LEVEL', value: 'DEBUG' },
      ],
    });
  });

  it('can be typed in a terminal, with the key by name only', () => {
    expect(details().command).toBe(
      [
        'docker run',
        '-d --name llama',
        `--gpus '"device=GPU-1,GPU-2"'`,
        '--shm-size=16g',
        '-u 1000',
        `-e 'GREETING=it is mine'`,
        '-e NGC_API_KEY',
        '-e NIM_CORS_ALLOW_ORIGINS=https://nimdeck.invalid',
        '-e NIM_LOG_LEVEL=INFO',
        '-v /home/ada/.cache/nim:/opt/nim/.cache',
        '-p 127.0.0.1:8001:8000',
        reference,
      ].join(' \\\n  '),
    );
    const cdi = container(
      { Cmd: ['nim-serve', '--max-model-len', '4096', "it's"] },
      { HostConfig: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }], GroupAdd: ['1000'] } },
    );
    const { command, gpu } = details({ container: cdi });
    expect(gpu.way).toBe('cdi');
    expect(command).toContain('--device nvidia.com/gpu=GPU-1');
    expect(command).toContain('--group-add 1000');
    expect(command.split('\n').at(-1)).toBe(`  ${reference} nim-serve --max-model-len 4096 'it'\\''s'`);
  });

  it('are what an engine knows of an image that is gone', () => {
    expect(details({ image: null }).image).toMatchObject({ digest: null, sizeBytes: null });
  });
});

describe('the profile', () => {
  const id = 'c4789f7af56c770c1c88b73da666886365534d6980b6b922b41fd97036c77d73';
  const of = (answers: Partial<NimAnswers>, env: string[] = []) =>
    details({ answers: { ...nothingSaid, ...answers }, container: container({ Env: env }) });

  it('is what the NIM itself says, before anything else', () => {
    const said = of({ profileId: id, profileName: 'vllm-fp8-tp2-pp1-27.0' }, ['NIM_MODEL_PROFILE=other']);
    expect(said).toMatchObject({
      profile: { id, name: 'vllm-fp8-tp2-pp1-27.0', source: 'nim' },
      precision: 'fp8',
      tensorParallel: 2,
      pipelineParallel: 1,
    });
  });

  it('is what its log says where it does not answer', () => {
    const logLines = [
      `INFO 07-23 22:27:24.929 ngc_injector.py:141] Selected profile: ${id} (vllm-fp16-tp1)`,
      'INFO 07-23 22:27:25.388 ngc_injector.py:146] Profile metadata: precision: fp16',
    ];
    expect(of({ logLines })).toMatchObject({
      profile: { id, name: 'vllm-fp16-tp1', source: 'log' },
      precision: 'fp16',
      tensorParallel: 1,
    });
    const tags = [
      `Matched profile_id in manifest from LLMBasedProfileSelector ${id} with tags: {'llm_engine': 'vllm', 'precision': 'nvfp4', 'tp': '4', 'pp': '1'}`,
    ];
    expect(of({ logLines: tags })).toMatchObject({
      profile: { id, name: null, source: 'log' },
      precision: 'nvfp4',
      tensorParallel: 4,
    });
  });

  it('is what was asked for, or not known', () => {
    expect(of({}, [`NIM_MODEL_PROFILE=${id}`]).profile).toEqual({ id, name: null, source: 'asked' });
    expect(of({}, ['NIM_MODEL_PROFILE=vllm']).profile).toEqual({ id: null, name: 'vllm', source: 'asked' });
    expect(of({}).profile).toEqual({ id: null, name: null, source: null });
  });
});

const folder = captureFolder('nim');

describe.skipIf(folder === null)('recorded logs (skipped where the captures are missing)', () => {
  it.each([
    ['startup-log-llm-1.0.0-llama3-8b-cold-download.txt', '8835c31752fbc67e', 'fp16', 1],
    ['startup-log-llm-1.0.0-nemotron-nano-9b-v2-dgx-spark-gb10-warm-cache.txt', 'f9db61d5a467d46b', 'nvfp4', 1],
    ['startup-log-embed-1.13.0-llama-nemotron-embed-300m-v2-gb10.txt', 'e28f17c9c13a9905', null, null],
  ])('%s', (file, begin, precision, tensorParallel) => {
    const logLines = readCapture(folder ?? '', file)
      .split('\n')
      .filter((line) => /profile|precision/i.test(line));
    const made = details({ answers: { ...nothingSaid, logLines } });
    expect(made.profile.id?.startsWith(begin)).toBe(true);
    expect([made.precision, made.tensorParallel]).toEqual([precision, tensorParallel]);
  });
});
