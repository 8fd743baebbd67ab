// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What devices of a test sent, by digest, and which of it they were told counts. Safe for threads. */
final class SentUpdates {

    /** An update that a device was told counts. */
    record Accepted(String federation, long round, String device, String sha256) {}

    /**
     * What was sent.
     *
     * @param weight number of examples that the device said
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Sent(byte[] bytes, double weight) {}

    private final Map<String, Sent> bytes = new ConcurrentHashMap<>();
    private final Set<Accepted> accepted = ConcurrentHashMap.newKeySet();

    void sent(String sha256, Sent update) {
        bytes.put(sha256, update);
    }

    void accepted(Accepted update) {
        accepted.add(update);
    }

    Optional<Sent> of(String sha256) {
        return Optional.ofNullable(bytes.get(sha256));
    }

    /** All that devices of a federation were told counts. */
    Set<Accepted> accepted(String federation) {
        Set<Accepted> here = ConcurrentHashMap.newKeySet();
        accepted.stream().filter(each -> each.federation().equals(federation)).forEach(here::add);
        return here;
    }
}
