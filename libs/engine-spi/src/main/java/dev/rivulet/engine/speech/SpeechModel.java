// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

/** A loaded model of the kind encoder and decoder that writes down speech. Transcriptions run one after the other; closing waits for the one that runs. */
public interface SpeechModel extends AutoCloseable {

    SpeechFacts facts();

    /**
     * The hidden states of a window.
     *
     * @param window of {@link SpeechFacts#mels} filters and {@link SpeechFacts#windowFrames} frames
     * @return {@code [positions][width]}, row by row
     * @throws IllegalStateException if the run fails, gives a number that is not finite, or the model is closed
     */
    float[] encode(SpeechFeatures window);

    /**
     * Writes down a sound, window by window; each begins where the last sure time of the one before was.
     *
     * @param features of the whole sound; a sound of up to one window is expected to be filled up with silence to one
     * @param encoder this model's {@link #encode}, or what stands before it
     * @throws IllegalArgumentException if the language is not known or the features are of other mels
     * @throws IllegalStateException as {@link #encode}
     */
    void transcribe(SpeechFeatures features, SpeechRequest request, WindowEncoder encoder, SpeechListener listener);

    @Override
    void close();
}
