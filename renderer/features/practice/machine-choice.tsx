import { useState } from 'react';
import { type PracticeMachine, practiceMachine } from '../../../shared/contract/practice.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';

const { titles } = words.practice.machine;

const options = practiceMachine.options.map((id) => ({
  value: id,
  label: titles[id].title,
  hint: titles[id].hint,
}));

const isOver = new Set(['stopped', 'exited']);

/** Which machine the stand-ins pretend to be. Asks first where NIMs run: another machine ends them. */
export function MachineChoice({ machine }: { machine: PracticeMachine }) {
  const api = useApi();
  const { data: list } = useStream(streams.nims);
  const [wanted, setWanted] = useState<PracticeMachine | null>(null);
  const running = (list?.nims ?? []).filter(({ status }) => !isOver.has(status)).map(({ name }) => name);
  const change = useAction((next: PracticeMachine) => api.practice.setMachine({ machine: next }), {
    onDone: () => setWanted(null),
  });
  return (
    <>
      <Select
        label={words.practice.machine.label}
        value={machine}
        options={options}
        disabled={change.isRunning}
        onChange={(next) => {
          if (next === machine) return;
          if (running.length === 0) change.run(next);
          else setWanted(next);
        }}
      />
      <ConfirmDialog
        isOpen={wanted !== null}
        onClose={() => setWanted(null)}
        title={words.practice.machine.changeTitle(titles[wanted ?? machine].title)}
        confirmLabel={words.practice.machine.change}
        keepLabel={words.practice.machine.keep}
        isBusy={change.isRunning}
        onConfirm={() => {
          if (wanted !== null) change.run(wanted);
        }}
      >
        {words.practice.machine.changeCosts(running)}
      </ConfirmDialog>
    </>
  );
}
