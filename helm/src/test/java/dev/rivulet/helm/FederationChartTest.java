// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import org.junit.jupiter.api.Test;

class FederationChartTest {

    @Test
    void theFederationHasADatabaseOfItsOwnAndTheWayToTheRegistry() {
        RenderedChart chart = RenderedChart.of("trial");
        String federation = "demo-rivulet-federation";

        assertThat(chart.variable(federation, "RIVULET_DATABASE_URL").getValue())
                .isEqualTo("jdbc:postgresql://demo-rivulet-postgresql:5432/federation");
        assertThat(chart.pod(federation).getSpec().getInitContainers())
                .singleElement()
                .satisfies(container ->
                        assertThat(container.getCommand().getLast()).contains("createdb federation"));
        NetworkPolicy registry = chart.one(NetworkPolicy.class, "demo-rivulet-model-registry");
        assertThat(registry.getSpec().getIngress().getFirst().getFrom())
                .extracting(peer -> peer.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
                .contains("federation");
        assertThat(RenderedChart.of("production").pod(federation).getSpec().getInitContainers())
                .isEmpty();
        assertThat(RenderedChart.of("smallest").pods()).doesNotContainKey(federation);
        assertThatThrownBy(() -> RenderedChart.of("production", "federation.databaseUrl", ""))
                .hasMessageContaining("federation.databaseUrl is needed");
    }
}
