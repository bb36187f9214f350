() => {
  // A browser without what the page can do without: Safari lacks some of it, older browsers more.
  for (const [type, names] of [
    ['Document', ['fullscreenEnabled', 'pictureInPictureEnabled']],
    ['HTMLMediaElement', ['setSinkId']],
    ['MediaDevices', ['getDisplayMedia']],
    ['MediaStreamTrack', ['contentHint']],
    ['Navigator', ['connection', 'mediaSession', 'permissions', 'share', 'wakeLock']],
    ['RTCRtpReceiver', ['getSynchronizationSources']],
    ['RTCRtpTransceiver', ['setCodecPreferences']],
  ]) {
    for (const name of names) delete window[type]?.prototype[name];
  }
  delete window.documentPictureInPicture;
}
