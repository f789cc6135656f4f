import { Field, FieldInput } from '../ui/field.tsx';
import { words } from '../words.ts';

/** The NGC key as it is typed. It goes to `ngc.signIn` and nowhere else; the page keeps no copy. */
export function KeyField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label={words.signIn.key} hint={words.signIn.keyHint}>
      <FieldInput
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
