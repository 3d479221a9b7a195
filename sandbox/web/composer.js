// The message box: plain messages, and slash commands with suggestions above it.

import { complete, say, slash } from './actions.js';
import { avatar, h, icon } from './dom.js';
import { flatten, focused, kind, line, missing, parse, picks, problem, wrong } from './slash.js';
import { channel, store } from './store.js';

const input = document.getElementById('input');
const mirror = document.getElementById('mirror');
const list = document.getElementById('suggestions');
const error = document.getElementById('composer-error');
const fileArea = document.getElementById('files');

/** Option name → the choice picked for it, whose value is sent in place of its name. */
const chosen = new Map();
let files = new Map();
let items = [];
let active = -1;
let asked = 0;
let timer = null;
const answers = new Map();

/** Fits the box to the channel and member; call when either changed. */
export function refreshComposer() {
  const here = channel();
  const name = here?.type === 1 ? `@${here.name}` : here?.parent ? here.name : `#${here?.name ?? ''}`;
  input.placeholder = `Message ${name}`;
  input.setAttribute('aria-label', `Message ${name}; start with a slash for commands`);
  answers.clear();
  update();
}

/** Puts a text into the box, as a click on a command's mention does. */
export function write(text) {
  replace(0, input.value.length, text);
  input.focus();
}

function replace(from, to, text) {
  input.value = input.value.slice(0, from) + text + input.value.slice(to);
  input.setSelectionRange(from + text.length, from + text.length);
  update();
}

function fail(sentence) {
  error.textContent = sentence ?? '';
  error.hidden = !sentence;
}

function update() {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
  const parsed = input.value.startsWith('/') ? parse(input.value, flatten(store.commands)) : null;
  drawMirror(parsed);
  drawFiles(parsed);
  suggest(parsed);
}

/** Colours the command and its options behind the text. */
function drawMirror(parsed) {
  const text = input.value;
  if (!parsed) {
    mirror.replaceChildren();
    return;
  }
  const parts = [h('span', { class: 'command' }, text.slice(0, parsed.looseFrom)), text.slice(parsed.looseFrom, parsed.looseEnd)];
  let at = parsed.looseEnd;
  for (const one of parsed.given) {
    const bad = one.value !== '' && focused(parsed, input.selectionStart) !== one && problem(one);
    const end = one.from + text.slice(one.from, one.end).trimEnd().length;
    parts.push(text.slice(at, one.from), h('span', { class: `option ${bad ? 'bad' : ''}` }, text.slice(one.from, end)));
    at = end;
  }
  mirror.replaceChildren(...parts, text.slice(at));
  mirror.scrollTop = input.scrollTop;
}

function drawFiles(parsed) {
  const option = parsed?.command.options.find((one) => one.type === 11);
  if (!option) {
    files = new Map();
    fileArea.replaceChildren();
    return;
  }
  if (fileArea.dataset.option === option.name && fileArea.firstChild) return;
  fileArea.dataset.option = option.name;
  const pick = h('input', { type: 'file', 'aria-label': `File for ${option.name}` });
  pick.addEventListener('change', () => attach(option, pick.files[0]));
  fileArea.replaceChildren(`${option.name}: `, pick);
}

