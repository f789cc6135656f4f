import type { ReactNode } from 'react';
import { Card } from '../ui/card.tsx';

/** One kind of part with its states. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card title={title} className="@container">
      {children}
    </Card>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}
