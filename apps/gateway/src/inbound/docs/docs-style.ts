/** The style of the docs page; a file of its own, because the page allows no inline style. */
export const docsStyle = `
:root {
  color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; scroll-padding-top: 1rem;
  --ground: light-dark(#f6f7f6, #12161a); --panel: light-dark(#ffffff, #1a2026);
  --line: light-dark(#d9dfdc, #2f3940); --ink: light-dark(#1b2422, #e8eeec);
  --quiet: light-dark(#5a6764, #9aa8a5); --mesh: light-dark(#0b7a75, #4fd1c5);
}
body { margin: 0; background: var(--ground); color: var(--ink); }
main { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; font-size: 1.3rem; }
h3 { margin: 0; font-size: 1.05rem; }
h3 span { display: block; margin-top: 0.15rem; }
h3 code { font-size: 1em; font-weight: 600; color: var(--mesh); }
section[id^=schema] h3, section[id^=channel] h3 { margin-bottom: 0.5rem; }
section ul { margin: 0.25rem 0; padding-left: 1.25rem; }
h4 { margin: 1.25rem 0 0.25rem; font-size: 0.9rem; color: var(--quiet); }
p { margin: 0.5rem 0; }
a { color: var(--mesh); }
small { color: var(--quiet); font-size: 0.85em; }
code, pre { font: 0.875em/1.5 ui-monospace, monospace; }
pre {
  overflow-x: auto; overflow-wrap: normal; margin: 0.4rem 0; padding: 0.6rem 0.75rem;
  background: var(--ground); border: 1px solid var(--line); border-radius: 0.4rem;
}
h4 code { font-size: 1rem; color: var(--ink); }
main > section, main > ol, main > dl, nav {
  margin: 1rem 0; padding: 1rem; background: var(--panel);
  border: 1px solid var(--line); border-radius: 0.6rem;
}
nav ul { columns: 17rem; margin: 0; padding: 0; list-style: none; }
nav li { break-inside: avoid; padding: 0.15rem 0; }
main > ol { padding-left: 2.25rem; }
ol li { margin: 0.5rem 0; }
dl { margin: 0.25rem 0; }
dl + dl { border-top: 1px dashed var(--line); padding-top: 0.25rem; }
dt { padding-top: 0.3rem; }
dt small { white-space: nowrap; }
dd { margin: 0 0 0.3rem 1rem; }
section section { border-top: 1px solid var(--line); margin-top: 1rem; }
:target { outline: 2px solid var(--mesh); outline-offset: 0.25rem; border-radius: 0.4rem; }
h2:target { outline: none; }
@media (min-width: 44rem) {
  dl, dl > div { display: grid; grid-template-columns: 17rem 1fr; column-gap: 1rem; }
  dl > div { grid-column: 1 / -1; }
  dt, dd { margin: 0; padding: 0.25rem 0; }
}
`;
