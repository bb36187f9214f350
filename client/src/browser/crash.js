// What the program holds of the world outside, and what ends it when the program crashes. A program
// that crashed can do nothing any more, so this list is kept, and gone through, outside of it.

/** Tracks, connections and sockets, each with the last thing to be sent through it. */
const held = new Map();
let over = false;
let note = null;

/** What asks each part of the program whether it lives, and how many turns that may take. */
const parts = new Map();
let asking = false;
let doubted = false;

// A turn is one of a timer. In a tab that is not looked at timers come late, the program's own too:
// so turns are counted. All but the first take so many milliseconds, for drawings on slow machines.
const TURN = 750;

/** From now on this ends with the program; at once, if that is over. */
export function hold(thing, lastWord) {
  if (over) end(thing, lastWord);
  else held.set(thing, lastWord);
}

export const release = (thing) => void held.delete(thing);

export const heldCount = () => held.size;

/** A stream that was asked for ends with the program too, even if it is given afterwards. */
export const holdWhenGiven = (promise) =>
  void promise.then((stream) => stream.getTracks().forEach((track) => hold(track)), () => {});

/** What the next page finds under this key in `sessionStorage`, if the person wants to rejoin;
 * without a value, nobody is asked. */
export function keepNote(key, value) {
  note = value === undefined ? null : { key, value };
}

/** From now on this part is asked in doubt. It gets a function to call within so many turns. */
export const live = (ask, turns) => void parts.set(ask, turns);

export const retire = (ask) => void parts.delete(ask);

/** From now on a crash is noticed, also one that Rust cannot tell of. */
export function watch() {
  addEventListener("error", ({ error }) => suspect(error));
  addEventListener("unhandledrejection", ({ reason }) => suspect(reason));
  // The program would still ask before it is closed, and lead back into the call unasked.
  for (const type of ["beforeunload", "pagehide"]) {
    addEventListener(type, (event) => over && event.stopImmediatePropagation(), { capture: true });
  }
  const follow = (event) => {
    if (!over) return;
    event.stopImmediatePropagation();
    location.reload();
  };
  addEventListener("popstate", follow, { capture: true });
}

/**
 * A trap is the end of the program. All else may be an extension's own matter: even what was thrown
 * while Rust ran may be so, where a browser's function was wrapped, and of what other origins'
 * scripts threw browsers tell nothing but that they did. So the program is asked, once it does not
 * run just now, and again if another error comes before it has answered.
 */
function suspect(error) {
  if (error instanceof WebAssembly.RuntimeError) return crash();
  doubted = true;
  if (!asking) void askAll();
}

async function askAll() {
  asking = true;
  while (doubted && !over) {
    // Rust does not run then.
    await null;
    doubted = false;
    if (await isAnySilent()) crash();
  }
  asking = false;
}

async function isAnySilent() {
  const silent = new Map(parts);
  for (const ask of parts.keys()) {
    try {
      ask(() => silent.delete(ask));
    } catch {
      // That is no answer.
    }
  }
  for (let turns = 1; silent.size > 0; turns += 1) {
    await new Promise((resolve) => void setTimeout(resolve, turns > 1 ? TURN : 0));
    for (const [ask, most] of silent) {
      if (!parts.has(ask)) silent.delete(ask);
      else if (turns >= most) return true;
    }
  }
  return false;
}

/** Ends capture and all connections, then says so. */
export function crash() {
  if (over) return;
  over = true;
  held.forEach((lastWord, thing) => end(thing, lastWord));
  held.clear();
  show();
}

function end(thing, lastWord) {
  try {
    if (lastWord) thing.send(lastWord);
  } catch {
    // It is not open.
  }
  try {
    if ("stop" in thing) thing.stop();
    else thing.close();
  } catch {
    // One that cannot be ended keeps no other one.
  }
}

/** In place of the program, in the words of `index.html`; whatever still draws draws where nobody
 * looks. */
function show() {
  window.madang.tell("ended");
  const button = document.getElementById("rejoin");
  button.hidden = note === null;
  button.onclick = rejoin;
}

function rejoin() {
  try {
    sessionStorage.setItem(note.key, note.value);
  } catch {
    // Full, or forbidden: then the next page begins in the lobby.
  }
  location.reload();
}
