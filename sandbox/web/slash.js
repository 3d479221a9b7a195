// Slash commands as text: what was typed so far, what may follow, what is still missing. Pure; the message box draws it.

import { guild, store } from './store.js';

const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;
const TYPES = { 3: 'text', 4: 'whole number', 5: 'true or false', 6: 'member', 7: 'channel', 8: 'role', 9: 'mention', 10: 'number', 11: 'file' };

/** Every command that can be typed, subcommands flattened: `{ path, description, options }`. */
export function flatten(commands) {
  const below = (path, one) => {
    const inner = (one.options ?? []).filter((option) => option.type === SUB_COMMAND || option.type === SUB_COMMAND_GROUP);
    if (inner.length) return inner.flatMap((option) => below(`${path} ${option.name}`, option));
    return [{ path, description: one.description, options: one.options ?? [] }];
  };
  return commands.filter((one) => (one.type ?? 1) === 1).flatMap((one) => below(one.name, one));
}

/** What a text that starts with a slash says so far, or null when it is no command's name followed by a space. */
export function parse(text, all) {
  const typed = text.slice(1);
  const command = all
    .filter((one) => typed === one.path || typed.startsWith(`${one.path} `))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!command) return null;
  const rest = 1 + command.path.length;
  const names = command.options.map((one) => one.name).sort((a, b) => b.length - a.length);
  const starts = [];
  for (const name of names) {
    for (let at = text.indexOf(` ${name}:`, rest); at >= 0; at = text.indexOf(` ${name}:`, at + 1)) {
      if (!starts.some((one) => one.at === at)) starts.push({ at, name });
    }
  }
  starts.sort((a, b) => a.at - b.at);
  const first = starts[0]?.at ?? text.length;
  const given = starts.map(({ at, name }, index) => {
    const from = at + name.length + 2;
    const end = starts[index + 1]?.at ?? text.length;
    const option = command.options.find((one) => one.name === name);
    return { name, option, from: at + 1, valueFrom: from, end, value: unquote(text.slice(from, end).trim()) };
  });
  return { command, given, loose: text.slice(rest, first).trim(), looseFrom: rest, looseEnd: first };
}

function unquote(value) {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** The option the caret stands in, or undefined. */
export function focused(parsed, caret) {
  return parsed.given.find((one) => caret >= one.valueFrom && caret <= one.end);
}

export function missing(parsed) {
  return parsed.command.options.filter((one) => one.required && !parsed.given.some((had) => had.name === one.name && had.value));
}

/** A sentence about what keeps the command from being sent, or null. What only the bot can judge is left to it. */
export function wrong(parsed) {
  if (parsed.loose) return `“${parsed.loose}” belongs to no option. Write it as name:value.`;
  const lacking = missing(parsed);
  if (lacking.length) return `This option is required: ${lacking.map((one) => one.name).join(', ')}. Specify a value.`;
  const bad = parsed.given.find((one) => problem(one));
  return bad ? `${bad.name}: ${problem(bad)}` : null;
}

/** What is wrong with one option's value, or null. */
export function problem({ option, value }) {
  if (value === '') return 'a value is missing.';
  const choice = option.choices?.some((one) => same(one.name, value) || String(one.value) === value);
  if (option.choices?.length && !choice) return `“${value}” is not one of the choices.`;
  if (option.choices?.length || option.autocomplete) return null;
  const number = Number(value);
  if (option.type === 4 && !Number.isInteger(number)) return 'a whole number is needed.';
  if (option.type === 10 && Number.isNaN(number)) return 'a number is needed.';
  if ((option.type === 4 || option.type === 10) && (number < option.min_value || number > option.max_value)) {
    return `the number must be between ${option.min_value ?? '−∞'} and ${option.max_value ?? '∞'}.`;
  }
  if (option.type === 5 && !/^(true|false)$/i.test(value)) return 'choose true or false.';
  if (option.type === 3 && value.length > (option.max_length ?? 6000)) return `at most ${option.max_length} characters.`;
  if (option.type === 3 && value.length < (option.min_length ?? 0)) return `at least ${option.min_length} characters.`;
  return [6, 7, 8, 9].includes(option.type) && !picks(option).some((one) => same(one.insert, value))
    ? `“${value}” is no ${TYPES[option.type]} here.` : null;
}

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

/** What may be picked for an option without asking the bot: `{ label, insert, about }`. */
export function picks(option) {
  const people = () => store.members.map((one) => ({ label: one.name, insert: `@${one.name}`, about: 'member' }));
  const roles = () => guild().roles.map((one) => ({ label: `@${one.name}`, insert: `@${one.name}`, about: 'role' }));
  const places = () => guild().channels
    .filter((one) => !option.channel_types?.length || option.channel_types.includes(one.type))
    .map((one) => ({ label: `#${one.name}`, insert: `#${one.name}`, about: one.parent ? 'thread' : 'channel' }));
  if (option.choices?.length) return option.choices.map((one) => ({ label: one.name, insert: one.name }));
  switch (option.type) {
    case 5: return [{ label: 'True', insert: 'true' }, { label: 'False', insert: 'false' }];
    case 6: return people();
    case 7: return places();
    case 8: return roles();
    case 9: return [...people(), ...roles()];
    default: return [];
  }
}

export function kind(option) {
  return TYPES[option.type] ?? 'value';
}

/** The command line to send; `chosen` maps an option to the value that stands behind the name the member picked. */
export function line(parsed, chosen, last = null) {
  const ordered = last ? [...parsed.given.filter((one) => one !== last), last] : parsed.given;
  const options = ordered.map((one) => {
    const picked = chosen.get(one.name);
    const value = picked && picked.name === one.value ? String(picked.value) : one.value;
    return `${one.name}:${value.includes('"') ? value : `"${value}"`}`;
  });
  return [`/${parsed.command.path}`, ...options].join(' ');
}
