// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Settings of Kafka's clients that nobody but a service's own operator may give: as whom to connect, whom to trust, and which
 * classes a client loads. A value of config-server could otherwise make a client read a file, call an address or run a class
 * (CVE-2025-27817, CVE-2023-25194).
 */
public final class ForeignSettings {

    private static final List<String> OF_CLIENTS = List.of(
            "spring.kafka.",
            "spring.cloud.stream.kafka.",
            "spring.cloud.stream.binders.",
            "spring.cloud.stream.default.");

    /** What names a class, a file of keys, a login or an address of one, wherever in a name; without dashes. */
    private static final Pattern TELLING = Pattern.compile(
            "\\.(sasl|ssl|security|jaas)\\.|jaas|oauth|truststore|keystore"
                    + "|interceptor|reporter|providers|class|serializer|partitioner|assignmentstrategy|assignment\\.strategy");

    private ForeignSettings() {}

    /** Whether a setting of this name must come from a service's own environment, files or arguments. */
    public static boolean refused(String name) {
        String plain = name.toLowerCase(Locale.ROOT)
                .replace("-", "")
                .replace("_", ".")
                .replace('[', '.')
                .replace("]", "");
        if (plain.startsWith(KafkaSecurity.PREFIX + ".")) {
            return true;
        }
        return OF_CLIENTS.stream().anyMatch(plain::startsWith)
                && TELLING.matcher(plain).find();
    }
}
