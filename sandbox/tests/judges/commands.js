// What the bot registers, as Discord's JSON: the same for every library, so that one driver can play with all of them.
'use strict';

const option = (type, name, more = {}) => ({ type, name, description: `The ${name}`, ...more });
const command = (name, options = []) => ({ type: 1, name, description: `Try ${name}`, options });

module.exports = [
  ...['ping', 'panel', 'form', 'layout', 'files', 'slow', 'quietly', 'thread', 'tidy', 'members', 'hook', 'look', 'dm']
    .map((name) => command(name)),
  command('echo', [
    option(3, 'text', { required: true, max_length: 100 }), option(4, 'times', { min_value: 1, max_value: 9 }),
    option(10, 'ratio'), option(5, 'loud'), option(6, 'user'), option(7, 'channel'), option(8, 'role'),
    option(11, 'file'),
  ]),
  command('set', [
    option(1, 'quiet'), option(1, 'level', { options: [option(4, 'number', { required: true })] }),
    option(2, 'deep', { options: [option(1, 'inner')] }),
  ]),
  command('find', [option(3, 'word', { autocomplete: true, required: true })]),
  { type: 3, name: 'Quote' },
  { type: 2, name: 'Greet' },
];
