// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.platform.EndpointSources.Controller;
import dev.rivulet.platform.EndpointSources.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/http-reference.md names every path that services serve, as their code has it. */
class HttpReferenceTest {

    private static final List<String> SERVICES =
            List.of("model-registry", "federation-service", "config-server", "inference-service", "console");

    private static final String HEAD = """
            # HTTP of the services

            What each service serves beside `/actuator`, made from the code by `HttpReferenceTest`; a path that is missing here fails it. What may be left
            out has a question mark. The gateway's paths are in its OpenAPI document, `/openapi.json` ([gateway.md](gateway.md)), and under
            [keys](keys.md). What is served under `/api/2.0/mlflow` is served under `/ajax-api/2.0/mlflow`, too. All others want the token between services, or that of a caller ([security.md](security.md)).
            """;

    @Test
    void everyPathThatIsServedStandsInTheReference() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (String service : SERVICES) {
            page.append("\n## ").append(service).append('\n');
            for (Controller controller :
                    EndpointSources.of(Platform.repository().resolve(service))) {
                append(page, controller);
            }
        }

        Path made = Files.writeString(
                Platform.repository().resolve("platform-tests/target/http-reference.md"), page.toString());
        assertThat(page.toString().lines().filter(line -> line.startsWith("| `")))
                .as("paths found in the code")
                .hasSizeGreaterThan(80);
        assertThat(Platform.repository().resolve("docs/http-reference.md"))
                .as(
                        "the page is not what the code says: cp platform-tests/target/http-reference.md docs/http-reference.md")
                .hasSameTextualContentAs(made);
    }

    private static void append(StringBuilder page, Controller controller) {
        page.append('\n').append(controller.about()).append("\n\n| | | takes | |\n|---|---|---|---|\n");
        for (Endpoint endpoint : controller.endpoints()) {
            if (endpoint.path().startsWith("/ajax-api/")) {
                continue;
            }
            page.append("| `")
                    .append(endpoint.method())
                    .append("` | `")
                    .append(endpoint.path())
                    .append("` | ")
                    .append(String.join(", ", endpoint.takes()))
                    .append(" | ")
                    .append(endpoint.about().replace("|", "\\|"))
                    .append(" |\n");
        }
    }
}
