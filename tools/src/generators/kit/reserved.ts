/** Words that can't name a variable in a module of JavaScript, or a field of any object. */
const keywords = new Set(
  `arguments await break case catch class const constructor continue debugger default delete do else enum eval export
  extends false finally for function if implements import in instanceof interface let new null package private protected
  public return static super switch this throw true try typeof var void while with yield`.split(
    /\s+/,
  ),
);
/** Words that generated code can't use for what it declares, though some of them can name a field. */
const words = new Set(
  `abstract any arguments as async await boolean break case catch class const continue debugger declare default delete
  do else enum eval export extends false finally for from function get if implements import in instanceof interface is
  let namespace never new null number object of package private protected public require return set static string super
  switch symbol this throw true try type typeof undefined unknown var void while with yield`.split(
    /\s+/,
  ),
);
/** Types that generated files use under these names. */
const types = new Set(
  `Array Boolean Caller Controller Date Error Event Fault Function Inject Kysely Map Migration Module NewEvent Number Object
  Outbox Payload Principal Promise Provider Result Selectable Set Stream String Symbol Transaction`.split(
    /\s+/,
  ),
);

/** Whether code can't take a field of that name out of an object. */
export function isKeyword(camel: string): boolean {
  return keywords.has(camel);
}

/** Whether generated code can't use the name, as a variable or, capitalized, as a type. */
export function isReserved(camel: string): boolean {
  return words.has(camel) || types.has(`${camel[0]?.toUpperCase()}${camel.slice(1)}`);
}
