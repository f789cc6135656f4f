const tokenKey = 'nimdeck.token';

/**
 * The browser shell prints its address with the token in the fragment, which is sent in no request. It moves to this
 * tab's storage and leaves the address bar, so that it stays in no history and no screenshot.
 */
export function takeToken(page: Pick<Window, 'location' | 'history' | 'sessionStorage'>): string | null {
  const match = /^#token=([^&/]+)(?:[&/].*)?$/.exec(page.location.hash);
  const token = match?.[1];
  if (token !== undefined) {
    page.sessionStorage.setItem(tokenKey, token);
    page.history.replaceState(null, '', page.location.pathname + page.location.search);
  }
  return page.sessionStorage.getItem(tokenKey);
}
