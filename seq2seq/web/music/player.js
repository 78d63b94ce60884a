// Plays sounds with the browser's own synthesiser, so that nothing has to be loaded.

const LOUDNESS = 0.2;
const [ATTACK, RELEASE] = [0.015, 0.05]; // seconds
const LEAD = 0.1; // seconds before the first sound

export class Player {
  #context = null;

  get playing() {
    return this.#context !== null;
  }

  /**
   * Plays sounds, {key, start, time}, in whole notes.
   *
   * whole: seconds of a whole note. time: of all sounds. listen: called with the time that is heard, and at last with null.
   */
  play(sounds, { whole, time, listen }) {
    this.stop();
    const context = (this.#context = new AudioContext());
    const begin = context.currentTime + LEAD;
    const output = new GainNode(context, { gain: LOUDNESS });
    output.connect(context.destination);
    for (const sound of sounds) schedule(context, output, sound, begin, whole);
    const watch = () => {
      if (this.#context !== context) return this.#context ?? listen(null); // something else may play by now
      const heard = (context.currentTime - begin) / whole;
      if (heard > time) this.stop();
      else listen(Math.max(0, heard));
      requestAnimationFrame(watch);
    };
    watch();
  }

  /** Is silent at once. */
  stop() {
    this.#context?.close();
    this.#context = null;
  }
}

function schedule(context, output, { key, start, time }, begin, whole) {
  const [from, to] = [begin + start * whole, begin + (start + time) * whole];
  const tone = new OscillatorNode(context, { type: "triangle", frequency: 440 * 2 ** ((key - 69) / 12) });
  const envelope = new GainNode(context, { gain: 0 });
  envelope.gain.setValueAtTime(0, from);
  envelope.gain.linearRampToValueAtTime(1, from + ATTACK);
  envelope.gain.setTargetAtTime(0.5, from + ATTACK, 0.3);
  envelope.gain.setTargetAtTime(0, Math.max(from + ATTACK, to - RELEASE), RELEASE / 3);
  tone.connect(envelope).connect(output);
  tone.start(from);
  tone.stop(to + RELEASE);
}
