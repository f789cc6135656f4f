import type { ErrorCode } from '../../shared/errors.ts';

/**
 * What a registry's refusal says about the key; the code follows from this and from whether a key went along.
 * - no-key: the registry asked for a key and got none
 * - refused-key: the token request, or a Basic sign-in, was refused
 * - unauthorized: one of the two, the text does not say which
 * - denied: the key is known and may not read this
 * - denied-or-missing: not allowed, or not there
 */
export type KeyProblem = 'no-key' | 'refused-key' | 'unauthorized' | 'denied' | 'denied-or-missing';

export type TextRule = { text: RegExp; code: ErrorCode } | { text: RegExp; key: KeyProblem };

/**
 * What engines, registries and GPU tools say, in the order of decision: a text often carries several of these, and the
 * first that matches is the cause. Prefixes change between versions, so only the inner text is matched.
 */
export const textRules: readonly TextRule[] = [
  // The way to the engine, in the words of the docker client.
  { text: /permission denied while trying to connect to the docker/i, code: 'ENGINE_FORBIDDEN' },
  { text: /dial unix [^ ]+: connect: permission denied/, code: 'ENGINE_FORBIDDEN' },
  { text: /cannot connect to the docker daemon|error during connect:|dial unix /i, code: 'ENGINE_UNREACHABLE' },
  { text: /client version [\d.]+ is too new/i, code: 'ENGINE_TOO_OLD' },
  { text: /^(?:aborted|socket hang up|other side closed|premature close)$/i, code: 'ENGINE_LOST' },
  { text: /forbidden by administrative rules|authorization denied by plugin/i, code: 'ENGINE_FORBIDDEN' },
  { text: /server is shutting down|daemon is shutting down/i, code: 'ENGINE_LOST' },

  // Disk, before everything that failed because of it.
  { text: /no space left on device|not enough space on the disk|disk quota exceeded/i, code: 'DISK_FULL' },

  // GPUs. The requirement comes first: it stands at the end of a text that names the hook as well.
  { text: /requirement error: unsatisfied condition/i, code: 'DRIVER_TOO_OLD' },
  { text: /driver error: failed to process request/i, code: 'DRIVER_TOO_OLD' },
  { text: /driver\/library version mismatch/i, code: 'DRIVER_LIBRARY_MISMATCH' },
  { text: /driver not loaded|libnvidia-ml\.so\.1: cannot open shared object/i, code: 'DRIVER_NOT_LOADED' },
  { text: /no adapters were found/i, code: 'NO_GPU_FOUND' },
  { text: /nvml error: insufficient permissions|failed to initialize nvml/i, code: 'NVML_UNKNOWN_ERROR' },
  { text: /unknown runtime specified|unknown or invalid runtime name/i, code: 'NVIDIA_RUNTIME_UNKNOWN' },
  { text: /unresolvable CDI devices|CDI device injection failed/i, code: 'CDI_DEVICE_UNKNOWN' },
  { text: /failed to fulfil mount request|cannot stat [`'"]?\S*nvidia\S*\.so/i, code: 'CDI_STALE' },
  {
    text: /could not select device driver|failed to discover GPU vendor from CDI|AMD CDI spec not found/i,
    code: 'NVIDIA_RUNTIME_MISSING',
  },
  {
    // A runtime that is listed and not installed ends with the second (measured on 26.1).
    text: /nvidia-container-(?:runtime(?:-hook)?|cli|toolkit)"?: (?:(?:executable file )?not found|no such file or directory)/i,
    code: 'NVIDIA_RUNTIME_MISSING',
  },
  // A slice or a card that is gone or was renumbered since it was chosen.
  { text: /device error: .*unknown device/i, code: 'GPU_UNKNOWN' },
  { text: /cannot set both Count and DeviceIDs|unexpected count in CDI device request/i, code: 'BAD_INPUT' },

  // Making and starting containers.
  { text: /port is already allocated|address already in use|ports are not available/i, code: 'PORT_IN_USE' },
  { text: /container name "?[^"]*"? is already in use/i, code: 'NAME_IN_USE' },
  { text: /bind source path does not exist|error while creating mount source path/i, code: 'CACHE_NOT_WRITABLE' },
  { text: /mounts denied|permission denied \(os error 13\)/i, code: 'CACHE_NOT_WRITABLE' },
  { text: /no such image/i, code: 'IMAGE_NOT_FOUND' },
  { text: /logging driver does not support reading/i, code: 'LOG_NOT_READABLE' },
  { text: /no such (?:container|volume|network|exec)/i, code: 'NOT_FOUND' },

  // The image itself.
  {
    text: /no matching manifest for|no match for platform|does not match the specified platform|no image found in (?:image index|manifest list)|exec format error/i,
    code: 'NO_MATCHING_ARCHITECTURE',
  },
  { text: /please accept (?:the )?license|412 precondition failed/i, code: 'NGC_TERMS_NOT_ACCEPTED' },
  { text: /payment required|\bstatus(?: code)?:? 402\b/i, code: 'NGC_PAYMENT_REQUIRED' },
  { text: /unavailable for legal reasons/i, code: 'NGC_REGION_BLOCKED' },
  { text: /toomanyrequests|too many requests|rate limit/i, code: 'NGC_RATE_LIMITED' },
  // Keys and rights. A token request that failed for another reason (no network) is decided further down.
  { text: /no basic auth credentials|failed to fetch anonymous token.*\b40[13]\b/is, key: 'no-key' },
  {
    text: /failed to fetch oauth token.*\b40[13]\b|proxy_auth.*\b40[13]\b|incorrect username or password/is,
    key: 'refused-key',
  },
  // A page of the server in front of the registry, for a bad or expired token (ngc facts 11).
  { text: /\b401 authorization required/i, key: 'refused-key' },
  { text: /pull access denied|repository does not exist or may require/i, key: 'denied-or-missing' },
  { text: /requested access (?:to the resource is denied|\.\.\.)/i, key: 'denied-or-missing' },
  { text: /access denied|denied: \{"errors"/i, key: 'denied' },
  // With the address of a manifest in front it is the registry that saw no usable key (ngc facts 11) …
  { text: /(?:head|get) "?https?:\/\/\S+: unauthorized/i, key: 'unauthorized' },
  // … alone it is a Basic sign-in that was refused (test-host facts 2.4).
  { text: /^unauthorized: authentication required\.?$/i, key: 'refused-key' },
  { text: /\b401 unauthorized|\bunauthorized(?::|$)|authentication required/i, key: 'unauthorized' },
  { text: /\b403 forbidden|(?:^|[:"] )denied: /i, key: 'denied' },

  // What is not there.
  {
    text: /manifest unknown|manifest for .* not found|tag .* not found|failed to resolve reference .*: not found/is,
    code: 'TAG_NOT_FOUND',
  },
  { text: /name unknown|repository name not known/i, code: 'IMAGE_NOT_FOUND' },
  { text: /invalid reference format|invalid tag|must be lowercase/i, code: 'BAD_INPUT' },

  // The engine's way to the registry.
  { text: /no such host|server misbehaving|name resolution|dial \w+: lookup /i, code: 'DNS_FAILED' },
  { text: /proxy authentication required|invalid character '<'/i, code: 'PROXY_PAGE' },
  // A certificate that nobody knows is, in front of a public registry, a proxy that opens the traffic.
  { text: /x509: |certificate signed by unknown authority|tls: failed to verify/i, code: 'PROXY_PAGE' },
  // The token ran out in mid-pull; before the pull the same words stand behind “pull access denied”.
  { text: /insufficient_scope|authorization failed/i, code: 'PULL_INTERRUPTED' },
  {
    text: /context canceled|operation was canceled|layer verification failed|failed size validation|unexpected commit digest/i,
    code: 'PULL_INTERRUPTED',
  },
  {
    text: /connection refused|connection reset|broken pipe|i\/o timeout|tls handshake timeout|deadline exceeded|client\.timeout|timeout exceeded|network is unreachable|no route to host|host is down|proxyconnect|\bEOF\b|http: server gave http response|server closed|failed to do request/i,
    code: 'NETWORK_UNREACHABLE',
  },
  {
    text: /(?:unexpected (?:http )?status|received unexpected).*\b5\d\d\b|bad gateway|service unavailable/i,
    code: 'NGC_UNREACHABLE',
  },
];