function attach(option, file) {
  if (!file) return;
  const name = file.name.replace(/[\s"]/g, '_');
  files = new Map([[name, file]]);
  const given = parse(input.value, flatten(store.commands))?.given.find((one) => one.name === option.name);
  const text = `${option.name}:${name} `;
  if (given) replace(given.from, given.end, text);
  else replace(input.value.length, input.value.length, `${input.value.endsWith(' ') ? '' : ' '}${text}`);
}

/** Decides what can follow at the caret and shows it. */
function suggest(parsed) {
  clearTimeout(timer);
  asked += 1;
  const text = input.value;
  if (!text.startsWith('/') || document.activeElement !== input) return show([], null);
  if (!parsed || text.length === parsed.looseFrom) return show(commandItems(text), h('h3', {}, 'Commands'));
  const option = focused(parsed, input.selectionStart);
  const tail = option && tailAfter(option);
  const follow = tail && optionItems(parsed, tail.word, tail.from);
  if (follow?.length) return show(follow, hint(parsed, null), tail.word || missing(parsed).length ? 0 : -1);
  if (option?.option.autocomplete) return ask(parsed, option);
  if (option) {
    const word = option.value.replace(/^[@#]/, '').toLowerCase();
    const matching = picks(option.option).filter((one) => one.label.toLowerCase().includes(word));
    return show(matching.map((one) => valueItem(option, one)), hint(parsed, option), done(option) ? -1 : 0);
  }
  const first = missing(parsed).length > 0 || parsed.loose ? 0 : -1;
  const from = parsed.loose ? parsed.looseFrom : input.value.trimEnd().length;
  return show(optionItems(parsed, parsed.loose, from), hint(parsed, null), first);
}

/** The word begun after a value that is complete: it may become the name of the next option. */
function tailAfter(one) {
  const raw = input.value.slice(one.valueFrom, one.end);
  const at = raw.search(/\s\S*$/);
  if (at <= 0 || input.selectionStart < one.end) return null;
  const value = raw.slice(0, at).trim().replace(/^"(.*)"$/, '$1');
  const complete = one.option.autocomplete ? chosen.get(one.name)?.name === value : !problem({ ...one, value });
  return complete ? { word: raw.slice(at).trim(), from: one.valueFrom + at } : null;
}

/** Whether what stands there is one of the choices already, so that Enter sends. */
function done(option) {
  return option.value !== '' && !problem(option);
}

function commandItems(text) {
  const typed = text.slice(1).toLowerCase();
  const score = (one) => (one.path.startsWith(typed) ? 0 : 1);
  return flatten(store.commands)
    .filter((one) => one.path.includes(typed) || one.path.replaceAll(' ', '').startsWith(typed.replaceAll(' ', '')))
    .sort((a, b) => score(a) - score(b) || a.path.localeCompare(b.path))
    .map((one) => ({
      element: [icon('slash'), h('span', { class: 'text' }, h('b', {}, `/${one.path}`), h('small', {}, one.description))],
      side: store.bot?.name,
      accept: () => {
        const required = one.options.filter((option) => option.required)[0];
        replace(0, input.value.length, `/${one.path}${required ? ` ${required.name}:` : one.options.length ? ' ' : ''}`);
      },
    }));
}

/** The options that may still be given and begin with `word`, to be written from `from` on. */
function optionItems(parsed, word, from) {
  return parsed.command.options
    .filter((one) => !parsed.given.some((had) => had.name === one.name) && one.name.startsWith(word.toLowerCase()))
    .sort((a, b) => Boolean(b.required) - Boolean(a.required))
    .map((one) => ({
      element: [h('span', { class: 'text' }, h('b', {}, one.name), h('small', {}, one.description))],
      side: one.required ? 'required' : 'optional',
      accept: () => replace(from, input.value.length, ` ${one.name}:`),
    }));
}

function valueItem(option, one) {
  const face = one.about === 'member' && store.members.find((person) => `@${person.name}` === one.insert);
  return {
    element: [face && avatar(face, 'small'), h('span', { class: 'text' }, h('b', {}, one.label))],
    side: one.about,
    accept: () => {
      if (one.choice) chosen.set(option.name, one.choice);
      const quoted = /\s/.test(one.insert) ? `"${one.insert}"` : one.insert;
      const [from, to] = [option.valueFrom, option.end];
      const after = input.value.slice(to).trimStart();
      input.value = `${input.value.slice(0, from)}${quoted} ${after}`;
      const next = missing(parse(input.value, flatten(store.commands)))[0];
      if (next && !after) input.value += `${next.name}:`;
      const caret = after ? from + quoted.length + 1 : input.value.length;
      input.setSelectionRange(caret, caret);
      update();
    },
  };
}

/** Asks the bot what fits, a moment after the last key. */
function ask(parsed, option) {
  const serial = asked;
  const text = line(parsed, chosen, option);
  const draw = (choices) => {
    const found = choices.map((one) => valueItem(option, { label: one.name, insert: one.name, choice: one }));
    const picked = chosen.get(option.name)?.name === option.value && option.value !== '';
    show(found, hint(parsed, option), picked || found.length === 0 ? -1 : 0, 'No options match your search.');
  };
  if (answers.has(text)) return draw(answers.get(text));
  show([], hint(parsed, option), -1, 'Loading options…');
  timer = setTimeout(async () => {
    const choices = await complete(text);
    if (choices) answers.set(text, choices);
    if (serial !== asked) return;
    if (choices) draw(choices);
    else show([], hint(parsed, option), -1, 'Loading options failed.');
  }, 250);
  return undefined;
}

function hint(parsed, option) {
  const pills = parsed.command.options
    .toSorted((a, b) => Boolean(b.required) - Boolean(a.required))
    .map((one) => {
      const had = parsed.given.find((given) => given.name === one.name);
      const state = one.name === option?.name ? 'now' : had?.value ? 'done' : '';
      return (one.required || had) && h('span', { class: `opt ${state}` }, one.name);
    });
  const about = option
    ? h('div', {}, h('b', {}, option.name), ` ${option.option.description} `, h('small', {}, `(${kind(option.option)})`))
    : h('div', {}, parsed.command.description);
  return h('div', { class: 'hint' }, h('div', {}, h('b', {}, `/${parsed.command.path} `), pills), about);
}

function show(found, heading, first = 0, empty = null) {
  items = found;
  active = found.length ? first : -1;
  list.replaceChildren(...[heading, ...found.map((one, at) => h('div', {
    class: 'item', role: 'option', id: `suggestion-${at}`, 'aria-selected': String(at === active),
    onpointerdown: (event) => { event.preventDefault(); one.accept(); },
  }, one.element, one.side && h('span', { class: 'side' }, one.side))),
  found.length === 0 && empty && h('div', { class: 'empty' }, empty)].filter(Boolean));
  list.hidden = !heading;
  input.setAttribute('aria-expanded', String(!list.hidden));
  mark();
}

function mark() {
  [...list.querySelectorAll('.item')].forEach((item, at) => item.setAttribute('aria-selected', String(at === active)));
  const current = list.querySelector('[aria-selected=true]');
  current?.scrollIntoView({ block: 'nearest' });
  if (current) input.setAttribute('aria-activedescendant', current.id);
  else input.removeAttribute('aria-activedescendant');
}

async function send() {
  const text = input.value.trim();
  if (!text) return;
  let sentence;
  if (text.startsWith('/')) {
    const parsed = parse(text, flatten(store.commands));
    sentence = parsed ? wrong(parsed) : `There is no command “${text.split(' ')[0]}”. Pick one from the list.`;
    if (!sentence) {
      const sending = slash(line(parsed, chosen), `/${parsed.command.path}`, [...files]);
      clear();
      sentence = await sending;
      if (sentence && !input.value) write(text);
    }
  } else {
    clear();
    sentence = await say(text);
  }
  fail(sentence);
}

function clear() {
  input.value = '';
  chosen.clear();
  fail(null);
  update();
}

input.addEventListener('input', () => { fail(null); update(); });
input.addEventListener('scroll', () => { mirror.scrollTop = input.scrollTop; });
for (const event of ['focus', 'click', 'blur']) input.addEventListener(event, update);
input.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  const open = !list.hidden && items.length > 0;
  if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    active = (active + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length;
    mark();
  } else if (open && event.key === 'Tab' && !event.shiftKey) {
    items[Math.max(active, 0)].accept();
  } else if (event.key === 'Enter' && !event.shiftKey) {
    if (open && active >= 0) items[active].accept();
    else send();
  } else if (event.key === 'Escape' && !list.hidden) {
    show([], null);
  } else return;
  event.preventDefault();
});
document.getElementById('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
