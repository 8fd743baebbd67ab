// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How text is spoken.
 *
 * @param program the synthesiser, a name on the path or a path
 * @param models names under which it is asked for; a request may name any of them
 * @param voices voices of the synthesiser by the names that callers use, lower case
 * @param maxInput most characters of a text
 * @param timeout longest time that one text may take to be spoken
 * @param most texts that are spoken at once
 * @param mostPerKey texts of a key that are spoken at once
 */
@ConfigurationProperties("rivulet.speech")
record SpeechProperties(
        @DefaultValue("espeak-ng") String program,

        @DefaultValue({"espeak-ng", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"})
        List<String> models,

        Map<String, String> voices,
        @DefaultValue("4096") int maxInput,
        @DefaultValue("60s") Duration timeout,
        @DefaultValue("8") int most,
        @DefaultValue("4") int mostPerKey) {

    private static final String VOICE = "[A-Za-z][A-Za-z0-9-]{0,31}(\\+[A-Za-z0-9]{1,16})?";

    /** OpenAI's names, as voices that espeak-ng has. */
    private static final Map<String, String> OPENAI = Map.ofEntries(
            Map.entry("alloy", "en-us"),
            Map.entry("ash", "en-us+m3"),
            Map.entry("ballad", "en+m2"),
            Map.entry("coral", "en-us+f2"),
            Map.entry("echo", "en-us+m1"),
            Map.entry("fable", "en+m4"),
            Map.entry("nova", "en-us+f3"),
            Map.entry("onyx", "en-us+m7"),
            Map.entry("sage", "en+f4"),
            Map.entry("shimmer", "en-us+f5"),
            Map.entry("verse", "en-gb-scotland"),
            Map.entry("marin", "en+f1"),
            Map.entry("cedar", "en-us+m6"));

    SpeechProperties {
        voices = voices == null || voices.isEmpty() ? OPENAI : Map.copyOf(voices);
        models = List.copyOf(models);
        require(!program.isBlank() && !program.startsWith("-"), "program is a name or a path");
        require(!models.isEmpty() && models.stream().noneMatch(String::isBlank), "models has at least one name");
        require(voices.values().stream().allMatch(voice -> voice.matches(VOICE)), "voices are such as en-us or en+f3");
        require(maxInput >= 1 && maxInput <= 100_000, "max-input is 1 to 100000");
        require(timeout.toMillis() >= 100 && timeout.toHours() < 1, "timeout is 100ms to 1h");
        require(mostPerKey >= 1 && most >= mostPerKey && most <= 1_000, "most is at least most-per-key, up to 1000");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.speech: " + rule);
        }
    }
}
