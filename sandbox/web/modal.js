// Dialogs: a bot's modal, and the list of recorded failures. The browser's own <dialog> keeps focus and closes on Escape.

import { h, icon } from './dom.js';
import { select } from './select.js';
import { store } from './store.js';

/** Shows a modal. `submit` gets `[[custom_id, value], …]` and resolves to a sentence when the values were refused. */
export function openModal(modal, submit) {
  const controls = modal.components.map(control).filter(Boolean);
  const error = h('p', { class: 'form-error', role: 'alert', hidden: true });
  const send = h('button', { class: 'button primary', type: 'submit' }, 'Submit');
  const dialog = open(modal.title, async () => {
    const problems = controls.map((one) => one.problem());
    if (problems.some(Boolean)) return;
    send.disabled = true;
    const sentence = await submit(controls.flatMap((one) => one.values()));
    send.disabled = false;
    error.textContent = sentence ?? '';
    error.hidden = !sentence;
    if (!sentence) dialog.close();
  }, [
    error,
    h('div', { class: 'fields' }, controls.map((one) => one.element)),
    h('footer', {}, h('button', { class: 'button plain', type: 'button', onclick: () => dialog.close() }, 'Cancel'), send),
  ]);
}

/** Shows the recorded failures. */
export function openFailures() {
  const list = store.failures.length
    ? h('ul', { class: 'failure-list' }, store.failures.map((one) => h('li', {}, one)))
    : h('p', { class: 'failure-list none' }, 'None. What the bot does that Discord would refuse, or does not answer in time, is listed here.');
  const dialog = open('Recorded failures', () => dialog.close(), [
    h('div', { class: 'fields' }, list),
    h('footer', {}, h('button', { class: 'button primary', type: 'submit' }, 'Close')),
  ]);
}

function open(title, submitted, content) {
  const close = h('button', { class: 'icon', type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'));
  const sheet = h('form', { class: 'sheet', novalidate: true }, h('header', {}, h('h2', {}, title), close), content);
  const dialog = h('dialog', { 'aria-label': title }, sheet);
  const focused = document.activeElement;
  sheet.addEventListener('submit', (event) => {
    event.preventDefault();
    submitted();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    focused?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('.control input, .control textarea, .control button, footer .primary')?.focus();
  return dialog;
}

/** A control of a modal: its element, its values and the sentence that says what is wrong with them. */
function control(one) {
  if (one.type === 10) {
    return { element: h('div', { class: 'md', html: one.html }), values: () => [], problem: () => null };
  }
  const [field, label, about] = one.type === 18
    ? [one.component, one.label, one.description]
    : [one.components?.[0], one.components?.[0]?.label];
  if (!field) return null;
  const input = inputOf(field, label);
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const required = field.required !== false && field.type !== 23;
  const name = h('span', { class: 'label' }, label ?? '', required && h('span', { class: 'must', 'aria-label': 'required' }, '*'));
  return {
    element: h('div', { class: 'control', oninput: () => { problem.hidden = true; } }, name, about && h('p', { class: 'about' }, about), input.element, problem),
    values: () => [[field.custom_id, input.value()]],
    problem: () => {
      const sentence = wrong(field, input.value(), required);
      problem.textContent = sentence ?? '';
      problem.hidden = !sentence;
      return sentence;
    },
  };
}

function wrong(field, value, required) {
  const empty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (empty) return required ? 'This is required.' : null;
  if (field.type === 4 && value.length < (field.min_length ?? 0)) return `At least ${field.min_length} characters, please.`;
  if (Array.isArray(value) && value.length < (field.min_values ?? 0)) return `Choose at least ${field.min_values}.`;
  return null;
}

let serial = 0;

function inputOf(field, label) {
  switch (field.type) {
    case 4: return textInput(field, label);
    case 21: return picks(field, 'radio', (values) => values[0] ?? null);
    case 22: return picks(field, 'checkbox', (values) => values);
    case 23: return checkbox(field, label);
    case 3: case 5: case 6: case 7: case 8: return dropdown(field, label);
    default: return { element: h('p', { class: 'about' }, 'This kind of field is not available in the sandbox.'), value: () => null };
  }
}

function textInput(field, label) {
  const properties = {
    'aria-label': label, placeholder: field.placeholder, maxlength: field.max_length ?? 4000,
    value: field.value ?? '', 'data-key': field.custom_id,
  };
  const input = field.style === 2 ? h('textarea', properties) : h('input', { type: 'text', ...properties });
  const left = h('span', {});
  const count = () => { left.textContent = field.max_length ? `${input.value.length} / ${field.max_length}` : ''; };
  input.addEventListener('input', count);
  count();
  return { element: h('div', {}, input, h('div', { class: 'left' }, h('span'), left)), value: () => input.value };
}

function picks(field, type, read) {
  const group = `group-${serial += 1}`;
  const inputs = field.options.map((one) => h('input', {
    type, name: group, checked: one.default, 'data-key': `${field.custom_id}/${one.value}`, value: one.value,
  }));
  const element = h('div', { role: type === 'radio' ? 'radiogroup' : 'group' }, field.options.map((one, at) =>
    h('label', { class: 'pick' }, inputs[at], h('span', {}, one.label, one.description && h('small', {}, one.description)))));
  return { element, value: () => read(inputs.filter((one) => one.checked).map((one) => one.value)) };
}

function checkbox(field, label) {
  const input = h('input', { type: 'checkbox', checked: field.default, 'data-key': field.custom_id, 'aria-label': label });
  return { element: h('label', { class: 'pick' }, input, h('span', {}, label ?? '')), value: () => input.checked };
}

function dropdown(field, label) {
  let values = (field.options ?? []).filter((one) => one.default).map((one) => one.value);
  const element = select(field, { label, chosen: (picked) => { values = picked; } });
  return { element, value: () => values };
}
