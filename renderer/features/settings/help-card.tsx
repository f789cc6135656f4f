import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { words } from '../../words.ts';
import { FootprintDialog } from '../footprint/footprint-dialog.tsx';
import { SupportDialog } from '../support/support-dialog.tsx';

export function HelpCard() {
  const [dialog, setDialog] = useState<'support' | 'footprint' | null>(null);
  const close = () => setDialog(null);
  return (
    <Card title={words.support.card}>
      <Choice hint={words.support.openHint} label={words.support.open} onOpen={() => setDialog('support')} />
      <Choice hint={words.footprint.openHint} label={words.footprint.open} onOpen={() => setDialog('footprint')} />
      {dialog === 'support' && <SupportDialog onClose={close} />}
      {dialog === 'footprint' && <FootprintDialog onClose={close} />}
    </Card>
  );
}

function Choice({ label, hint, onOpen }: { label: string; hint: string; onOpen: () => void }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-48 flex-1 text-sm text-ink-soft">{hint}</p>
      <Button onClick={onOpen}>{label}</Button>
    </div>
  );
}
