import FlaskConical from 'lucide-react/icons/flask-conical';
import { useApi, useConnection } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { Button } from '../ui/button.tsx';
import { words } from '../words.ts';

/** The one click into practice mode; nothing where the page is in it already. */
export function EnterPractice({ label = words.practice.try }: { label?: string }) {
  const api = useApi();
  const { core, switchCore } = useConnection();
  const enter = useAction(() => api.practice.open({}), { onDone: () => switchCore('practice') });
  if (core === 'practice') return null;
  return (
    <Button
      size="small"
      icon={<FlaskConical aria-hidden className="size-icon" />}
      isBusy={enter.isRunning}
      onClick={() => enter.run(undefined)}
    >
      {label}
    </Button>
  );
}
