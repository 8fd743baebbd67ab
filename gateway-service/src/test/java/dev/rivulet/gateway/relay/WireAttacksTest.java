// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on HTTP itself, byte by byte: 15, 17 and 18 of docs/robustness.md. */
@ExtendWith(SharedGateway.class)
class WireAttacksTest {

    private static final String HEAD = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + GatewayFixture.KEY + "\r\nContent-Type: application/json\r\n";
    private static final String CHUNKS =
            Integer.toHexString(GatewayFixture.WHOLE.length()) + "\r\n" + GatewayFixture.WHOLE + "\r\n0\r\n\r\n";
    private static final String SECOND = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    WireAttacksTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    static Stream<Arguments> smuggled() {
        int length = GatewayFixture.WHOLE.length();
        String body = GatewayFixture.WHOLE + SECOND;
        return Stream.of(
                Arguments.of(
                        "length and chunks",
                        HEAD + "Content-Length: " + CHUNKS.length() + "\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS
                                + SECOND),
                Arguments.of(
                        "chunks and length",
                        HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + CHUNKS + SECOND),
                Arguments.of(
                        "two lengths", HEAD + "Content-Length: " + length + "\r\nContent-Length: 5\r\n\r\n" + body),
                Arguments.of("a list of lengths", HEAD + "Content-Length: 5, " + length + "\r\n\r\n" + body),
                Arguments.of("a length with a sign", HEAD + "Content-Length: +" + length + "\r\n\r\n" + body),
                Arguments.of("an encoding in disguise", HEAD + "Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS + SECOND),
                Arguments.of(
                        "two encodings",
                        HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + CHUNKS + SECOND),
                Arguments.of(
                        "chunks of HTTP/1.0",
                        HEAD.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + SECOND),
                Arguments.of(
                        "a blank before the colon", HEAD + "Transfer-Encoding : chunked\r\n\r\n" + CHUNKS + SECOND),
                Arguments.of(
                        "a folded header",
                        HEAD + "Transfer-Encoding:\r\n chunked\r\nContent-Length: " + length + "\r\n\r\n" + body),
                Arguments.of(
                        "a bare line feed after a header",
                        HEAD + "X-A: b\nContent-Length: " + length + "\r\n\r\n" + body),
                Arguments.of(
                        "a bare line feed after a chunk's size",
                        HEAD + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS.replaceFirst("\r\n", ";x\n") + SECOND),
                Arguments.of(
                        "a chunk's size that is no number",
                        HEAD + "Transfer-Encoding: chunked\r\n\r\n0x" + CHUNKS + SECOND));
    }

    /** Two servers that read a request in different ways would see two of them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("smuggled")
    void aRequestThatCanBeReadInTwoWaysIsRefusedAndTheConnectionEnds(String what, String bytes) throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send(bytes);
            String answer = wire.readAll();
            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":\"")
                    .doesNotContain("HTTP/1.1 401");
            assertThat(replica.received).isEmpty();
        }
    }

    @Test
    void http2IsNotSpokenAndWhoTriesItHoldsUpNobody() throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(wire.readAll()).startsWith("HTTP/1.1 400");
        }
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
            assertThat(wire.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 401").doesNotContain("101 Switching");
        }
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
    }

    @Test
    @Timeout(30)
    void headersThatComeTooSlowlyAreGivenUp() throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("POST /v1/chat/completions HTTP/1.1\r\n");
            assertThat(wire.dripsUntilClosed("X-A: b\r\n", Duration.ofMillis(100), Duration.ofSeconds(20)))
                    .contains("deadline_exceeded");
        }
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
    }
}
