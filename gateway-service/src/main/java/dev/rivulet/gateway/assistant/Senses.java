// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What came with a question besides words, and what was understood of it. Safe for use by many threads.
 *
 * <p>A recording is known by its words once they were recognised; a picture by its data URL.
 */
final class Senses {

    private final @Nullable Sound sound;
    private final @Nullable String picture;
    private final AtomicReference<String> heard = new AtomicReference<>("");

    /**
     * A recording.
     *
     * @param data base64 of a file, or of samples where the format is {@code pcm16}
     * @param format as the caller names it; the content of a file decides what it is
     */
    record Sound(String data, String format) {
        Sound {
            Objects.requireNonNull(data);
            Objects.requireNonNull(format);
        }
    }

    /** @param picture a data URL */
    Senses(@Nullable Sound sound, @Nullable String picture) {
        this.sound = sound;
        this.picture = picture;
    }

    static Senses none() {
        return new Senses(null, null);
    }

    Optional<Sound> sound() {
        return Optional.ofNullable(sound);
    }

    Optional<String> picture() {
        return Optional.ofNullable(picture);
    }

    boolean isEmpty() {
        return sound == null && picture == null;
    }

    /** This was recognised in the recording. */
    void heard(String words) {
        heard.set(words);
    }

    /** What was recognised; empty as long as nothing is. */
    String heard() {
        return Objects.requireNonNullElse(heard.get(), "");
    }
}
