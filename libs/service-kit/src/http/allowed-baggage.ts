/**
 * The members of a `baggage` header whose keys are allowed: what a stranger sends is passed on to brokers
 * and to whoever reads them. Undefined when none is left.
 * @see https://www.w3.org/TR/baggage/
 */
export function allowedBaggage(
  header: string | readonly string[] | undefined,
  keys: readonly string[],
): string | undefined {
  if (header === undefined || keys.length === 0) return undefined;
  const members = [header].flat().join(',').split(',');
  const allowed = members.filter((member) => keys.includes(member.split('=')[0]?.trim() ?? ''));
  return allowed.length === 0 ? undefined : allowed.join(',');
}
