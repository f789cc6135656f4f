import type { ReactNode } from 'react';
import { words } from '../words.ts';

/** An address as the browser reads it, without a trailing slash: names in other scripts and user names show for what they are. */
function readable({ protocol, href }: URL): string {
  return (protocol === 'https:' ? href.slice('https://'.length) : href).replace(/\/$/, '');
}

/**
 * A link that a model wrote. SECURITY: over https only, as the desktop opens nothing else; it opens outside of the app, on
 * a click only, and tells nobody where it was clicked. Where it leads is said beside it when its text says something
 * else; a text that is itself an address never hides another one.
 */
export function Link({ address, text, children }: { address: string; text: string; children: ReactNode }) {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return <span title={address}>{children}</span>;
  const isSame =
    text
      .trim()
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '') === readable(url).replace(/^http:\/\//, '');
  const looksLikeAddress = /^\s*(?:https?:|www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/:?#]|\s*$))/i.test(text);
  const isLink = url.protocol === 'https:' && url.username === '' && url.password === '';
  const place = isLink && !looksLikeAddress ? url.host : readable(url);
  return (
    <>
      {isLink ? (
        <a href={url.href} target="_blank" rel="noopener noreferrer nofollow" title={url.href}>
          {children}
        </a>
      ) : (
        <span title={url.href}>{children}</span>
      )}
      {!isSame && <small className="link-place"> {words.markdown.leadsTo(place)}</small>}
    </>
  );
}
