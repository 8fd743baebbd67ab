// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of other operators as far as the chart uses them; a field that is not here fails the test. */
final class ForeignKinds {

    /** What {@code spec} of each kind is read as. */
    static final Map<String, Class<?>> SPECS = Map.of(
            "ServiceMonitor", ServiceMonitor.class,
            "PrometheusRule", PrometheusRule.class,
            "ScaledObject", ScaledObject.class,
            "TriggerAuthentication", TriggerAuthentication.class,
            "Certificate", Certificate.class,
            "Kafka", Kafka.class,
            "KafkaNodePool", KafkaNodePool.class,
            "KafkaUser", KafkaUser.class);

    private ForeignKinds() {}

    /** {@code spec} of keda.sh/v1alpha1 ScaledObject. */
    record ScaledObject(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int cooldownPeriod,
            List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Trigger(
            String type,
            @Nullable String metricType,
            Map<String, String> metadata,
            @Nullable Name authenticationRef) {}

    record Name(String name) {}

    /** {@code spec} of keda.sh/v1alpha1 TriggerAuthentication. */
    record TriggerAuthentication(
            List<FromEnvironment> env, @Nullable List<FromSecret> secretTargetRef) {}

    record FromEnvironment(String parameter, String name, String containerName) {}

    record FromSecret(String parameter, String name, String key) {}

    /** {@code spec} of monitoring.coreos.com/v1 ServiceMonitor. */
    record ServiceMonitor(Selector selector, List<Endpoint> endpoints) {}

    record Selector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {}

    record Requirement(String key, String operator, List<String> values) {}

    record Endpoint(
            String port, String path, String interval, Authorization authorization, List<Relabeling> relabelings) {}

    record Relabeling(List<String> sourceLabels, String regex, String targetLabel, String replacement) {}

    record Authorization(KeyReference credentials) {}

    record KeyReference(String name, String key) {}

    /** {@code spec} of monitoring.coreos.com/v1 PrometheusRule. */
    record PrometheusRule(List<Group> groups) {}

    record Group(String name, List<Rule> rules) {}

    record Rule(
            @Nullable String record,
            @Nullable String alert,
            String expr,
            @JsonProperty("for") @Nullable String lasting,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations) {}

    /** {@code spec} of cert-manager.io/v1 Certificate. */
    record Certificate(String secretName, PrivateKey privateKey, List<String> dnsNames, Issuer issuerRef) {}

    record PrivateKey(String algorithm, int size, String rotationPolicy) {}

    record Issuer(String group, String kind, String name) {}

    /** {@code spec} of kafka.strimzi.io/v1beta2 Kafka. */
    record Kafka(Cluster kafka, EntityOperator entityOperator) {}

    record Cluster(String version, List<Listener> listeners, Type authorization, Map<String, Object> config) {}

    record Listener(String name, int port, String type, boolean tls, Type authentication) {}

    record Type(String type) {}

    record EntityOperator(Map<String, Object> userOperator) {}

    /** {@code spec} of kafka.strimzi.io/v1beta2 KafkaNodePool. */
    record KafkaNodePool(
            int replicas, List<String> roles, Storage storage, Map<String, Map<String, String>> resources) {}

    record Storage(String type, List<Volume> volumes) {}

    record Volume(
            int id,
            String type,
            String size,
            @JsonProperty("class") @Nullable String storageClass,
            boolean deleteClaim,
            String kraftMetadata) {}

    /** {@code spec} of kafka.strimzi.io/v1beta2 KafkaUser. */
    record KafkaUser(Type authentication, Rights authorization) {}

    record Rights(String type, List<Right> acls) {}

    record Right(Resource resource, List<String> operations) {}

    record Resource(
            String type, @Nullable String name, @Nullable String patternType) {}
}
