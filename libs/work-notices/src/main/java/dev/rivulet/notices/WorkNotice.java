// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A federation looks for devices for its next round. It says nothing that a stranger may not know, and nothing is lost with it: who
 * misses it hears of the round when it asks.
 *
 * @param round the next one, 1 or more
 */
public record WorkNotice(String federation, long round) {

    /** Before the federation's name in a topic, unless something else is agreed on. */
    public static final String USUAL_PREFIX = "rivulet/federation";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern PAYLOAD = Pattern.compile("rivulet-work-1 ([1-9][0-9]{0,17})");

    public WorkNotice {
        if (!NAME.matcher(federation).matches() || round < 1) {
            throw new IllegalArgumentException("a notice has the name of a federation and a round of 1 or more");
        }
    }

    /** Where notices of a federation are published. */
    public static String topic(String prefix, String federation) {
        if (!NAME.matcher(federation).matches() || prefix.isBlank() || prefix.matches(".*[#+\\x00].*")) {
            throw new IllegalArgumentException("a topic has a prefix without wildcards and the name of a federation");
        }
        return prefix + "/" + federation + "/work";
    }

    /** What is published: {@code rivulet-work-1} and the round, in ASCII. */
    public byte[] payload() {
        return ("rivulet-work-1 " + round).getBytes(StandardCharsets.US_ASCII);
    }

    /** The notice of a payload; empty if it is none. */
    public static Optional<WorkNotice> of(String federation, byte[] payload) {
        Matcher read = PAYLOAD.matcher(new String(payload, StandardCharsets.US_ASCII));
        return read.matches()
                ? Optional.of(new WorkNotice(federation, Long.parseLong(read.group(1))))
                : Optional.empty();
    }
}
