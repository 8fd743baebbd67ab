package dev.rivulet.helm;

import java.util.List;
import java.util.Map;

/** The kinds of KEDA and the Prometheus operator as far as the chart uses them; a field that is not here fails the test. */
final class ForeignKinds {

    private ForeignKinds() {}

    /** {@code spec} of keda.sh/v1alpha1 ScaledObject. */
    record ScaledObject(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int cooldownPeriod,
            List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Trigger(String type, Map<String, String> metadata) {}

    /** {@code spec} of monitoring.coreos.com/v1 ServiceMonitor. */
    record ServiceMonitor(Selector selector, List<Endpoint> endpoints) {}

    record Selector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {}

    record Requirement(String key, String operator, List<String> values) {}

    record Endpoint(
            String port, String path, String interval, Authorization authorization, List<Relabeling> relabelings) {}

    record Relabeling(List<String> sourceLabels, String regex, String targetLabel, String replacement) {}

    record Authorization(KeyReference credentials) {}

    record KeyReference(String name, String key) {}
}
