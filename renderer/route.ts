export const nimTabs = ['overview', 'log', 'metrics', 'configuration', 'events'] as const;
export type NimTab = (typeof nimTabs)[number];

/** `checks` is there where the shell draws it. */
export const hardwareTabs = ['board', 'mig', 'checks'] as const;
export type HardwareTab = (typeof hardwareTabs)[number];

export type Route =
  | { page: 'home' }
  | { page: 'models' }
  | { page: 'running' }
  /** `line`: of the newest run's log, to go to; counted from 0. */
  | { page: 'nim'; nimId: string; tab: NimTab; line?: number }
  | { page: 'hardware'; tab: HardwareTab }
  /** Both null: a new conversation, with whichever NIM is ready. */
  | { page: 'chat'; conversationId: string | null; nimId: string | null }
  /** Null: the list; `new`: the list with the set-up of another one. */
  | { page: 'compare'; comparisonId: string | null }
  /** The chat before an audience; both null: a new conversation with whoever is ready. */
  | { page: 'present'; conversationId: string | null; nimId: string | null }
  /** What gives numbers instead of text: embeddings and ranking; null: the first that is ready. */
  | { page: 'vectors'; nimId: string | null }
  | { page: 'settings'; section?: SettingsSection }
  | { page: 'not-found' };

/** Parts of the settings that can be led to. */
export const settingsSections = ['key', 'appearance', 'keyboard', 'storage', 'about'] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** The address behind `#`; every page, NIM and tab has its own. */
export function parseRoute(hash: string): Route {
  const [page = '', first, second, third, ...rest] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  if (rest.length > 0 || (third !== undefined && page !== 'running')) return { page: 'not-found' };
  if (page === '') return { page: 'home' };
  if (page === 'home' || page === 'models') return first === undefined ? { page } : { page: 'not-found' };
  if (page === 'settings') {
    if (first === undefined) return { page };
    const section = settingsSections.find((each) => each === first);
    return section === undefined || second !== undefined ? { page: 'not-found' } : { page, section };
  }
  if (page === 'hardware') {
    const tab = first === undefined ? 'board' : hardwareTabs.find((each) => each === first);
    return tab === undefined || second !== undefined ? { page: 'not-found' } : { page, tab };
  }
  if (page === 'running') {
    if (first === undefined) return { page: 'running' };
    const tab = second === undefined ? 'overview' : nimTabs.find((each) => each === second);
    if (tab === undefined) return { page: 'not-found' };
    if (third === undefined) return { page: 'nim', nimId: first, tab };
    // People count lines from 1, and so does the log.
    const isLine = tab === 'log' && /^[1-9]\d{0,9}$/.test(third);
    return isLine ? { page: 'nim', nimId: first, tab, line: Number(third) - 1 } : { page: 'not-found' };
  }
  if (page === 'vectors') return second === undefined ? { page, nimId: first ?? null } : { page: 'not-found' };
  if (page === 'chat' || page === 'present') {
    if (first === undefined || first === 'new') return { page, conversationId: null, nimId: second ?? null };
    return second === undefined ? { page, conversationId: first, nimId: null } : { page: 'not-found' };
  }
  if (page === 'compare') return second === undefined ? { page, comparisonId: first ?? null } : { page: 'not-found' };
  return { page: 'not-found' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A typed address may hold a stray percent sign; it then names nothing.
    return part;
  }
}

export function toHash(route: Route): string {
  switch (route.page) {
    case 'nim':
      return `#/running/${encodeURIComponent(route.nimId)}/${route.tab}${route.line === undefined ? '' : `/${route.line + 1}`}`;
    case 'chat':
    case 'present':
      if (route.conversationId !== null) return `#/${route.page}/${encodeURIComponent(route.conversationId)}`;
      return route.nimId === null ? `#/${route.page}` : `#/${route.page}/new/${encodeURIComponent(route.nimId)}`;
    case 'vectors':
      return route.nimId === null ? '#/vectors' : `#/vectors/${encodeURIComponent(route.nimId)}`;
    case 'compare':
      return route.comparisonId === null ? '#/compare' : `#/compare/${encodeURIComponent(route.comparisonId)}`;
    case 'hardware':
      return route.tab === 'board' ? '#/hardware' : `#/hardware/${route.tab}`;
    case 'home':
    case 'models':
    case 'running':
      return `#/${route.page}`;
    case 'settings':
      return route.section === undefined ? '#/settings' : `#/settings/${route.section}`;
    case 'not-found':
      return '#/home';
    default:
      return route satisfies never;
  }
}
