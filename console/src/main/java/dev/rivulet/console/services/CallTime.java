// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.services;

import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.http.client.reactive.ClientHttpRequest;
import reactor.netty.http.client.HttpClientRequest;

/** How long one call of a service may wait for its answer, where that differs from the client's own limit. */
public final class CallTime {

    private CallTime() {}

    /** For {@code WebClient}'s {@code httpRequest}. The connection ends the call: a cancelled one may leave an error that nobody takes. */
    public static Consumer<ClientHttpRequest> within(Duration time) {
        return request -> {
            if (request.getNativeRequest() instanceof HttpClientRequest http) {
                http.responseTimeout(time);
            }
        };
    }
}
