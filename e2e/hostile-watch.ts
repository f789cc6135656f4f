import type { Page } from '@playwright/test';

/**
 * Everything that would show that a text did something: also what the policy stopped, as that was tried.
 * @param address what the page's own addresses begin with
 */
export function watchPage(page: Page, address: string): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) || /evil|example/.test(url)) seen.push(`request: ${url}`);
  });
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  page.on('popup', (popup) => seen.push(`popup: ${popup.url()}`));
  page.on('framenavigated', (frame) => {
    if (!frame.url().startsWith(address)) seen.push(`navigation: ${frame.url()}`);
  });
  return seen;
}

/** What no page of ours has, run in the page: each would be the work of a text. */
export const intruders = `[...document.body.querySelectorAll('*')].flatMap((element) => {
  const found = [];
  const tag = element.tagName.toLowerCase();
  // What the page tells whoever has no scripts stands beside everything else.
  if (tag === 'noscript' && element.parentElement === document.body) return [];
  if (/^(iframe|frame|object|embed|link|meta|base|style|video|audio|source|track|marquee|template|noscript|foreignobject|use|animate|set)$/.test(tag))
    found.push('element ' + tag);
  if (tag === 'script' && !element.src.startsWith(location.origin)) found.push('element script');
  for (const { name, value } of element.attributes) {
    if (/^on/i.test(name) || /^(srcset|srcdoc|action|formaction|poster|background|xlink:href|http-equiv|ping)$/i.test(name)) found.push(tag + ' ' + name + '=' + value);
    if (name === 'src' && !/^(blob:|data:image\\/(png|jpeg|webp|gif);|\\/|\\.\\/)/.test(value) && !value.startsWith(location.origin)) found.push(tag + ' src=' + value);
    if (name === 'href' && !/^(#|https:\\/\\/)/.test(value)) found.push(tag + ' href=' + value);
    if (name === 'style' && /url\\(|expression|-moz-binding/i.test(value)) found.push(tag + ' style=' + value);
  }
  return found;
}).concat(window.hostile === undefined ? [] : ['ran: ' + window.hostile])`;
