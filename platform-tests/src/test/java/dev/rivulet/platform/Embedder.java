// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A tiny model of embeddings that a platform is given for a test: 32 numbers a text. */
final class Embedder {

    static final String MODEL = "bert-mean";
    static final int DIMENSIONS = 32;

    private static final Path FOLDER =
            Platform.repository().resolve("libs/engine-onnx/src/test/resources/encoders/" + MODEL);

    private Embedder() {}

    /** Registers it, which does nothing where it is known, and waits until it answers. */
    static void on(Platform platform) {
        platform.run("models", "register", FOLDER.toString()).succeeded();
        await(platform, MODEL);
    }

    /** Waits until a model is among those that the gateway lists. */
    static void await(Platform platform, String model) {
        URI list = platform.gateway().resolve("/v1/models");
        HttpRequest request = HttpRequest.newBuilder(list)
                .header("authorization", "Bearer " + platform.apiKey())
                .timeout(Duration.ofSeconds(60))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            Awaitility.await(model)
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .contains("\"" + model + "\""));
        }
    }
}
