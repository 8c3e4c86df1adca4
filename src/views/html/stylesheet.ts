/**
 * The stylesheet of the default pages. Its colours and sizes are CSS variables, which your own stylesheet can set.
 *
 * @since 0.2.0
 */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --qs-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --qs-back: #ffffff;
  --qs-surface: #f6f7f9;
  --qs-text: #1b1f24;
  --qs-muted: #57606a;
  --qs-line: #d0d7de;
  --qs-control: #7d8590;
  --qs-accent: #0a58ca;
  --qs-accent-text: #ffffff;
  --qs-danger: #b42318;
  --qs-danger-back: #fef3f2;
  --qs-radius: 0.5rem;
  --qs-width: 46rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --qs-back: #0f1419;
    --qs-surface: #182029;
    --qs-text: #e6edf3;
    --qs-muted: #9aa7b4;
    --qs-line: #2f3a46;
    --qs-control: #7d8894;
    --qs-accent: #79b8ff;
    --qs-accent-text: #0f1419;
    --qs-danger: #ff9a8f;
    --qs-danger-back: #2b1715;
  }
}
.qs, .qs * { box-sizing: border-box; }
.qs { margin: 0; background: var(--qs-back); color: var(--qs-text); font: 1rem/1.5 var(--qs-font); }
.qs a { color: var(--qs-accent); text-underline-offset: 0.15em; }
.qs :focus-visible { outline: 3px solid var(--qs-accent); outline-offset: 2px; }
.qs h1 { margin: 0 0 1.25rem; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
.qs h2 { margin: 2rem 0 0.75rem; font-size: 1.25rem; line-height: 1.3; }
.qs-skip { position: absolute; left: -100rem; }
.qs-skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem 1rem; background: var(--qs-back); }
.qs-header { border-bottom: 1px solid var(--qs-line); background: var(--qs-surface); padding: 0.75rem max(1rem, calc((100% - var(--qs-width)) / 2)); }
.qs-header a { color: var(--qs-text); font-weight: 600; text-decoration: none; }
.qs-main { width: 100%; max-width: calc(var(--qs-width) + 2rem); margin: 0 auto; padding: 2rem 1rem 4rem; }
.qs-head { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: center; justify-content: space-between; margin-bottom: 1.25rem; }
.qs-head h1 { margin: 0; }
.qs button, .qs-button, .qs-danger { display: inline-block; padding: 0.55rem 1.1rem; border: 1px solid transparent; border-radius: var(--qs-radius); background: var(--qs-accent); color: var(--qs-accent-text); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.qs a.qs-button { color: var(--qs-accent-text); }
.qs button.qs-danger { background: var(--qs-danger); color: var(--qs-back); }
.qs a.qs-danger { border-color: var(--qs-danger); background: transparent; color: var(--qs-danger); }
.qs button.qs-second { border-color: var(--qs-control); background: transparent; color: var(--qs-accent); }
.qs button:hover, .qs-button:hover, .qs-danger:hover { filter: brightness(1.08); }
.qs-actions { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: center; margin: 2rem 0 0; }
.qs-table { width: 100%; border-collapse: collapse; }
.qs-table th, .qs-table td { padding: 0.65rem 0.75rem; border-bottom: 1px solid var(--qs-line); text-align: start; vertical-align: top; overflow-wrap: anywhere; }
.qs-table thead th { color: var(--qs-muted); font-size: 0.875rem; font-weight: 600; white-space: nowrap; overflow-wrap: normal; }
.qs-table tbody th { font-weight: 600; }
.qs-table tbody tr:hover { background: var(--qs-surface); }
.qs-none, .qs-empty, .qs-optional, .qs-help { color: var(--qs-muted); }
.qs-pages { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; margin-top: 1.25rem; }
.qs-details { margin: 0; }
.qs-details > div { display: grid; grid-template-columns: minmax(8rem, 1fr) 3fr; gap: 0.25rem 1rem; padding: 0.65rem 0; border-bottom: 1px solid var(--qs-line); }
.qs-details dt { color: var(--qs-muted); }
.qs-details dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
.qs-form { display: block; }
.qs fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0; border: 0; }
.qs legend { padding: 0; font-weight: 600; }
.qs-field { margin: 0 0 1.25rem; }
.qs-field > label { display: block; margin-bottom: 0.35rem; font-weight: 600; }
.qs-optional { font-weight: 400; }
.qs-help { margin: 0 0 0.4rem; }
.qs-field input, .qs-field select, .qs-field textarea { width: 100%; padding: 0.5rem 0.65rem; border: 1px solid var(--qs-control); border-radius: var(--qs-radius); background: var(--qs-back); color: inherit; font: inherit; }
.qs-field input[type="number"], .qs-field input[type="date"], .qs-field input[type="time"], .qs-field input[type="datetime-local"] { max-width: 16rem; }
.qs-field textarea { resize: vertical; }
.qs-field input[type="checkbox"], .qs-field input[type="radio"] { width: 1.2rem; height: 1.2rem; margin: 0; padding: 0; accent-color: var(--qs-accent); flex: none; }
.qs-tick { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 0.6rem; }
.qs-tick > label { margin: 0; font-weight: 400; }
.qs-tick > .qs-help, .qs-tick > .qs-errors { flex-basis: 100%; margin: 0; }
.qs-parts { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.qs-parts > * { flex: 1 1 8rem; }
.qs-boxes { display: grid; gap: 0.5rem; }
.qs-boxes label { display: flex; align-items: center; gap: 0.6rem; font-weight: 400; }
.qs-errors { margin: 0 0 0.4rem; padding: 0; list-style: none; color: var(--qs-danger); font-weight: 600; }
.qs-wrong { padding-inline-start: 0.9rem; border-inline-start: 4px solid var(--qs-danger); }
.qs-wrong input, .qs-wrong select, .qs-wrong textarea { border-color: var(--qs-danger); }
.qs-summary { margin: 0 0 1.5rem; padding: 1rem 1.25rem; border: 2px solid var(--qs-danger); border-radius: var(--qs-radius); background: var(--qs-danger-back); }
.qs-summary h2 { margin: 0 0 0.5rem; }
.qs-summary ul { margin: 0; padding-inline-start: 1.25rem; }
.qs-summary a { color: var(--qs-danger); }
.qs fieldset.qs-group, .qs fieldset.qs-row { padding: 1rem 1.25rem 0.25rem; border: 1px solid var(--qs-line); border-radius: var(--qs-radius); background: var(--qs-surface); }
.qs-group > legend, .qs-row > legend { padding: 0 0.4rem; }
.qs-columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: 0 1.25rem; }
.qs fieldset.qs-field > legend { margin-bottom: 0.35rem; }
.qs-index { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
.qs-index a { display: block; padding: 0.9rem 1.1rem; border: 1px solid var(--qs-line); border-radius: var(--qs-radius); background: var(--qs-surface); font-weight: 600; text-decoration: none; }
.qs-index a:hover { border-color: var(--qs-accent); }
.qs-add { margin: 0; }
.qs .qs-unseen { position: absolute; padding: 0; border: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 36rem) {
  .qs-main { padding-top: 1.25rem; }
  .qs h1 { font-size: 1.5rem; }
  .qs-details > div { grid-template-columns: 1fr; }
  .qs-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .qs-table, .qs-table tbody, .qs-table tr, .qs-table th, .qs-table td { display: block; }
  .qs-table tr { padding: 0.65rem 0; border-bottom: 1px solid var(--qs-line); }
  .qs-table th, .qs-table td { padding: 0.1rem 0; border: 0; }
  .qs-table td::before { content: attr(data-label) ": "; color: var(--qs-muted); }
  .qs button, .qs-button, .qs-danger { padding: 0.7rem 1.1rem; }
}
@media (prefers-contrast: more) { :root { --qs-line: var(--qs-text); --qs-control: var(--qs-text); --qs-muted: var(--qs-text); } }
`.trimStart()
