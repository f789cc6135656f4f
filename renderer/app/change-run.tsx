import { Button } from '../ui/button.tsx';
import { words } from '../words.ts';

/** Beside the failure of a run: another name, port or tag, without typing the rest again. */
export function ChangeRun({ onChange }: { onChange: () => void }) {
  return (
    <Button size="small" onClick={onChange}>
      {words.deploy.change}
    </Button>
  );
}
