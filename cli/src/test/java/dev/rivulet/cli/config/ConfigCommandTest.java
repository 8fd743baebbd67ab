// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rivulet.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a config-server that answers in the shape of the real one and tells what it was asked. */
class ConfigCommandTest {
    private static final String REVISION =
            "{\"revision\":4,\"author\":\"ada\",\"at\":\"2026-11-27T10:00:00Z\",\"announced\":true,\"changes\":["
                    + "{\"key\":\"rivulet.admission.queue\",\"before\":\"32\",\"after\":\"64\",\"secret\":false}]}";

    @TempDir
    Path folder;

    private Terminal terminal;
    private String applied = "applied";

    @BeforeEach
    void start() throws IOException {
        terminal = new Terminal(folder, this::answer);
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    private void answer(HttpExchange exchange, String asked) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/api/config/files")) {
            Terminal.reply(exchange, 404, "{\"detail\":\"Settings lie in files here.\"}");
        } else if (path.endsWith("/applied")) {
            Terminal.reply(
                    exchange,
                    200,
                    "{\"instances\":[{\"instance\":\"gateway-service:1\",\"state\":\"" + applied
                            + "\",\"at\":\"2026-11-27T10:00:01Z\",\"refused\":{\"rivulet.policy\":\"no such filter\"}}]}");
        } else if (path.equals("/gateway-service/default")) {
            Terminal.reply(
                    exchange,
                    200,
                    "{\"propertySources\":[{\"name\":\"near\",\"source\":{\"a.b\":\"1\",\"a.password\":\"geheim\"}},"
                            + "{\"name\":\"far\",\"source\":{\"a.b\":\"2\",\"c.d\":\"3\"}}]}");
        } else if (path.endsWith("/revisions") && asked.startsWith("GET")) {
            Terminal.reply(exchange, 200, "{\"revisions\":[" + REVISION + "]}");
        } else if (asked.startsWith("POST /api/config")) {
            Terminal.reply(exchange, 200, REVISION);
        } else if (path.endsWith("/diff")) {
            Terminal.reply(exchange, 200, REVISION);
        } else if (asked.startsWith("POST")) {
            Terminal.reply(exchange, 204, "");
        } else {
            Terminal.reply(exchange, 200, "{\"revision\":3,\"values\":[{\"key\":\"k\",\"value\":\"v\"}]}");
        }
    }

    @Test
    void whatAServiceIsToldComesFromTheNearestSourceAndSecretsAreHidden() {
        assertThat(terminal.run("config", "show", "gateway-service")).isZero();
        assertThat(terminal.out())
                .containsPattern("a.b +1")
                .containsPattern("c.d +3")
                .containsPattern("a.password +\\*{6}")
                .doesNotContain("geheim");
    }

    @Test
    void valuesArePublishedAsOneRevisionUponTheNewestByWhoeverAsks() {
        assertThat(terminal.run("config", "set", "gateway-service/paris", "rivulet.admission.queue=64", "x=a=b"))
                .isZero();
        assertThat(terminal.asked)
                .last()
                .isEqualTo("POST /api/config/gateway-service/paris/revisions from ada {\"revision\":3,\"set\":"
                        + "{\"rivulet.admission.queue\":\"64\",\"x\":\"a=b\"}}");
        assertThat(terminal.out()).contains("revision 4 by ada", "32 → 64");
        assertThat(terminal.err()).contains("./rivulet config applied gateway-service");
    }

    @Test
    void secretsRemovalsAndRollbacksNameTheRevisionThatWasRead() {
        terminal.run("config", "set", "gateway-service", "k=v", "--secret", "--revision", "7");
        terminal.run("config", "unset", "gateway-service", "k");
        terminal.run("config", "rollback", "gateway-service", "2");
        assertThat(terminal.asked)
                .contains(
                        "POST /api/config/gateway-service/default/revisions from ada {\"revision\":7,\"secrets\":{\"k\":\"v\"}}",
                        "POST /api/config/gateway-service/default/revisions from ada {\"revision\":3,\"remove\":[\"k\"]}")
                .last()
                .asString()
                .startsWith("POST /api/config/gateway-service/default/rollback from ada")
                .contains("\"to\":2", "\"revision\":3");
    }

    @Test
    void historyAndDifferencesAreShownForPeopleAndForPrograms() {
        assertThat(terminal.run("config", "history", "gateway-service")).isZero();
        assertThat(terminal.out()).contains("revision 4 by ada at 2026-11-27T10:00:00Z", "32 → 64");
        assertThat(terminal.run("config", "history", "gateway-service", "--json"))
                .isZero();
        assertThat(terminal.out()).startsWith("{\"revision\":4").hasLineCount(1);
        assertThat(terminal.run("config", "diff", "gateway-service", "2")).isZero();
        assertThat(terminal.asked).last().isEqualTo("GET /api/config/gateway-service/default/diff?from=2&to=3");
    }

    @Test
    void whoDoesNotUseTheNewestMakesACodeOfItsOwn() {
        assertThat(terminal.run("config", "applied", "gateway-service")).isZero();
        applied = "refused";
        assertThat(terminal.run("config", "applied", "gateway-service")).isEqualTo(3);
        assertThat(terminal.out()).contains("refused", "rivulet.policy: no such filter");
    }

    @Test
    void servicesAreToldToReadTheirSettingsAgain() {
        assertThat(terminal.run("config", "refresh")).isZero();
        assertThat(terminal.asked).containsExactly("POST /actuator/busrefresh");
    }

    @Test
    void whatIsWrongIsSaidInWords() {
        assertThat(terminal.run("config", "get", "files")).isOne();
        assertThat(terminal.err()).contains("Settings lie in files here.");
        assertThat(terminal.run("config", "set", "gateway-service", "queue")).isOne();
        assertThat(terminal.err()).contains("write KEY=VALUE");
        assertThat(terminal.run("config", "show", "../x")).isOne();
        assertThat(terminal.err()).contains("says not for whom").doesNotContain("Exception");
    }
}
