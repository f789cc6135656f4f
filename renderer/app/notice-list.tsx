import { useQuery } from '@tanstack/react-query';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import X from 'lucide-react/icons/x';
import { useState } from 'react';
import { useApi } from '../api.tsx';
import { keys } from '../query.ts';
import { IconButton } from '../ui/button.tsx';
import { words } from '../words.ts';

/** What core set aside at its start because it was damaged or newer: said once, on whatever page is open first. */
export function Notices() {
  const api = useApi();
  const { data } = useQuery({ queryKey: keys.info(), queryFn: ({ signal }) => api.app.info({}, { signal }) });
  const [isDismissed, setDismissed] = useState(false);
  if (data === undefined || data.notices.length === 0 || isDismissed) return null;
  return (
    <section
      aria-label={words.shell.noticeTitle}
      className="flex items-start gap-3 border-b border-line bg-warn-soft px-6 py-2 text-sm text-ink"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{words.shell.noticeTitle}</p>
        {data.notices.map((notice) => (
          <p key={notice.message} className="break-words">
            {notice.message}
          </p>
        ))}
      </div>
      <IconButton
        size="small"
        label={words.common.dismiss}
        icon={<X aria-hidden className="size-4" />}
        onClick={() => setDismissed(true)}
      />
    </section>
  );
}
