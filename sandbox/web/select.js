// A select as Discord draws it: a field that opens a list. Used in messages and in dialogs.

import { h, icon, moveFocus } from './dom.js';
import { guild, store } from './store.js';

const STRING = 3;

/** The options of any kind of select; those of people, roles and channels come from the server looked at. */
export function optionsOf(component) {
  const people = () => store.members.map((one) => ({ label: one.name, value: one.id }));
  const roles = () => guild().roles.map((one) => ({ label: `@${one.name}`, value: one.id }));
  const places = () => guild().channels
    .filter((one) => !component.channel_types?.length || component.channel_types.includes(one.type))
    .map((one) => ({ label: `#${one.name}`, value: one.id }));
  switch (component.type) {
    case STRING: return component.options ?? [];
    case 5: return people();
    case 6: return roles();
    case 7: return [...people(), ...roles()];
    case 8: return places();
    default: return [];
  }
}

/** A select. `chosen` is called with the values once they are settled: at a click, or when a multiple one closes. */
export function select(component, { disabled, label, chosen }) {
  const options = optionsOf(component);
  const most = component.max_values ?? 1;
  const preset = (component.default_values ?? []).map((one) => one.id);
  const before = options.filter((one) => one.default || preset.includes(one.value)).map((one) => one.value);
  let values = [...before];
  const placeholder = component.placeholder || 'Make a selection';

  const value = h('span', { class: 'value' });
  const field = h('button', {
    class: 'field', type: 'button', disabled, 'aria-haspopup': 'listbox', 'aria-expanded': 'false',
    'aria-label': label ?? placeholder, 'data-key': component.custom_id,
  }, value, icon('chevron'));
  const list = h('div', { class: 'list', role: 'listbox', hidden: true, 'aria-multiselectable': String(most > 1) });
  const root = h('div', { class: 'select' }, field, list);

  const show = () => {
    const picked = options.filter((one) => values.includes(one.value));
    value.classList.toggle('none', picked.length === 0);
    value.replaceChildren(...(picked.length === 0
      ? [placeholder]
      : picked.map((one) => (most > 1 ? h('span', { class: 'pick' }, one.label) : one.label))));
    for (const item of list.children) item.setAttribute('aria-selected', String(values.includes(item.dataset.value)));
  };

  const close = ({ refocus = true } = {}) => {
    if (list.hidden) return;
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('wheel', wheel, true);
    if (refocus) field.focus();
    const changed = values.length !== before.length || values.some((one) => !before.includes(one));
    if (most > 1 && changed && values.length >= (component.min_values ?? 1)) chosen([...values]);
  };
  const outside = (event) => { if (!root.contains(event.target)) close({ refocus: false }); };
  const wheel = (event) => { if (!list.contains(event.target)) close({ refocus: false }); };

  const open = () => {
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    place(field, list);
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('wheel', wheel, true);
    (list.querySelector('[aria-selected=true]') ?? list.firstElementChild)?.focus();
  };

  const pick = (picked) => {
    if (most === 1) {
      values = [picked];
      show();
      close();
      chosen([...values]);
      return;
    }
    if (values.includes(picked)) values = values.filter((one) => one !== picked);
    else if (values.length < most) values.push(picked);
    show();
  };

  list.append(...options.map((one) => h('div', {
    class: 'option', role: 'option', tabindex: '-1', 'data-value': one.value, onclick: () => pick(one.value),
  }, h('span', { class: 'text' }, one.label, one.description && h('small', {}, one.description)),
  most > 1 && h('span', { class: 'check', 'aria-hidden': 'true' }, '✓'))));

  field.addEventListener('click', () => (list.hidden ? open() : close()));
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && list.hidden) { event.preventDefault(); open(); }
  });
  list.addEventListener('keydown', (event) => {
    const items = [...list.children];
    if (moveFocus(event, items)) return;
    if (event.key === 'Enter' || event.key === ' ') pick(document.activeElement.dataset.value);
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (event.key.length === 1) {
      items.find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  show();
  return root;
}

/** Puts the list below its field, or above where there is more room. */
function place(field, list) {
  const box = field.getBoundingClientRect();
  const below = window.innerHeight - box.bottom - 12;
  const above = box.top - 12;
  const down = below >= Math.min(list.scrollHeight, 240) || below > above;
  Object.assign(list.style, {
    left: `${box.left}px`,
    width: `${box.width}px`,
    maxHeight: `${Math.min(300, down ? below : above)}px`,
    top: down ? `${box.bottom + 4}px` : 'auto',
    bottom: down ? 'auto' : `${window.innerHeight - box.top + 4}px`,
  });
}
