// What the tests see of the page that the page itself does not tell.

const connections = [];
let listeners = 0;

const { addEventListener, removeEventListener } = EventTarget.prototype;
const added = new WeakMap();

/** Counts connections and listeners from now on. */
export function spy() {
  const Original = RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration) {
      super(configuration);
      connections.push(this);
    }
  };
  EventTarget.prototype.addEventListener = function (type, callback, options) {
    const known = added.get(this) ?? new Set();
    added.set(this, known);
    const key = callback;
    if (!known.has(key)) listeners += 1;
    known.add(key);
    return addEventListener.call(this, type, callback, options);
  };
  EventTarget.prototype.removeEventListener = function (type, callback, options) {
    if (added.get(this)?.delete(callback)) listeners -= 1;
    return removeEventListener.call(this, type, callback, options);
  };
}

export const listenerCount = () => listeners;
export const connectionCount = () => connections.length;
export const openConnectionCount = () => connections.filter((pc) => pc.signalingState !== "closed").length;

/** `0:sendrecv 1:sendrecv ...` of the connection that was made as that one. */
export const transceivers = (place) =>
  connections[place].getTransceivers().map((t) => `${t.mid}:${t.currentDirection}`).join(" ");

/** From now on the browser makes no connection. */
export function refuseConnections() {
  window.RTCPeerConnection = class {
    constructor() {
      throw new DOMException("too many", "UnknownError");
    }
  };
}

export const sends = (place, mid) => connections[place].getTransceivers()[mid].sender.track !== null;

/** `maxBitrate maxFramerate scaleResolutionDownBy` of the camera. */
export function encoding(place) {
  const [first] = connections[place].getTransceivers()[1].sender.getParameters().encodings;
  return `${first.maxBitrate} ${first.maxFramerate} ${first.scaleResolutionDownBy}`;
}

export const remoteSdp = (place) => connections[place].remoteDescription.sdp;

/** Resolves when a picture is there to look at. */
export const picture = (video) =>
  new Promise((resolve) => {
    document.body.append(video);
    video.requestVideoFrameCallback(() => resolve(`${video.videoWidth}x${video.videoHeight}`));
  });

/** What the page asks of the devices, `microphone`, `camera` or `both`, and what it gets: an error's name or a track. */
export function devices(answers) {
  const asked = [];
  Object.defineProperty(navigator, "mediaDevices", {
    configurable: true,
    value: answers && Object.assign(new EventTarget(), {
      enumerateDevices: async () => present,
      getUserMedia: async ({ audio, video }) => {
        const kind = audio && video ? "both" : audio ? "microphone" : "camera";
        const exact = [audio, video].map((wanted) => wanted?.deviceId?.exact).filter(Boolean);
        asked.push([kind, ...exact].join("="));
        const answer = answers[kind];
        if (answer === "never") return new Promise(() => {});
        if (answer) throw failure(answer);
        if (exact.some((id) => !present.some(({ deviceId }) => deviceId === id))) throw failure("OverconstrainedError");
        return stream(audio, video);
      },
    }),
  });
  return asked;
}

let present = [];

/** These devices are there now, and the browser says so. */
export function plug(list) {
  connect(list);
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}

/** The device that is chosen, or the first of its kind, gives this track. */
function give(track, kind, wanted) {
  const id = wanted.deviceId?.exact ?? present.find((device) => device.kind === kind)?.deviceId;
  const label = id && `the ${id}`;
  if (id) {
    track.getSettings = () => ({ deviceId: id });
    Object.defineProperty(track, "label", { value: label });
  }
  return track;
}

/** The devices that are there, as `videoinput:ID audioinput:ID`; without permission the IDs are empty. */
export function connect(list) {
  present = list.split(" ").filter(Boolean).map((device) => {
    const [kind, deviceId] = device.split(":");
    return { kind, deviceId, label: deviceId && `the ${deviceId}` };
  });
}

/** What the browser says of permissions; without an argument it says nothing. */
export function permissions(states) {
  Object.defineProperty(navigator, "permissions", {
    configurable: true,
    value: states && { query: async ({ name }) => ({ state: states[name] }) },
  });
}

function failure(error) {
  const [name, message = "no"] = error.split(": ");
  if (name === "TypeError") return new TypeError("no");
  // It is no DOMException anywhere.
  if (name === "OverconstrainedError") return Object.assign(new Error("no"), { name });
  return new DOMException(message, name);
}

export const tracks = [];

function stream(audio, video) {
  const made = [];
  if (audio) made.push(give(new AudioContext().createMediaStreamDestination().stream.getTracks()[0], "audioinput", audio));
  if (video) made.push(give(document.createElement("canvas").captureStream().getTracks()[0], "videoinput", video));
  tracks.push(...made);
  return new MediaStream(made);
}

/** `audio:live:on video:ended:on` of all tracks that were ever given out. */
export const trackStates = () =>
  tracks.map((track) => `${track.kind}:${track.readyState}:${track.enabled ? "on" : "off"}`).join(" ");

const newest = (kind) => tracks.findLast((track) => track.kind === kind);

/** The system mutes the newest track of this kind, or no longer does. */
export function mute(kind, muted) {
  Object.defineProperty(newest(kind), "muted", { configurable: true, value: muted });
  newest(kind).dispatchEvent(new Event(muted ? "mute" : "unmute"));
}

/** The browser ends the newest track of this kind. */
export function end(kind) {
  newest(kind).stop();
  newest(kind).dispatchEvent(new Event("ended"));
}

/** A WebSocket that opens at once and remembers what it was told. */
class FakeSocket extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;

  constructor(url) {
    super();
    Object.assign(this, { url, readyState: 0, bufferedAmount: 0, sent: [] });
    sockets.push(this);
    setTimeout(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.readyState = 3;
  }
}

const sockets = [];

export function fakeSockets() {
  window.WebSocket = FakeSocket;
}

export const socketUrl = () => sockets.at(-1).url;
export const socketIsOpen = () => sockets.at(-1)?.readyState === 1;
/** The types of all messages to the newest socket. */
export const sent = () => (sockets.at(-1)?.sent ?? []).map((text) => JSON.parse(text).type).join(" ");
/** The newest message to the newest socket. */
export const sentLast = () => sockets.at(-1).sent.at(-1);
export const serve = (text) => sockets.at(-1).dispatchEvent(new MessageEvent("message", { data: text }));
export const asksBeforeClosing = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
export const hidePage = () => window.dispatchEvent(new PageTransitionEvent("pagehide"));

/** A network of this type, or with other estimates if it is the same. */
export function network(type) {
  const known = Object.getOwnPropertyDescriptor(navigator, "connection")?.value ?? new EventTarget();
  known.type = type;
  Object.defineProperty(navigator, "connection", { configurable: true, value: known });
  known.dispatchEvent(new Event("change"));
}
