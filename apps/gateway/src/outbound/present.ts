/** A field that Protobuf makes optional and the contract does not. */
export function present<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Error(`The answer lacks "${field}"`);
  return value;
}
