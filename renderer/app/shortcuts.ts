import { navigate } from '../router.ts';
import { railPages } from './rail.tsx';

/** Never a bare key: those belong to whoever writes. Returns how to stop. */
export function listenForShortcuts(page: Window): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const numbered = /^[1-9]$/.test(event.key) ? railPages[Number(event.key) - 1] : undefined;
    if (numbered !== undefined) {
      navigate(
        numbered.page === 'chat' ? { page: 'chat', conversationId: null, nimId: null } : { page: numbered.page },
      );
    } else if (event.key === ',') {
      navigate({ page: 'settings' });
    } else if (event.key === 'n') {
      navigate({ page: 'chat', conversationId: null, nimId: null });
    } else if (event.key === 'f') {
      const search = page.document.querySelector<HTMLInputElement>('input[data-page-search]');
      if (search === null) return;
      search.focus();
      search.select();
    } else {
      return;
    }
    event.preventDefault();
  };
  page.addEventListener('keydown', onKey);
  return () => page.removeEventListener('keydown', onKey);
}
