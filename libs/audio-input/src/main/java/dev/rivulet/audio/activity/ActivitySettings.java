// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio.activity;

import java.time.Duration;

/**
 * When a sound counts as speech.
 *
 * @param onset level above the noise at which speech begins, dB, 3 to 40
 * @param release level above the noise below which it pauses, dB, at least 1 and at most the onset
 * @param quietest level below which nothing is speech, dB of full scale, −90 to −20
 * @param begin how long the onset must last, 20 ms to 1 s
 * @param hangover how long a pause must last to end an utterance, 100 ms to 3 s
 * @param before what is kept from before the onset, up to 1 s
 * @param longest utterance; a longer one is cut, 1 to 60 s
 */
public record ActivitySettings(
        double onset,
        double release,
        double quietest,
        Duration begin,
        Duration hangover,
        Duration before,
        Duration longest) {

    /** For commands: 9 and 5 dB over the noise, −55 dB, 60 ms, 400 ms, 240 ms, 10 s. */
    public static final ActivitySettings STANDARD = new ActivitySettings(
            9, 5, -55, Duration.ofMillis(60), Duration.ofMillis(400), Duration.ofMillis(240), Duration.ofSeconds(10));

    public ActivitySettings {
        require(onset >= 3 && onset <= 40, "onset must be 3 to 40 dB, not " + onset);
        require(release >= 1 && release <= onset, "release must be 1 dB to the onset, not " + release);
        require(quietest >= -90 && quietest <= -20, "quietest must be −90 to −20 dB, not " + quietest);
        within("begin", begin, 20, 1_000);
        within("hangover", hangover, 100, 3_000);
        within("before", before, 0, 1_000);
        within("longest", longest, 1_000, 60_000);
    }

    private static void within(String what, Duration value, long least, long most) {
        require(
                value.toMillis() >= least && value.toMillis() <= most,
                what + " must be " + least + " to " + most + " ms, not " + value.toMillis());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
