// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;

class AllowedTest {

    @ParameterizedTest
    @CsvSource({
        "GET, registry/models, model-registry, /api/models",
        "GET, registry/models/door-assistant/versions/1/lineage, model-registry, /api/models/door-assistant/versions/1/lineage",
        "POST, registry/rollouts/r-1/abort, model-registry, /api/rollouts/r-1/abort",
        "GET, federation/federations/desk/rounds/3, federation-service, /api/federations/desk/rounds/3",
        "POST, federation/federations, federation-service, /api/federations",
        "POST, federation/federations/desk/stop, federation-service, /api/federations/desk/stop",
        "GET, config/gateway-service/default/diff, config-server, /api/config/gateway-service/default/diff",
        "PUT, config/gateway-service/default/values/rivulet.admission.queue, config-server, /api/config/gateway-service/default/values/rivulet.admission.queue",
    })
    void passesOnWhatIsOnTheList(String method, String path, String service, String expected) {
        assertThat(Allowed.way(HttpMethod.valueOf(method), path, null)).contains(new Allowed.Way(service, expected));
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, registry/models/door-assistant",
        "POST, registry/artifacts/collection",
        "POST, registry/artifacts/keys/rotation",
        "GET, registry/audit",
        "POST, registry/rollouts/r-1/prepared",
        "POST, registry/rollouts/projections/rebuild",
        "PUT, federation/federations/desk/publish",
        "POST, federation/federations/desk/tokens",
        "GET, gateway-service/default",
        "GET, config/../gateway-service/default",
        "GET, registry/models/../../actuator/env",
        "GET, registry/models/%2e%2e",
        "GET, registry/models/a%2fb",
        "GET, registry/models/a%2Fb",
        "GET, registry/models/a%5cb",
        "GET, registry/models;x=y",
        "GET, registry//models",
        "GET, registry/models/",
        "GET, registry",
        "GET, elsewhere/models",
        "TRACE, registry/models",
    })
    void passesOnNothingElse(String method, String path) {
        assertThat(Allowed.way(HttpMethod.valueOf(method), path, null)).isEmpty();
    }

    @Test
    void keepsTheQueryAndTheAddressOfTheService() {
        Allowed.Way way = Allowed.way(HttpMethod.GET, "registry/rollouts", "active=true&model=a%20b")
                .orElseThrow();

        assertThat(way.at(URI.create("http://registry:7102/")))
                .isEqualTo(URI.create("http://registry:7102/api/rollouts?active=true&model=a%20b"));
    }
}
