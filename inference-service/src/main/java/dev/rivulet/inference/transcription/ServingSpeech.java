// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.audio.LogMel;
import dev.rivulet.audio.MelFeatures;
import dev.rivulet.audio.Waveform;
import dev.rivulet.engine.speech.SpeechFacts;
import dev.rivulet.engine.speech.SpeechFeatures;
import dev.rivulet.engine.speech.SpeechListener;
import dev.rivulet.engine.speech.SpeechModel;
import dev.rivulet.engine.speech.SpeechRequest;
import dev.rivulet.inference.media.EncodedMedia;
import dev.rivulet.inference.models.ModelVersion;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A speech model that answers now. Thread-safe: sounds take turns, and closing waits for those under way. */
public final class ServingSpeech {

    /** What it can be asked for, as a replica's status names it. */
    public static final String CAPABILITY = "TRANSCRIPTION";

    private final ModelVersion version;
    private final SpeechModel model;
    private final LogMel logMel;
    private final EncodedMedia heard;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private final AtomicInteger waiting = new AtomicInteger();
    private boolean closed;

    ServingSpeech(ModelVersion version, SpeechModel model, EncodedMedia heard) {
        this.version = version;
        this.model = model;
        this.heard = heard;
        this.logMel = new LogMel(model.facts().mels());
    }

    public ModelVersion version() {
        return version;
    }

    public SpeechFacts facts() {
        return model.facts();
    }

    /** Sounds that are being written down or wait for it. */
    public int waiting() {
        return waiting.get();
    }

    /**
     * Writes down a sound.
     *
     * @param caller whose sound it is
     * @throws IllegalStateException if the model fails or was unloaded
     */
    void transcribe(Waveform sound, SpeechRequest request, String caller, SpeechListener listener) {
        waiting.incrementAndGet();
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model was unloaded");
            }
            model.transcribe(features(sound), request, window -> states(caller, window), listener);
        } finally {
            use.readLock().unlock();
            waiting.decrementAndGet();
        }
    }

    /** Hidden states of a window, kept from when the caller sent the same sound before. */
    private float[] states(String caller, SpeechFeatures window) {
        if (!heard.keeps()) {
            return model.encode(window);
        }
        EncodedMedia.Key key = EncodedMedia.Key.of(caller, version, sha256(window.values()));
        return heard.find(key).orElseGet(() -> {
            float[] states = model.encode(window);
            heard.keep(key, states);
            return states;
        });
    }

    private static byte[] sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A sound of up to one window is filled up with silence, a longer one is taken as it is. */
    private SpeechFeatures features(Waveform sound) {
        int window = model.facts().windowFrames();
        boolean brief = sound.samples().length <= window * LogMel.HOP;
        MelFeatures mel = brief ? logMel.features(sound, window) : logMel.features(sound);
        return new SpeechFeatures(mel.mels(), mel.frames(), mel.values());
    }

    void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
