import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { dockerError, engineStatus, type ErrorContext } from './docker-errors.ts';

const captures = new URL('../../../shared/captures/', import.meta.url);

/** As dockerode rejects. */
function httpError(statusCode: number, text: string, reason = 'server error'): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) ${reason} - ${text} `), { statusCode, reason, json: null });
}

describe('dockerError', () => {
  it.each<[ErrorCode, unknown, ErrorContext?]>([
    // The connection to the engine
    ['ENGINE_UNREACHABLE', Object.assign(new Error('connect ECONNREFUSED /x.sock'), { code: 'ECONNREFUSED' })],
    ['ENGINE_UNREACHABLE', Object.assign(new Error('connect ENOENT /x.sock'), { code: 'ENOENT' })],
    ['ENGINE_FORBIDDEN', Object.assign(new Error('connect EACCES /x.sock'), { code: 'EACCES' })],
    ['ENGINE_LOST', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['ENGINE_LOST', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['ENGINE_LOST', new Error('aborted')],
    ['CANCELLED', Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' })],
    ['CANCELLED', new Error('whatever'), { signal: AbortSignal.abort() }],
    [
      'ENGINE_FORBIDDEN',
      httpError(403, '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>'),
    ],
    ['ENGINE_FORBIDDEN', httpError(403, 'authorization denied by plugin opa: denied by policy')],

    // Pulls, measured on 20.10 (test-host 2.4)
    ['NGC_KEY_REJECTED', httpError(500, 'unauthorized: authentication required')],
    ['NGC_KEY_REJECTED', httpError(500, 'unauthorized: authentication required'), { credential: 'sent' }],
    [
      'NGC_KEY_MISSING',
      httpError(500, 'Head "http://127.0.0.1:5055/v2/nim/x/manifests/1.0.0": no basic auth credentials'),
    ],
    ['NGC_KEY_MISSING', httpError(500, 'Head "http://127.0.0.1:5060/v2/nim/x/manifests/1.0.0": unauthorized')],
    [
      'NGC_KEY_MISSING',
      httpError(500, 'Head "http://127.0.0.1:5060/v2/nim/x/manifests/1.0.0": unauthorized'),
      { credential: 'none' },
    ],
    [
      'NGC_KEY_REJECTED',
      httpError(500, 'Head "http://127.0.0.1:5060/v2/nim/x/manifests/1.0.0": unauthorized'),
      { credential: 'sent' },
    ],
    [
      'IMAGE_NOT_FOUND',
      httpError(
        404,
        "pull access denied for 127.0.0.1:5060/nim/x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        'unexpected',
      ),
    ],
    [
      'NGC_KEY_MISSING',
      httpError(
        404,
        "pull access denied for nvcr.io/nim/x, repository does not exist or may require 'docker login'",
        'unexpected',
      ),
      { credential: 'none', reference: 'nvcr.io/nim/x:1' },
    ],
    [
      'TAG_NOT_FOUND',
      httpError(
        404,
        'manifest for 127.0.0.1:5060/nim/x:9.9 not found: manifest unknown: manifest unknown',
        'unexpected',
      ),
    ],
    [
      'NETWORK_UNREACHABLE',
      httpError(500, 'Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused'),
    ],
    [
      'DNS_FAILED',
      httpError(500, 'Get "https://nvcr.io/v2/": dial tcp: lookup nvcr.io on 127.0.0.53:53: no such host'),
    ],
    [
      'DNS_FAILED',
      {
        message:
          'Get "https://layers.nvcr.io/x": dial tcp: lookup layers.nvcr.io on 10.0.0.2:53: read udp 10.0.0.9:1->10.0.0.2:53: i/o timeout',
      },
    ],
    ['NETWORK_UNREACHABLE', { message: 'dial tcp 127.0.0.1:5056: connect: connection refused' }],
    ['NETWORK_UNREACHABLE', { message: 'net/http: TLS handshake timeout' }],
    ['NETWORK_UNREACHABLE', { message: 'unexpected EOF' }],
    ['DISK_FULL', { message: 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device' }],
    [
      'DISK_FULL',
      {
        message:
          'failed to register layer: Error processing tar file(exit status 1): write /bin/node: no space left on device',
      },
    ],

    // Pulls from nvcr.io (ngc 11, captures/ngc)
    [
      'NGC_FORBIDDEN',
      {
        message:
          'Head "https://nvcr.io/v2/nvidia/x/manifests/latest": denied: {"errors": [{"code": "DENIED", "message": "Access Denied"}]}',
      },
    ],
    ['NGC_PAYMENT_REQUIRED', { message: 'denied: {"errors": [{"code": "DENIED", "message": "Payment Required"}]}' }],
    [
      'NGC_PAYMENT_REQUIRED',
      {
        message:
          'failed to fetch oauth token: unexpected status from GET request to https://nvcr.io/proxy_auth?scope=repository%3Anim%2Fx%3Apull: 402 Payment Required',
      },
    ],
    ['NGC_TERMS_NOT_ACCEPTED', { message: 'DENIED: Please accept license on the browser to be able to download' }],
    [
      'NGC_KEY_REJECTED',
      {
        message:
          'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://nvcr.io/proxy_auth?scope=repository%3Anvidia%2Fx%3Apull: 403 Forbidden',
      },
    ],
    [
      'NGC_KEY_MISSING',
      {
        message:
          'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://nvcr.io/proxy_auth?scope=x: 401 Unauthorized',
      },
    ],
    [
      'NETWORK_UNREACHABLE',
      {
        message:
          'failed to fetch anonymous token: Get "https://nvcr.io/proxy_auth": dial tcp 1.2.3.4:443: connect: connection refused',
      },
    ],
    [
      'NGC_KEY_REJECTED',
      {
        message:
          'error parsing HTTP 401 response body: invalid character \'<\' looking for beginning of value: "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 Authorization Required</h1></center>\r\n<hr><center>nginx</center>"',
      },
    ],
    ['PULL_INTERRUPTED', { message: 'server message: insufficient_scope: authorization failed' }],
    [
      'IMAGE_NOT_FOUND',
      {
        message:
          'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      },
    ],
    ['NGC_RATE_LIMITED', { message: 'toomanyrequests: You have reached your pull rate limit.' }],
    [
      'PROXY_PAGE',
      {
        message:
          "error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: \"<!DOCTYPE html><html><head><title>Access Denied</title></head>",
      },
    ],
    [
      'PROXY_PAGE',
      {
        message:
          'Get "https://nvcr.io/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      },
    ],
    ['NO_MATCHING_ARCHITECTURE', { message: 'no matching manifest for linux/arm64/v8 in the manifest list entries' }],
    [
      'NO_MATCHING_ARCHITECTURE',
      {
        message:
          'choosing an image from manifest list docker://x: no image found in image index for architecture "arm64"',
      },
    ],
    ['PULL_INTERRUPTED', { message: 'context canceled' }],
    ['NGC_UNREACHABLE', { message: 'received unexpected HTTP status: 503 Service Unavailable' }],
    // Another registry's refusal has nothing to do with an NGC key
    ['IMAGE_NOT_FOUND', { message: 'Head "https://ghcr.io/v2/a/b/manifests/1": unauthorized' }],
    ['IMAGE_NOT_FOUND', { message: 'unauthorized: authentication required' }, { reference: 'library/postgres:17' }],

    // Starting containers (test-host 3 and 4, gpu 5.4, nim-runtime 6.3)
    ['NVIDIA_RUNTIME_MISSING', httpError(500, 'could not select device driver "" with capabilities: [[gpu]]')],
    ['NVIDIA_RUNTIME_MISSING', httpError(500, 'could not select device driver "nvidia" with capabilities: [[gpu]]')],
    ['NVIDIA_RUNTIME_MISSING', httpError(500, 'failed to discover GPU vendor from CDI: no known GPU vendor found')],
    [
      'NVIDIA_RUNTIME_MISSING',
      httpError(500, 'exec: "nvidia-container-runtime-hook": executable file not found in $PATH'),
    ],
    ['NVIDIA_RUNTIME_UNKNOWN', httpError(400, 'Unknown runtime specified nvidia')],
    ['NVIDIA_RUNTIME_UNKNOWN', httpError(400, 'unknown or invalid runtime name: nvidia')],
    ['CDI_DEVICE_UNKNOWN', httpError(500, 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=0')],
    [
      'CDI_STALE',
      httpError(500, 'failed to fulfil mount request: open /run/nvidia-persistenced/socket: no such file or directory'),
    ],
    ['CDI_STALE', httpError(500, 'crun: cannot stat `/usr/lib64/libEGL_nvidia.so.550`: No such file or directory')],
    [
      'DRIVER_TOO_OLD',
      httpError(
        500,
        'failed to create shim task: OCI runtime create failed: error running hook #0: stderr: nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.9, please update your driver: unknown',
      ),
    ],
    [
      'DRIVER_NOT_LOADED',
      httpError(
        500,
        'nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown',
      ),
    ],
    [
      'DRIVER_NOT_LOADED',
      httpError(500, 'nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown'),
    ],
    [
      'NO_GPU_FOUND',
      httpError(
        500,
        'nvidia-container-cli: initialization error: WSL environment detected but no adapters were found: unknown',
      ),
    ],
    [
      'GPU_UNKNOWN',
      httpError(
        500,
        'failed to create shim task: OCI runtime create failed: error running hook #0: stderr: nvidia-container-cli: device error: 7: unknown device: unknown',
      ),
    ],
    ['BAD_INPUT', httpError(500, 'cannot set both Count and DeviceIDs on device request')],
    [
      'PORT_IN_USE',
      httpError(
        500,
        'driver failed programming external connectivity: Bind for 127.0.0.1:32768 failed: port is already allocated',
      ),
    ],
    [
      'PORT_IN_USE',
      httpError(500, 'Error starting userland proxy: listen tcp4 127.0.0.1:44841: bind: address already in use'),
    ],
    [
      'NAME_IN_USE',
      httpError(
        409,
        'Conflict. The container name "/x" is already in use by container "abc". You have to remove that container.',
        'unexpected',
      ),
    ],
    [
      'CACHE_NOT_WRITABLE',
      httpError(
        400,
        'invalid mount config for type "bind": bind source path does not exist: /home/x/.cache/nim',
        'unexpected',
      ),
    ],
    ['CACHE_NOT_WRITABLE', { message: 'I/O error Permission denied (os error 13)' }],
    ['IMAGE_NOT_FOUND', httpError(404, 'No such image: nope:1', 'unexpected')],
    ['NOT_FOUND', httpError(404, 'No such container: abc', 'unexpected')],
    [
      'CONFLICT',
      httpError(
        409,
        'You cannot remove a running container abc. Stop the container before attempting removal or force remove',
        'conflict',
      ),
    ],
    ['CONFLICT', httpError(409, 'volume is in use - [id]', 'unexpected')],
    ['CONFLICT', httpError(304, '', 'container already started')],
    [
      'BAD_INPUT',
      httpError(400, 'OCI runtime create failed: exec: "x": executable file not found in $PATH: unknown', 'unexpected'),
    ],
    ['INTERNAL', httpError(500, 'the moon is in the seventh house')],
    ['INTERNAL', undefined],
    ['INTERNAL', 'just a text'],
  ])('%s', (code, error, about) => {
    expect(dockerError(error, about)).toMatchObject({ code });
  });

  it.skipIf(!existsSync(captures)).each<[ErrorCode, string]>([
    ['NVIDIA_RUNTIME_MISSING', 'error-docker-could-not-select-device-driver.txt'],
    ['NGC_TERMS_NOT_ACCEPTED', 'error-docker-pull-license-not-accepted.txt'],
    ['NGC_KEY_MISSING', 'error-docker-pull-unauthorized.txt'],
    ['IMAGE_NOT_FOUND', 'error-docker-pull-unknown-repo.txt'],
    ['ENGINE_FORBIDDEN', 'error-docker-socket-permission.txt'],
    ['NVIDIA_RUNTIME_UNKNOWN', 'error-docker-unknown-runtime-nvidia.txt'],
    ['DRIVER_TOO_OLD', 'error-driver-too-old-cuda12.8.txt'],
  ])('%s from the capture %s', (code, file) => {
    const message = readFileSync(new URL(`nim/${file}`, captures), 'utf8');
    expect(dockerError({ message })).toMatchObject({ code });
  });

  it.skipIf(!existsSync(captures))('knows the texts of pulls from nvcr.io', () => {
    const lines = readFileSync(new URL('ngc/nvcr-daemon-errors.jsonl', captures), 'utf8').trim().split('\n');
    const codes = lines.map((line) => dockerError(JSON.parse(line)).code);
    expect(codes).toEqual(['NGC_FORBIDDEN', 'NGC_KEY_MISSING', 'NGC_KEY_REJECTED', 'IMAGE_NOT_FOUND']);
  });

  it('keeps the engine’s own words without what libraries wrap around them', () => {
    expect(dockerError(httpError(500, 'unauthorized: authentication required')).message).toBe(
      'unauthorized: authentication required',
    );
    expect(
      dockerError({
        message:
          "docker: Error response from daemon: unknown or invalid runtime name: nvidia.\nSee 'docker run --help'.\n",
      }).message,
    ).toBe('unknown or invalid runtime name: nvidia.');
    expect(
      dockerError(
        Object.assign(new Error('(HTTP code 404) no such image - x '), {
          statusCode: 404,
          json: { message: 'No such image: a:1' },
        }),
      ).message,
    ).toBe('No such image: a:1');
    expect(
      dockerError({ message: '(HTTP code 500) server error - {"message":"no space left on device","cause":"x"} ' })
        .message,
    ).toBe('no space left on device');
  });

  it('names a page instead of showing it', () => {
    const page =
      '<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head><body>secret=1</body></html>';
    const error = dockerError(httpError(502, page));
    expect(error.code).toBe('PROXY_PAGE');
    expect(error.message).toBe('a web page: Sign in to the network');
  });

  it('never repeats a key, a token or a signed address', () => {
    const said = [
      'Get "https://user:hunter2@proxy.example/v2/": denied: nvapi-abcdefghijklmnop',
      'Authorization: Bearer eyJhbGciOi.eyJzdWIi.sig',
      'Get "https://layers.nvcr.io/sha256/x?Expires=1&Signature=AbC-dEf~1&Key-Pair-Id=K2&scope=repository:nim/x:pull": EOF',
    ].join(' ');
    const { message } = dockerError({ message: said });
    for (const secret of ['hunter2', 'nvapi-abc', 'eyJ', 'AbC-dEf', 'K2']) expect(message).not.toContain(secret);
    expect(message).toContain('scope=repository:nim/x:pull');
  });

  it('says of an answer that is no engine’s that it cannot be read, not where', () => {
    const { error } = z.array(z.string()).safeParse(Buffer.from('x'));
    expect(dockerError(error, { action: 'inspect' })).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'What the container engine answered to “inspect” cannot be read.',
    });
  });

  it('leaves our own errors alone and keeps the cause’s status', () => {
    const ours = new AppError('NOT_FOUND', 'gone');
    expect(dockerError(ours)).toBe(ours);
    expect(engineStatus(dockerError(httpError(304, '')))).toBe(304);
    expect(engineStatus(httpError(404, 'x'))).toBe(404);
    expect(engineStatus(new Error('x'))).toBe(null);
  });
});
