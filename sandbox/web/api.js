// Talks to the sandbox: what a member sees, what they do, and news as it happens.

async function ask(path, options) {
  const response = await fetch(`/_sandbox/${path}`, options);
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`);
  return response.json();
}

const query = (parameters) => new URLSearchParams(parameters).toString();

export const api = {
  state: (me, channel) => ask(`state?${query({ ...(me && { as: me }), ...(channel && { channel }) })}`),
  messages: (me, channel) => ask(`messages?${query({ as: me, channel })}`),
  /** Does something as a member: `{ ok }`, `{ modal }`, `{ choices }` or `{ error, sent }`. */
  act: (what, body) => deed(what, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  /** A command with files, each `[name, File]`. */
  upload(body, files) {
    const form = new FormData();
    form.append('deed', JSON.stringify(body));
    for (const [name, file] of files) form.append(name, file, name);
    return deed('upload', { body: form });
  },
};

async function deed(what, request) {
  try {
    return await ask(what, { method: 'POST', ...request });
  } catch (error) {
    return { error: error.message, sent: false };
  }
}

/**
 * Listens for news. `on` holds a function per kind of event; `on.connected` is called whenever news begin to flow, because
 * what happened before is not told again; `on.lost` when they do not. Returns a function that stops it.
 */
export function listen(me, on) {
  const source = new EventSource(`/_sandbox/events?${query({ as: me })}`);
  for (const kind of ['message', 'gone', 'state']) {
    source.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
  }
  for (const kind of ['open', 'missed']) source.addEventListener(kind, on.connected);
  source.addEventListener('error', on.lost);
  return () => source.close();
}
