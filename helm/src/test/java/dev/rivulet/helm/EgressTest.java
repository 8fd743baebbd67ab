// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is not said to be allowed is not, and what a part needs is. */
class EgressTest {

    @Test
    void everyPodIsDeniedEverythingThatNoOtherPolicyAllows() {
        NetworkPolicy deny = RenderedChart.of("production").one(NetworkPolicy.class, "demo-rivulet-default-deny");

        assertThat(deny.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(deny.getSpec().getIngress()).isNullOrEmpty();
        assertThat(deny.getSpec().getEgress()).isNullOrEmpty();
        RenderedChart.of("production")
                .pods()
                .forEach((name, pod) -> assertThat(pod.getMetadata().getLabels())
                        .as(name)
                        .containsAllEntriesOf(deny.getSpec().getPodSelector().getMatchLabels()));
    }

    @Test
    void whoIsCalledLetsTheCallerInAndTheCallerMayGoThere() {
        RenderedChart chart = RenderedChart.of("trial");

        for (NetworkPolicy callee : chart.all(NetworkPolicy.class)) {
            for (String caller : callers(callee)) {
                NetworkPolicy policy = chart.one(NetworkPolicy.class, "demo-rivulet-" + caller);
                assertThat(callees(policy))
                        .as(caller + " calls " + callee.getMetadata().getName())
                        .contains(callee.getSpec()
                                .getPodSelector()
                                .getMatchLabels()
                                .get("app.kubernetes.io/component"));
            }
        }
        assertThat(callees(chart.one(NetworkPolicy.class, "demo-rivulet-inference")))
                .containsExactlyInAnyOrder("config-server", "model-registry", "kafka", "gateway");
        assertThat(callees(chart.one(NetworkPolicy.class, "demo-rivulet-postgresql")))
                .isEmpty();
    }

    @Test
    void portsOfServersOutsideAreThoseOfTheirAddresses() {
        RenderedChart production = RenderedChart.of("production");
        assertThat(outside(production, "federation")).containsExactly("4318", "5432", "9092");
        assertThat(outside(production, "gateway")).containsExactly("4318", "5433", "6380", "9092");
        assertThat(outside(production, "register-models")).isEmpty();

        assertThat(outside(RenderedChart.of("ways-in"), "model-registry")).containsExactly("9443");
        assertThat(RenderedChart.of("strimzi")
                        .one(NetworkPolicy.class, "demo-rivulet-gateway")
                        .getSpec()
                        .getEgress())
                .anySatisfy(rule -> assertThat(rule.getTo())
                        .anySatisfy(peer -> assertThat(peer.getPodSelector().getMatchLabels())
                                .containsEntry("strimzi.io/cluster", "demo-rivulet-kafka")))
                .anySatisfy(rule -> assertThat(rule.getPorts())
                        .anySatisfy(
                                port -> assertThat(port.getPort().getIntVal()).isEqualTo(443)));
    }

    private static Set<String> callers(NetworkPolicy policy) {
        return policy.getSpec().getIngress().stream()
                .flatMap(rule -> rule.getFrom().stream())
                .filter(peer -> peer.getPodSelector() != null)
                .map(peer -> peer.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
                .filter(caller -> !caller.equals("kafka"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> callees(NetworkPolicy policy) {
        return policy.getSpec().getEgress().stream()
                .flatMap(rule -> rule.getTo().stream())
                .filter(peer -> peer.getPodSelector() != null)
                .map(peer -> peer.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
                .toList();
    }

    /** Ports of the rules that name no pod of this release, without that of names. */
    private static Set<String> outside(RenderedChart chart, String component) {
        return chart.one(NetworkPolicy.class, "demo-rivulet-" + component).getSpec().getEgress().stream()
                .filter(rule -> rule.getTo().stream().allMatch(peer -> peer.getPodSelector() == null))
                .map(NetworkPolicyEgressRule::getPorts)
                .flatMap(List::stream)
                .map(port -> String.valueOf(port.getPort().getIntVal()))
                .filter(port -> !port.equals("53"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
