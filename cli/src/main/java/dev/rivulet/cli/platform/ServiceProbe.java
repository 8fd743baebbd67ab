package dev.rivulet.cli.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks a service's readiness endpoint.
 *
 * @param client the client to ask with
 * @param readiness address of the endpoint
 */
record ServiceProbe(HttpClient client, URI readiness) implements Probe {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int OK = 200;

    static ServiceProbe of(HttpClient client, String url) {
        return new ServiceProbe(client, URI.create(url + "/actuator/health/readiness"));
    }

    @Override
    public boolean ready() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(readiness).timeout(ANSWER).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }
}
