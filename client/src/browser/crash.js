// What the program holds of the world outside, and what ends it when the program crashes. A program
// that crashed can do nothing any more, so this list is kept, and gone through, outside of it.

/** Tracks, connections and sockets, each with the last thing to be sent through it. */
const held = new Map();
let over = false;
let note = null;

/** What asks each part of the program whether it lives. */
const parts = new Set();
let doubted = false;

// A part that lives answers before the browser does anything else. So long a drawing may take that
// goes on in tasks of its own, in a tab that is not looked at, in milliseconds.
const PATIENCE = 3000;

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

/** What the next page finds under this key in `sessionStorage`, if the person wants to rejoin; without a value, nobody is asked. */
export function keepNote(key, value) {
  note = value === undefined ? null : { key, value };
}

/** From now on this part is asked in doubt. It gets a function to call in answer. */
export const live = (ask) => void parts.add(ask);

export const retire = (ask) => void parts.delete(ask);

/** From now on a crash is noticed, also one that Rust cannot tell of. */
export function watch() {
  addEventListener("error", ({ error }) => {
    if (isTrap(error) || wentThroughRust(error)) crash();
    else doubt();
  });
  addEventListener("unhandledrejection", ({ reason }) => {
    if (isTrap(reason)) crash();
    else doubt();
  });
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
 * What went wrong may be an extension's own matter, or the end of the program: of what other
 * origins' scripts threw browsers tell nothing but that they did, and not all that is thrown tells
 * where. So the program is asked, once it does not run just now.
 */
function doubt() {
  if (over || doubted) return;
  doubted = true;
  setTimeout(() => {
    const silent = new Set(parts);
    for (const ask of parts) {
      try {
        ask(() => silent.delete(ask));
      } catch {
        // That is no answer.
      }
    }
    setTimeout(() => {
      doubted = false;
      if ([...silent].some((ask) => parts.has(ask))) crash();
    }, PATIENCE);
  });
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

const isTrap = (error) => error instanceof WebAssembly.RuntimeError;

/**
 * Whether this exception passed through Rust, whose destructors it skipped: it was thrown above
 * Rust, and Rust runs no more. While Rust runs, exceptions are reported that never reach it: those
 * of others' listeners for what Rust does.
 */
const wentThroughRust = (error) => hasRust(error) && !hasRust(new Error());

// All engines call the frames of WebAssembly so.
const hasRust = (error) => String(error?.stack).includes("wasm-function[");

/** In place of the program, in the words of `index.html`; whatever still draws draws where nobody looks. */
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
