// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks a health endpoint of a service.
 *
 * @param client the client to ask with
 * @param endpoint address of the endpoint
 */
record ServiceProbe(HttpClient client, URI endpoint) implements Probe {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int OK = 200;

    /** Whether the service can do its work now. */
    static ServiceProbe readiness(HttpClient client, String url) {
        return new ServiceProbe(client, URI.create(url + "/actuator/health/readiness"));
    }

    /** Whether the service runs, be there work for it or not: a replica is not ready before it has a model. */
    static ServiceProbe liveness(HttpClient client, String url) {
        return new ServiceProbe(client, URI.create(url + "/actuator/health/liveness"));
    }

    @Override
    public boolean ready() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(endpoint).timeout(ANSWER).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }
}
