// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How requests come in: ingress, HTTPRoutes, certificate, Flower's port, and the test that sends one. */
class WaysInTest {

    private static final String NAME = "demo-rivulet";

    @Test
    void streamsPassAnIngressUnbufferedAndUncut() {
        Ingress ingress = RenderedChart.of("ways-in").one(Ingress.class, NAME);

        assertThat(ingress.getMetadata().getAnnotations())
                .containsEntry("nginx.ingress.kubernetes.io/proxy-buffering", "off")
                .containsEntry("nginx.ingress.kubernetes.io/proxy-read-timeout", "1800")
                .containsEntry("example.org/owner", "platform");
        assertThat(ingress.getSpec().getRules())
                .extracting(
                        rule -> rule.getHost(),
                        rule -> rule.getHttp()
                                .getPaths()
                                .getFirst()
                                .getBackend()
                                .getService()
                                .getName())
                .containsExactly(
                        tuple("api.example.org", NAME + "-gateway"),
                        tuple("console.example.org", NAME + "-console"),
                        tuple("devices.example.org", NAME + "-federation"));
        assertThat(ingress.getSpec().getTls())
                .singleElement()
                .satisfies(tls -> assertThat(tls.getHosts()).hasSize(3));
    }

    @Test
    void eachHostHasARouteThatWaitsAsLongAsAnAnswerMayTake() {
        RenderedChart chart = RenderedChart.of("ways-in");

        assertThat(chart.all(HTTPRoute.class))
                .extracting(route -> route.getSpec().getHostnames().getFirst())
                .containsExactlyInAnyOrder("api.example.org", "console.example.org", "devices.example.org");
        assertThat(chart.all(HTTPRoute.class)).allSatisfy(route -> {
            var rule = route.getSpec().getRules().getFirst();
            assertThat(rule.getTimeouts().getRequest()).isEqualTo("1800s");
            var backend = rule.getBackendRefs().getFirst();
            Service service = chart.one(Service.class, backend.getName());
            assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(backend.getPort());
        });
    }

    @Test
    void theCertificateIsForEveryHostAndLiesWhereTheIngressLooks() {
        RenderedChart chart = RenderedChart.of("ways-in");

        var certificate = chart.foreign("Certificate", ForeignKinds.Certificate.class);
        assertThat(certificate.dnsNames())
                .containsExactly("api.example.org", "console.example.org", "devices.example.org");
        assertThat(certificate.secretName()).isEqualTo("rivulet-tls");
        assertThat(certificate.issuerRef().name()).isEqualTo("letsencrypt");
    }

    @Test
    void whatIsMissingForAWayInIsToldByName() {
        assertThatThrownBy(() -> RenderedChart.of("trial", "ingress.enabled", "true"))
                .hasMessageContaining("hosts.gateway");
        assertThatThrownBy(() -> RenderedChart.of("ways-in", "ingress.tlsSecret", ""))
                .hasMessageContaining("ingress.tlsSecret");
        assertThatThrownBy(() -> RenderedChart.of("ways-in", "certificate.issuer.name", ""))
                .hasMessageContaining("certificate.issuer.name");
        assertThatThrownBy(() -> RenderedChart.of("ways-in", "hosts.gateway", "http://api"))
                .hasMessageContaining("schema");
    }

    @Test
    void programsOfFlowerReachTheirPortByTlsAlone() {
        RenderedChart chart = RenderedChart.of("ways-in");
        String federation = NAME + "-federation";

        assertThat(chart.one(Service.class, federation).getSpec().getPorts())
                .extracting(ServicePort::getName, ServicePort::getPort)
                .containsExactly(tuple("http", 80), tuple("flower", 7116));
        assertThat(chart.variable(federation, "RIVULET_FEDERATION_FLOWER_CERTIFICATE")
                        .getValue())
                .isEqualTo("/etc/rivulet/flower/tls.crt");
        RenderedChart without = RenderedChart.of("ways-in", "federation.flower.tlsSecret", "");
        assertThat(without.one(Service.class, federation).getSpec().getPorts()).hasSize(1);
        assertThat(without.yaml()).doesNotContain("RIVULET_FEDERATION_FLOWER_ADDRESS");
        assertThatThrownBy(() -> RenderedChart.of("ways-in", "federation.flower.federation", ""))
                .hasMessageContaining("federation.flower.federation");
    }

    @Test
    void helmTestAsksForAChatThroughTheGatewayFromAPodThatMayCallIt(@TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.withItsTest("production", folder);
        Pod test = chart.one(Pod.class, NAME + "-test-chat");

        assertThat(Files.readString(RenderedChart.CHART.resolve("templates/tests/chat.yaml")))
                .contains("helm.sh/hook: test");
        assertThat(test.getSpec().getContainers().getFirst().getCommand())
                .containsExactly("/app/ask", "$(RIVULET_URL)");
        assertThat(Files.readString(RenderedChart.CHART.resolve("../../deploy/image/ask")))
                .contains("/v1/chat/completions", "data: [DONE]");
        assertThat(chart.variable(NAME + "-test-chat", "RIVULET_URL").getValue())
                .isEqualTo("http://demo-rivulet-gateway:443");
        assertThat(PodSecurity.brokenBy(test.getSpec())).isEmpty();
        assertThat(chart.one(NetworkPolicy.class, NAME + "-test")
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels())
                .satisfies(
                        selector -> assertThat(test.getMetadata().getLabels()).containsAllEntriesOf(selector));
    }
}
