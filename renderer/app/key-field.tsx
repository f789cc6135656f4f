import { useEffect, useRef } from 'react';
import { PracticeKey } from '../features/practice/practice-key.tsx';
import { Field, FieldInput } from '../ui/field.tsx';
import { words } from '../words.ts';

/** The NGC key as it is typed. It goes to `ngc.signIn` and nowhere else; the page keeps no copy. */
export function KeyField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const isEmpty = value === '';

  // SECURITY: no `value={value}`: React would copy the key into the attribute, and so into every copy of the markup.
  useEffect(() => {
    if (isEmpty && input.current !== null) input.current.value = '';
  }, [isEmpty]);

  return (
    <>
      <Field label={words.signIn.key} hint={words.signIn.keyHint}>
        <FieldInput
          ref={input}
          type="password"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Field>
      <PracticeKey
        onUse={(key) => {
          if (input.current === null) return;
          input.current.value = key;
          onChange(key);
          // From there Enter goes on; here it would only fill it in again.
          input.current.focus();
        }}
      />
    </>
  );
}
