// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.util.Arrays;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/**
 * The key of a caller that opens a WebSocket and can set no other header, as a browser: a subprotocol
 * {@code openai-insecure-api-key.<key>} beside {@code realtime}, as OpenAI's clients offer it.
 */
final class SocketKey {

    private static final String PREFIX = "openai-insecure-api-key.";

    private SocketKey() {}

    /** The key, if the request opens a WebSocket and offers one. */
    static Optional<String> of(HttpHeaders headers) {
        if (!"websocket".equalsIgnoreCase(headers.getUpgrade())) {
            return Optional.empty();
        }
        return headers.getOrEmpty("Sec-WebSocket-Protocol").stream()
                .flatMap(line -> Arrays.stream(line.split(",", 32)))
                .map(String::strip)
                .filter(one -> one.startsWith(PREFIX) && one.length() > PREFIX.length())
                .map(one -> one.substring(PREFIX.length()))
                .findFirst();
    }
}
