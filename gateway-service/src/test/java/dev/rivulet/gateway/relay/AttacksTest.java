// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Attacks by headers and in masses: 2, 19 and 24 of docs/robustness.md. */
@ExtendWith({SharedGateway.class, OutputCaptureExtension.class})
class AttacksTest {

    private static final int GUESSES = 200;
    private static final int REFUSALS_A_SECOND = 20;

    private final GatewayFixture gateway;
    private final StubReplica replica;

    AttacksTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    /** Nothing is ever unpacked, so there is nothing that a bomb could become. */
    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, gzip",
        "/v1/chat/completions, br",
        "/v1/chat/completions, zstd",
        "/v1/chat/completions, deflate",
        "/v1/chat/completions, 'identity, gzip'",
        "/v1/completions, gzip",
        "/v1/embeddings, br",
        "/v1/messages, zstd"
    })
    void aPackedBodyIsRefusedUnread(String path, String encoding) throws Exception {
        HttpResponse<String> answer = gateway.post(path, GatewayFixture.WHOLE, "content-encoding", encoding);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(replica.received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"evil.example", "127.0.0.1.evil.example", "169.254.169.254", "localhost.evil.example:7100"})
    void aPageWhoseNameWasTurnedToThisMachineIsRefusedEvenWithAKey(String host) throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + GatewayFixture.KEY
                    + "\r\nConnection: close\r\n\r\n");
            assertThat(wire.readAll()).startsWith("HTTP/1.1 403").contains("forbidden_origin");
        }
    }

    @Test
    void guessesOfKeysAreAllRefusedAndWrittenDownInPartAndHoldUpNobody(CapturedOutput output) throws Exception {
        long began = System.nanoTime();
        for (int guess = 0; guess < GUESSES; guess++) {
            HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                    .header("authorization", "Bearer rvk_guess" + guess)
                    .POST(BodyPublishers.ofString(GatewayFixture.WHOLE)));
            assertThat(answer.statusCode()).isEqualTo(401);
        }
        long seconds = 2 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        assertThat(Pattern.compile("refused - invalid_api_key")
                        .matcher(output.getAll())
                        .results()
                        .count())
                .isPositive()
                .isLessThanOrEqualTo(seconds * REFUSALS_A_SECOND);
        assertThat(output.getAll()).doesNotContain("rvk_guess");
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(replica.received).hasSize(1);
    }
}
