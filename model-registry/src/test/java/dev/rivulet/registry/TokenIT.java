// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A registry that was given a token answers nobody without it, in no client's dialect. */
@GuardedRegistry
class TokenIT {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/models",
                "/api/search",
                "/api/models/nobody/revision/main",
                "/nobody/resolve/main/config.json",
                "/api/2.0/mlflow/registered-models/search",
                "/ajax-api/2.0/mlflow/registered-models/search",
                "/api/2.0/mlflow-artifacts/artifacts?path=models/nobody/1"
            })
    void onlyTheTokenOpensTheWay(String path) {
        Client client = new Client(port);

        assertThat(client.get(path).status()).isEqualTo(401);
        assertThat(with(client, path, "Bearer another-token-than-it").status()).isEqualTo(401);
        assertThat(with(client, path, "Bearer a-token-of-the-test").status()).isIn(200, 404);
    }

    private static Answer with(Client client, String path, String authorization) {
        return client.send(client.request(path).header("authorization", authorization));
    }
}
