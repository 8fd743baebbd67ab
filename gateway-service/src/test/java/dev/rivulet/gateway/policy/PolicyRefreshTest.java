// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static dev.rivulet.gateway.policy.Chats.asking;
import static dev.rivulet.gateway.policy.Chats.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refresh of the settings of a gateway that runs. */
class PolicyRefreshTest {

    private static final String HOUSE = """
            rivulet.policy:
              default-policy: house
              policies.house:
                input: {phoenix: %s}
                output: {pii: redact}
              filters:
                pii.pii: email
                phoenix.patterns: ['%s']
            """;

    @TempDir
    private static Path folder;

    private static GatewayFixture gateway;
    private static StubReplica replica;

    @BeforeAll
    static void start() throws Exception {
        write("");
        gateway = GatewayFixture.start(
                "rivulet.policy.enabled=true",
                "rivulet.routing.probe-timeout=20s",
                "spring.config.additional-location="
                        + folder.resolve("settings.yml").toUri());
        replica = StubReplica.start("refreshed");
        replica.json(200, whole("Ask ada@example.com", "null"));
        gateway.join(replica);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        replica.close();
    }

    @Test
    void theNextRequestHasThePolicyOfTheRefreshAndABadOneChangesNothing() throws Exception {
        assertThat(ask().body()).contains("ada@example.com");

        refresh(HOUSE.formatted("flag", "project phoenix"));
        HttpResponse<String> flagged = ask();
        assertThat(flagged.body()).contains("[EMAIL]").doesNotContain("ada@");
        assertThat(flagged.headers().firstValue("x-rivulet-policy")).hasValue("input/phoenix/flag, output/pii/redact");

        refresh(HOUSE.formatted("block", "project phoenix"));
        assertThat(ask().statusCode()).isEqualTo(400);

        refresh(HOUSE.formatted("flag", "project (phoenix"));
        assertThat(ask().statusCode()).as("the last good policies stay").isEqualTo(400);

        refresh("rivulet.policy.default-policy: none");
        assertThat(ask().body()).contains("ada@example.com");
    }

    private static HttpResponse<String> ask() throws Exception {
        return gateway.chat(asking("of project phoenix"));
    }

    private static void refresh(String settings) throws Exception {
        write(settings);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.url("/actuator/refresh"))
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    private static void write(String settings) throws Exception {
        Files.writeString(folder.resolve("settings.yml"), settings);
    }
}
