import { useConnection } from '../../api.tsx';
import { EnterPractice } from '../../app/enter-practice.tsx';
import { Card } from '../../ui/card.tsx';
import { words } from '../../words.ts';

/** The way into practice mode from a machine on which everything is there. */
export function PracticeCard() {
  const { core } = useConnection();
  if (core === 'practice') return null;
  return (
    <Card title={words.practice.entry}>
      <p className="text-sm text-ink-soft">{words.practice.entryHint}</p>
      <div>
        <EnterPractice label={words.practice.enter} />
      </div>
    </Card>
  );
}
