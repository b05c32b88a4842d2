/* Sound for what is new and severe: a pair of tones every four seconds until somebody takes the incident, anywhere, or silences this wall
   (A or a click), it ends, or two minutes are over. Where the browser does not let a page sound without a click, the clock says so. */
"use strict";
(() => {
  const G = window.gatehouse;
  const EVERY_MS = 4000, LONGEST_MS = 120000;
  const heard = new Map(); /* line → when it began to sound; only of lines that the server says ring */
  let audio = null, acknowledged = new Set(), started = false;

  G.soundState = () => {
    if (!audio || audio.state !== "running") return "blocked";
    if (ringing().length) return "ringing";
    return [...heard.keys()].some((id) => acknowledged.has(id)) ? "acknowledged" : "on";
  };
  const ringing = () => [...heard].filter(([id, since]) => !acknowledged.has(id) && performance.now() - since < LONGEST_MS);

  G.acknowledgeSound = () => {
    if (audio && audio.state === "suspended") audio.resume();
    acknowledged = new Set(heard.keys());
  };
  G.soundFor = (lines) => {
    const open = new Set(lines.filter((line) => line.rings).map((line) => line.id));
    for (const id of heard.keys()) if (!open.has(id)) heard.delete(id);
    acknowledged = new Set([...acknowledged].filter((id) => heard.has(id)));
    let fresh = false;
    for (const id of open) if (!heard.has(id)) { heard.set(id, performance.now()); fresh = true; }
    if (fresh && started) ring();
    started = true;
  };
  G.startSound = () => {
    audio = new AudioContext();
    setInterval(ring, EVERY_MS);
    document.addEventListener("pointerdown", G.acknowledgeSound);
  };
  function ring() {
    if (!audio || audio.state !== "running" || !ringing().length) return;
    for (const [tone, after] of [[880, 0], [660, 0.28]]) {
      const wave = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime + after;
      wave.frequency.value = tone;
      loud.gain.setValueAtTime(0.0001, at);
      loud.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
      wave.connect(loud).connect(audio.destination);
      wave.start(at);
      wave.stop(at + 0.27);
    }
  }
})();
