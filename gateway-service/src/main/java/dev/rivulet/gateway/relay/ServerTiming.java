// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Server-Timing} header and its form as a comment in a stream; durations in milliseconds. */
final class ServerTiming {

    static final String HEADER = "Server-Timing";
    private static final int LONGEST = 1_000;
    private static final Pattern WELL_FORMED =
            Pattern.compile("[A-Za-z0-9_.-]+(;dur=\\d+(\\.\\d+)?)?(, ?[A-Za-z0-9_.-]+(;dur=\\d+(\\.\\d+)?)?)*");

    private ServerTiming() {}

    /** Such as {@code ingress;dur=0.4, auth;dur=0.1}. */
    static String of(Map<String, Long> stages) {
        StringJoiner header = new StringJoiner(", ");
        stages.forEach((stage, nanos) -> header.add(stage + ";dur=" + String.format(Locale.ROOT, "%.2f", nanos / 1e6)));
        return header.toString();
    }

    /** Our stages followed by the replica's, if those are well formed. */
    static String merged(Map<String, Long> stages, @Nullable String replicas) {
        String own = of(stages);
        boolean good = replicas != null
                && replicas.length() <= LONGEST
                && WELL_FORMED.matcher(replicas).matches();
        return good ? own + ", " + replicas : own;
    }

    /** One comment event of a stream. */
    static String comment(Map<String, Long> stages) {
        return ": server-timing-gateway " + of(stages) + "\n\n";
    }
}
