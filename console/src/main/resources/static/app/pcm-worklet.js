/** Hands the samples of the first channel on as they come. */
class Pcm extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor('rivulet-pcm', Pcm);
