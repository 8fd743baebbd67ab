// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.registry.Client.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Whoever asks the registry learns every event there is. */
@WholeRegistry
class AsyncApiIT {

    @LocalServerPort
    private int port;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void theDocumentHasEveryTopicOfTheCatalogue() {
        Answer answer = client.get("/api/asyncapi");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("application/vnd.aai.asyncapi+json");
        assertThat(answer.body().path("asyncapi").asString()).isEqualTo("3.0.0");
        assertThat(answer.body().path("channels").propertyNames())
                .containsAll(EventType.topics().stream().map(Topic::name).toList());
    }

    @Test
    void whoHasItIsToldThatItIsTheSame() {
        String etag = client.get("/api/asyncapi").header("etag");

        Answer again = client.send(client.request("/api/asyncapi").header("if-none-match", etag));

        assertThat(etag).isNotEmpty();
        assertThat(again.status()).isEqualTo(304);
    }
}
