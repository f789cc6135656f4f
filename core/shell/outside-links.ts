/** Where links of our own pages lead: these open at once. */
const knownHosts: readonly string[] = ['nvidia.com', 'docker.com'];

/**
 * What becomes of a link that leads out of the app. SECURITY: models write links, too. Only https leaves at all; a host
 * that we did not name ourselves is shown in full and asked about first; a name that only looks like one of ours is not one.
 */
export function judgeLink(link: string): { verdict: 'open' | 'ask'; address: string } | { verdict: 'refuse' } {
  const url = URL.parse(link);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return { verdict: 'refuse' };
  const isKnown = knownHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return { verdict: isKnown && url.port === '' ? 'open' : 'ask', address: url.href };
}
