import Plus from 'lucide-react/icons/plus';
import X from 'lucide-react/icons/x';
import { useRef } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { inputClass } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import type { Variable } from './draft.ts';

interface EnvironmentFieldsProps {
  variables: readonly Variable[];
  errors: Readonly<Record<number, string>>;
  onChange: (variables: readonly Variable[]) => void;
}

export function EnvironmentFields({ variables, errors, onChange }: EnvironmentFieldsProps) {
  const change = (id: number, changes: Partial<Variable>) =>
    onChange(variables.map((variable) => (variable.id === id ? { ...variable, ...changes } : variable)));
  const addButton = useRef<HTMLButtonElement>(null);
  const nextId = Math.max(0, ...variables.map((variable) => variable.id)) + 1;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{words.deploy.environment}</legend>
      <p className="text-xs text-ink-soft">{words.deploy.environmentHint}</p>
      {variables.map(({ id, name, value }) => (
        <div key={id}>
          <div className="flex gap-2">
            <input
              aria-label={words.deploy.variableName}
              aria-invalid={errors[id] !== undefined}
              aria-describedby={errors[id] === undefined ? undefined : `variable-${id}`}
              placeholder={words.deploy.variableName}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asked for a variable writes it next
              autoFocus={name === '' && value === ''}
              spellCheck={false}
              value={name}
              onChange={(event) => change(id, { name: event.currentTarget.value })}
              className={cx(inputClass, 'font-mono aria-invalid:border-bad')}
            />
            <input
              aria-label={words.deploy.variableValue}
              placeholder={words.deploy.variableValue}
              spellCheck={false}
              value={value}
              onChange={(event) => change(id, { value: event.currentTarget.value })}
              className={cx(inputClass, 'font-mono')}
            />
            <IconButton
              label={words.deploy.removeVariable(name)}
              icon={<X aria-hidden className="size-4" />}
              onClick={() => {
                onChange(variables.filter((variable) => variable.id !== id));
                // This button goes away.
                addButton.current?.focus();
              }}
            />
          </div>
          {errors[id] !== undefined && (
            <p id={`variable-${id}`} className="text-xs text-bad">
              {errors[id]}
            </p>
          )}
        </div>
      ))}
      <div>
        <Button
          ref={addButton}
          size="small"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => onChange([...variables, { id: nextId, name: '', value: '' }])}
        >
          {words.deploy.addVariable}
        </Button>
      </div>
    </fieldset>
  );
}
