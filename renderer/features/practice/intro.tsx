import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { words } from '../../words.ts';
import { linkClass } from '../../ui/link.ts';

/** What practice mode is, in three sentences, and what is worth trying in it. */
export function Intro({ practiceKey, onClose }: { practiceKey: string | null; onClose: () => void }) {
  const { intro } = words.practice;
  return (
    <div className="flex flex-wrap items-start gap-x-8 gap-y-3 max-h-[40dvh] overflow-y-auto border-b border-line bg-practice-soft px-6 py-3 text-sm">
      <div className="max-w-prose min-w-64 flex-1">
        <h2 className="font-semibold">{intro.title}</h2>
        {intro.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div className="min-w-64">
        <h3 className="font-semibold">{intro.stepsTitle}</h3>
        <ol className="list-inside list-decimal">
          <li>
            <a className={linkClass} href="#/settings">
              {intro.signIn}
            </a>
            {practiceKey !== null && <CopyButton text={practiceKey} label={words.practice.key.copy} />}
          </li>
          <li>
            <a className={linkClass} href="#/models">
              {intro.pull}
            </a>
          </li>
          <li>{intro.second}</li>
          <li>{intro.wrong}</li>
        </ol>
      </div>
      <span className="ml-auto low:sticky low:top-0 low:order-first low:ml-0">
        <Button size="small" onClick={onClose}>
          {intro.done}
        </Button>
      </span>
    </div>
  );
}
