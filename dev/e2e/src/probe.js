() => {
  // Runs before the page's own scripts: it looks, and changes nothing.
  const connections = [];
  const channels = [];
  // What went over them, in both directions.
  const texts = [];
  const Native = window.RTCPeerConnection;
  if (Native) window.RTCPeerConnection = class RTCPeerConnection extends Native {
    descriptions = 0;
    constructor(...given) {
      super(...given);
      connections.push(this);
    }
    createDataChannel(label, ...given) {
      const channel = super.createDataChannel(label, ...given);
      const send = channel.send.bind(channel);
      channel.send = text => {
        texts.push(text);
        send(text);
      };
      channel.addEventListener('message', ({ data }) => texts.push(data));
      channels.push(channel);
      return channel;
    }
    setLocalDescription(...given) {
      this.descriptions += 1;
      return super.setLocalDescription(...given);
    }
  };
  const tracks = [];
  let calling = false;
  const devices = navigator.mediaDevices;
  if (devices) {
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async constraints => {
      if (calling) throw new DOMException('a phone call', 'NotReadableError');
      const stream = await getUserMedia(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
  }
  const wakeLocks = [];
  if (navigator.wakeLock) {
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async kind => {
      const lock = await request(kind);
      wakeLocks.push(lock);
      return lock;
    };
  }
  // What the browser's own controls do.
  const actions = {};
  if (navigator.mediaSession) {
    const setActionHandler = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
    navigator.mediaSession.setActionHandler = (name, handler) => {
      setActionHandler(name, handler);
      actions[name] = handler;
    };
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const track = clone.call(this);
    tracks.push(track);
    return track;
  };
  const violations = [];
  document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective));

  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const groups = () => [...document.querySelectorAll('[role=group][aria-label]')];
  const videoOf = name => groups().find(group => group.ariaLabel === name)?.querySelector('video');
  const streamOf = name => videoOf(name)?.srcObject;
  const alive = () => connections.filter(connection => connection.connectionState !== 'closed');
  const connectionOf = name => {
    const track = streamOf(name)?.getVideoTracks()[0];
    return alive().find(connection => connection.getReceivers().some(receiver => receiver.track === track));
  };

  // A browser may never answer for a connection that is closed meanwhile: then there are none.
  const statsOf = connection => Promise.race([connection.getStats(), pause(5000).then(() => new Map())]);

  // Mean brightness, 0 to 255, of a small copy of a picture.
  const copy = video => {
    const canvas = new OffscreenCanvas(32, 24);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  };

  window.probe = {
    connections,
    violations,
    alive,
    connectionOf,
    // The open channels of this label, `ctl` or `chat`.
    channels: label => channels.filter(channel => channel.label === label && channel.readyState === 'open'),
    // How many messages of this type went over the channels.
    count: wanted => texts.filter(text => JSON.parse(text).type === wanted).length,
    // What was said in the chat, as it went over the channels.
    said: () => texts.map(text => JSON.parse(text)).filter(({ type }) => type === 'said').map(({ message }) => message),
    // How many devices of a kind, `audio` or `video`, give something. A camera that is held at all has its light on; a microphone
    // that is held may be silent.
    inUse: kind => tracks.filter(track => track.kind === kind && track.readyState === 'live' && (kind === 'video' || track.enabled)).length,
    held: () => tracks.filter(track => track.readyState === 'live').length,
    tracks,
    // Whether the page keeps the screen on.
    keepsAwake: () => wakeLocks.some(lock => !lock.released),
    actions,
    // A phone call comes: it ends what is captured of this kind, and until one hangs up nobody captures anything.
    phone: kind => {
      calling = true;
      const track = tracks.find(track => track.kind === kind && track.readyState === 'live');
      // Firefox tells nothing of a track that a script has stopped.
      Object.defineProperty(track, 'readyState', { value: 'ended' });
      track.dispatchEvent(new Event('ended'));
      track.stop();
    },
    hangUp: () => {
      calling = false;
    },
    // The visible tiles: who, and the words on them.
    tiles: () => groups().map(group => ({
      name: group.ariaLabel,
      words: [...group.querySelectorAll('.unseen, .state')].map(element => element.textContent.trim()),
      covered: group.querySelector('.cover') !== null,
    })),
    names: () => groups().map(group => group.ariaLabel).sort(),
    tile: name => window.probe.tiles().find(tile => tile.name === name),
    button: name => [...document.querySelectorAll('button')].some(button => (button.ariaLabel ?? button.textContent.trim()) === name),
    hasScreen: () => document.querySelector('.tile.screen') !== null,
    // Just inside an element's upper left corner, in CSS pixels.
    corner: element => {
      const { left, top } = element.getBoundingClientRect();
      return [Math.ceil(left) + 2, Math.ceil(top) + 2];
    },
    heading: () => document.querySelector('h1')?.textContent,
    // How many descriptions were set on this page, in each connection that ever was.
    descriptions: () => connections.map(connection => connection.descriptions),
    connected: () => alive().filter(connection => connection.connectionState === 'connected').length,
    // What flows between this page and the person of this name.
    flow: async name => {
      const connection = connectionOf(name);
      if (!connection) return null;
      const flow = { state: connection.connectionState, descriptions: connection.descriptions };
      for (const report of (await statsOf(connection)).values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'audio' && report.totalAudioEnergy !== undefined) {
          flow.heard = (flow.heard ?? 0) + report.totalAudioEnergy;
          flow.heardBytes = (flow.heardBytes ?? 0) + report.bytesReceived;
        }
        if (report.type === 'inbound-rtp' && report.kind === 'video') {
          flow.seen = (flow.seen ?? 0) + (report.framesDecoded ?? 0);
          flow.seenBytes = (flow.seenBytes ?? 0) + report.bytesReceived;
        }
        if (report.type === 'outbound-rtp') {
          const key = report.kind === 'audio' ? 'saidBytes' : 'shownBytes';
          flow[key] = (flow[key] ?? 0) + report.bytesSent;
        }
      }
      return flow;
    },
    // How bright a person's picture is, and how much it changes within a second.
    sight: async name => {
      const video = videoOf(name);
      if (!video || video.videoWidth === 0) return null;
      const before = copy(video);
      await pause(700);
      const after = copy(video);
      let sum = 0;
      let change = 0;
      for (let place = 0; place < before.length; place += 1) {
        if (place % 4 === 3) continue;
        sum += after[place];
        change += Math.abs(after[place] - before[place]);
      }
      const count = before.length / 4 * 3;
      return { width: video.videoWidth, height: video.videoHeight, brightness: sum / count, change: change / count };
    },
    // What stands in the chat: who wrote what.
    chat: () => [...document.querySelectorAll('[role=log] .line')].map(line =>
      [line.querySelector('.who span').textContent, line.querySelector('.words').textContent]),
    // Buttons and fields that no finger reaches: outside of the viewport even when scrolled to,
    // under something else, or small.
    unreachable: () => {
      // Above a keyboard what is pressed seldom may be low.
      const FINGER = innerHeight < 340 ? 0 : 44;
      const edges = [[-1, 0], [1, 0], [0, -1], [0, 1]].map(edge => edge.map(side => side * Math.max(FINGER / 2 - 1, 0)));
      const why = control => {
        // A press on the words is one on the box before them.
        const element = control.closest('label') ?? control;
        element.scrollIntoView({ block: 'center' });
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const isInside = left > -1 && top > -1 && right < innerWidth + 1 && bottom < innerHeight + 1;
        if (!isInside) return `at ${[left, top, right, bottom].map(Math.round)}`;
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        if (!element.contains(hit)) return `under ${hit?.className}`;
        const isHit = ([x, y]) => element.contains(document.elementFromPoint((left + right) / 2 + x, (top + bottom) / 2 + y));
        return edges.every(isHit) ? null : 'is smaller than a fingertip';
      };
      const name = element => element.ariaLabel ?? ((element.closest('label') ?? element).textContent.trim() || element.id);
      const sideways = document.documentElement.scrollWidth > innerWidth ? [`the page is ${document.documentElement.scrollWidth} wide`] : [];
      // What a question lies above is not to be reached.
      const scope = document.querySelector('dialog:modal') ?? document;
      return [...scope.querySelectorAll('button, input, select, textarea, summary, a.brand')]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .map(element => [name(element), why(element)])
        .filter(([, why]) => why)
        .map(found => found.join(' '))
        .concat(sideways);
    },
    // When what changed has its place: sizes are watched, and drawn again.
    drawn: () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true)))),
    pause,
    // Asks until it is so, or says how it is instead.
    until: async (question, seconds) => {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        let answer;
        try {
          answer = await question();
        } catch (error) {
          answer = null;
          if (performance.now() >= end) return { ok: false, why: String(error) };
        }
        if (answer) return { ok: true, answer };
        if (performance.now() >= end) return { ok: false, why: null };
        await pause(100);
      }
    },
  };
}
