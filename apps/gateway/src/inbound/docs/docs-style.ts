/** The style of the docs page; a file of its own, because the page allows no inline style. */
export const docsStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid GrayText; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
h3 code { margin-right: 0.5rem; }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid GrayText; border-radius: 0.4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.75rem 0.2rem 0; }
th { width: 3rem; font-variant-numeric: tabular-nums; }
details { margin: 0.25rem 0; }
summary { cursor: pointer; }
a { color: LinkText; }
`;
