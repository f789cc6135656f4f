// Streams of pulls as three engines and Podman send them, made by hand and short, so that many can be read: the shapes are
// those of recorded ones (captures/docker-pull).
const [one, two, three] = ['a1a1a1a1a1a1', 'b2b2b2b2b2b2', 'c3c3c3c3c3c3'];
const layer = (status: string, id: string, current?: number, total?: number) => ({
  status,
  progressDetail: current === undefined ? {} : { current, total },
  ...(current === undefined ? {} : { progress: `[==>     ]  ${current}B/${total}B` }),
  id,
});
const spell = (...lines: object[]) => lines.map((line) => JSON.stringify(line)).join('\n');
const begin = { status: 'Pulling from nim/chat', id: '1' };
const digest = { status: `Digest: sha256:${'d4'.repeat(32)}` };
const newer = { status: 'Status: Downloaded newer image for registry.example/nim/chat:1' };
const known = [one, two, three].map((id) => layer('Pulling fs layer', id));

export const pullStreams: Readonly<Record<string, string>> = {
  'overlay2, whole': spell(
    begin,
    ...known,
    layer('Waiting', three),
    layer('Downloading', one, 524_288, 5_000_000),
    layer('Downloading', two, 2_000_000, 7_000_000),
    layer('Downloading', one, 5_000_000, 5_000_000),
    layer('Verifying Checksum', one),
    layer('Download complete', one),
    layer('Extracting', one, 65_536, 5_000_000),
    layer('Downloading', two, 7_000_000, 7_000_000),
    layer('Download complete', two),
    layer('Downloading', three, 900, 900),
    layer('Download complete', three),
    layer('Extracting', one, 5_000_000, 5_000_000),
    ...[one, two, three].map((id) => layer('Pull complete', id)),
    digest,
    newer,
  ),
  'overlay2, broken and gone on with': spell(
    begin,
    ...known,
    layer('Downloading', one, 4_000_000, 6_000_000),
    layer('Retrying in 5 seconds', one),
    layer('Retrying in 1 second', one),
    layer('Downloading', one, 500_000, 2_000_000),
    layer('Download complete', one),
    layer('Already exists', two),
    layer('Pull complete', one),
    digest,
    newer,
  ),
  'overlay2, full disk': spell(begin, ...known, layer('Downloading', one, 524_288, 5_000_000), {
    errorDetail: { message: 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device' },
    error: 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
  }),
  'overlay2, registry gone': spell(begin, layer('Pulling fs layer', one), layer('Retrying in 25 seconds', one), {
    errorDetail: { message: 'dial tcp 127.0.0.1:5000: connect: connection refused' },
    error: 'dial tcp 127.0.0.1:5000: connect: connection refused',
  }),
  'containerd, gone on with': spell(
    begin,
    ...known,
    layer('Downloading', one, 3_145_728, 5_000_000),
    layer('Downloading', two, 1_048_576, 7_000_000),
    layer('Download complete', one),
    layer('Download complete', two),
    digest,
    { status: 'Status: Image is up to date for registry.example/nim/chat:1' },
  ),
  'containerd 29': spell(
    begin,
    { status: 'Already exists', progressDetail: { hidecounts: true }, id: three },
    layer('Pulling fs layer', one),
    { status: 'Downloading', progressDetail: { current: 1_048_576, total: 5_000_000 }, id: one },
    { status: 'Download complete', progressDetail: { hidecounts: true }, id: one },
    { status: 'Extracting', progressDetail: { current: 2, units: 's' }, id: one },
    { status: 'Pull complete', progressDetail: { hidecounts: true }, id: one },
    digest,
    newer,
  ),
  podman: spell(
    { status: 'Pulling fs layer', progressDetail: {}, id: one },
    { status: 'Downloading', progressDetail: { current: 3_373_319, total: 152_137_719 }, progress: '[=>  ]', id: one },
    { status: 'Download complete', progressDetail: {}, id: one },
    { status: 'Download complete', progressDetail: {}, id: 'e5e5e5e5e5e5' },
  ),
  'podman, its own address': spell({ stream: 'Trying to pull…' }, { images: [`sha256:${'f6'.repeat(32)}`], id: 'f6' }),
  'refused before the stream': spell({ message: 'manifest for nim/chat:9 not found: manifest unknown' }),
  'a page': '<html><head><title>503 Service Unavailable</title></head><body>denied</body></html>',
  recorded: [
    '{"t":48,"status":"Pulling from nim/x","id":"1"}',
    `{"t":64,"status":"Pulling fs layer","progressDetail":{},"id":"${one}"}`,
    `{"t":99,"status":"Downloading","progressDetail":{"current":99,"total":900},"id":"${one}"}`,
    '{"t":20000,"client":"stream.destroy()"}',
    '{"t":20001,"exception":{"statusCode":500,"message":"(HTTP code 500) server error - unauthorized"}}',
  ].join('\n'),
};
