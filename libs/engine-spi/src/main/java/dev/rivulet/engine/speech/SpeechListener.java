// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

/** Hears of a transcription as it comes, on the thread that makes it. */
public interface SpeechListener {

    /** The language that the sound is taken for, once, before any segment; empty for a model of English alone. */
    void language(String code);

    /** The next segment, in order. */
    void segment(SpeechSegment segment);

    /** Whether the transcription is to end here; asked between tokens. */
    boolean cancelled();
}
