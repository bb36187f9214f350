others => {
  // Notes when each picture of these people was shown, when sound of theirs was played, and what
  // their tiles say.
  // Times are milliseconds since 1970, as the measuring program has them.
  const now = () => performance.timeOrigin + performance.now();
  const moments = new Map(others.map(name => [name, { picture: [], sound: [] }]));
  const words = new Set();

  const watched = new WeakSet();
  const follow = (video, pictures) => {
    if (watched.has(video)) return;
    watched.add(video);
    const next = (_, { presentationTime }) => {
      pictures.push(performance.timeOrigin + presentationTime);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  // The newest packet that was played, over whichever connection the tile has.
  const heard = name => {
    const receivers = probe.connectionOf(name)?.getReceivers() ?? [];
    const sources = receivers.filter(({ track }) => track.kind === 'audio').flatMap(receiver => receiver.getSynchronizationSources());
    return Math.max(0, ...sources.map(({ timestamp }) => timestamp));
  };
  const newest = new Map();
  const look = () => {
    for (const [name, { picture, sound }] of moments) {
      const tiles = [...document.querySelectorAll('.tile')].filter(tile => tile.ariaLabel === name);
      if (tiles.length === 0) words.add('(no tile)');
      tiles.forEach(tile => follow(tile.querySelector('video'), picture));
      tiles.flatMap(tile => [...tile.querySelectorAll('.state')]).forEach(state => words.add(state.textContent.trim()));
      const played = heard(name);
      if (played === newest.get(name) || played === 0) continue;
      newest.set(name, played);
      sound.push(now());
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  setInterval(look, 50);
  look();

  // Of something that came at these times: the longest time without it between `begin` and `end`,
  // and how long it took to come again after `whole`; null if it did not.
  const judge = (times, { begin, whole, end }) => {
    const edges = [begin, ...times.filter(time => begin < time && time < end), end];
    const gaps = edges.slice(1).map((edge, place) => edge - edges[place]);
    const again = times.find(time => time > whole);
    return { gap: Math.max(...gaps), again: again === undefined || again > end ? null : again - whole };
  };
  window.watch = {
    // Forgets what the tiles have said.
    begin: () => words.clear(),
    // Whether all came in the last second, as it does where nothing is wrong.
    moves: () => [...moments.values()].every(({ picture, sound }) => [picture, sound].every(times => times.at(-1) > now() - 1000)),
    // What came of it, at `end`.
    report: async span => {
      while (now() < span.end) await probe.pause(span.end - now());
      const of = kind => [...moments.values()].map(times => judge(times[kind], span));
      return { picture: of('picture'), sound: of('sound'), words: [...words] };
    },
  };
  return true;
}
