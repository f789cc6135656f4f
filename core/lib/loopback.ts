/** This machine by number or by its reserved name: the only registries that are asked without TLS. */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Base address of a host: the internet as it is. Only this machine is asked without TLS. */
export function internetAddress(host: string): URL {
  return new URL(`${isLoopbackHost(host) ? 'http' : 'https'}://${host}`);
}
