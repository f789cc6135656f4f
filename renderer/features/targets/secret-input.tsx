import { FieldInput } from '../../ui/field.tsx';

/** Inside a `Field`. SECURITY: never given a value: React would copy it into the markup. */
export function SecretInput({ onChange }: { onChange: (value: string) => void }) {
  return (
    <FieldInput
      type="password"
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
