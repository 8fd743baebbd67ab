// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.Wire;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the HTTP codec refuses is answered with the four keys too, and the connection ends. */
@ExtendWith(SharedGateway.class)
class UnreadableRequestsTest {

    private static final String PADDING = "x".repeat(20_000);

    private final GatewayFixture gateway;

    UnreadableRequestsTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @CsvSource({
        "GARBAGE, 400, invalid_value",
        "GET /v1/models HTTP/9.9.9, 400, invalid_value",
        "GET /v1/models?PADDING HTTP/1.1, 414, uri_too_long",
        "GET /v1/models HTTP/1.1|X-Long: PADDING, 431, headers_too_large",
        "GET /v1/models HTTP/1.1|bad header, 400, invalid_value",
    })
    void isToldWhatIsWrong(String head, int status, String code) throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send(head.replace("PADDING", PADDING).replace("|", "\r\n") + "\r\n\r\n" + PADDING.repeat(10));

            String answer = wire.readUntil(code);

            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status)
                    .contains("x-request-id: ", "\"message\":", "\"type\":", "\"param\":", "\"code\":\"" + code);
            assertThat(wire.closesWithin(30_000)).isTrue();
        }
    }
}
