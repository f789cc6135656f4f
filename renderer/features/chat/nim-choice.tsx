import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal';
import type { Nim } from '../../../shared/contract/nims.ts';
import { StatusBadge } from '../../app/status.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';

interface NimChoiceProps {
  nims: readonly Nim[];
  nim: Nim | null;
  onChange: (nimId: string) => void;
  onParameters: () => void;
}

export function NimChoice({ nims, nim, onChange, onParameters }: NimChoiceProps) {
  return (
    <>
      <Select
        label={words.chat.nim}
        placeholder={nims.length === 0 ? words.chat.noNim : words.chat.chooseNim}
        value={nim?.id ?? null}
        onChange={onChange}
        disabled={nims.length === 0}
        options={nims.map((each) => ({ value: each.id, label: each.name, hint: words.running.statuses[each.status] }))}
      />
      {nim !== null && <StatusBadge status={nim.status} />}
      <span className="ml-auto">
        <Button variant="quiet" icon={<SlidersHorizontal aria-hidden className="size-4" />} onClick={onParameters}>
          {words.chat.parameters}
        </Button>
      </span>
    </>
  );
}
