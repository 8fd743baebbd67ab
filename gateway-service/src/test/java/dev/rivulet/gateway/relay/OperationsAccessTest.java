// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A gateway with a token for services, as in a cluster: 12, 21 and 25 of docs/robustness.md. */
class OperationsAccessTest {

    private static final String TOKEN = "token-of-the-services-0123456789";

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start("rivulet.access.token=" + TOKEN, "spring.main.cloud-platform=kubernetes");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "heapdump",
                "threaddump",
                "gateway/routes",
                "beans",
                "configprops",
                "shutdown",
                "mappings",
                "httpexchanges",
                "logfile"
            })
    void whatTellsOrDoesTooMuchIsThereForNobody(String endpoint) throws Exception {
        assertThat(status("GET", endpoint, GatewayFixture.KEY)).isEqualTo(401);
        assertThat(status("GET", endpoint, TOKEN)).isEqualTo(404);
        assertThat(status("POST", endpoint, TOKEN)).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loggers", "metrics", "prometheus", "info", "health", "refresh", "busrefresh"})
    void whatServicesAndOperatorsNeedIsThereForTheTokenAlone(String endpoint) throws Exception {
        assertThat(status("GET", endpoint, GatewayFixture.KEY)).isEqualTo(401);
        assertThat(status("POST", endpoint, GatewayFixture.KEY)).isEqualTo(401);
        assertThat(status("GET", endpoint, "")).isEqualTo(401);
    }

    @Test
    void theTokenOfTheServicesOpensMetricsAndNoModel() throws Exception {
        assertThat(status("GET", "metrics", TOKEN)).isEqualTo(200);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.url("/v1/models"))
                                .header("authorization", "Bearer " + TOKEN))
                        .statusCode())
                .isEqualTo(401);
    }

    /** Behind a proxy that says who called it must be told so; by default nobody can put a name on another. */
    @Test
    void whoSaysHeCallsFromElsewhereIsWrittenDownAsWhoHeIs() throws Exception {
        Logger audit = (Logger) LoggerFactory.getLogger("dev.rivulet.gateway.audit");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        audit.addAppender(lines);
        try {
            assertThat(gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                                    .header("x-forwarded-for", "203.0.113.7")
                                    .header("forwarded", "for=203.0.113.7;host=evil.example;proto=https")
                                    .header("x-forwarded-host", "evil.example")
                                    .header("x-forwarded-prefix", "/actuator")
                                    .POST(BodyPublishers.ofString(GatewayFixture.WHOLE)))
                            .statusCode())
                    .isEqualTo(401);
        } finally {
            audit.detachAppender(lines);
        }
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .anyMatch(pair -> pair.key.equals("remote") && "127.0.0.1".equals(pair.value)));
    }

    private static int status(String method, String endpoint, String shown) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url("/actuator/" + endpoint))
                .header("content-type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (!shown.isEmpty()) {
            request.header("authorization", "Bearer " + shown);
        }
        return gateway.send(request).statusCode();
    }
}
