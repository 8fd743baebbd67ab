// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {

    private static final List<String> SERVICES =
            List.of("config-server", "model-registry", "inference", "gateway", "federation", "console");

    private static Stream<Container> containers(PodTemplateSpec pod) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream());
    }

    @Test
    void lintsStrictly() {
        LintResult result = new Helm(RenderedChart.CHART).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"trial", "production", "autoscaled", "gpu-keda", "smallest", "secured", "ways-in", "strimzi"})
    void hasNoFieldThatKubernetesDoesNotKnow(String values) {
        RenderedChart chart = RenderedChart.of(values);

        assertThat(chart.objects())
                .hasSizeGreaterThan(8)
                .allSatisfy(object -> assertThat(UnknownFields.of(object))
                        .as(object.getKind() + " " + object.getMetadata().getName())
                        .isEmpty());
        assertThat(chart.all(GenericKubernetesResource.class))
                .extracting(GenericKubernetesResource::getKind)
                .isSubsetOf(ForeignKinds.SPECS.keySet());
    }

    @Test
    void wouldFindAnUnknownField() {
        Object typo = new KubernetesSerialization()
                .unmarshal("apiVersion: apps/v1\nkind: Deployment\nspec: {replicaz: 3, template: {spec: {containers: "
                        + "[{name: c, portz: 3, livenessProbe: {httpGet: {pathh: /}}}]}}}");

        assertThat(UnknownFields.of(typo))
                .containsExactlyInAnyOrder(
                        ".spec.replicaz",
                        ".spec.template.spec.containers[0].portz",
                        ".spec.template.spec.containers[0].livenessProbe.httpGet.pathh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production", "gpu-keda"})
    void watchesAndBoundsEveryContainer(String values) {
        RenderedChart chart = RenderedChart.of(values);

        chart.pods()
                .forEach((name, pod) -> assertThat(containers(pod)).allSatisfy(container -> {
                    assertThat(container.getResources().getLimits()).as(name).containsKey("memory");
                    assertThat(container.getResources().getRequests()).as(name).containsKeys("memory", "cpu");
                }));
        chart.servers()
                .forEach((name, pod) -> assertThat(pod.getContainers()).allSatisfy(container -> {
                    assertThat(container.getStartupProbe()).as(name).isNotNull();
                    assertThat(container.getLivenessProbe()).as(name).isNotNull();
                    assertThat(container.getReadinessProbe()).as(name).isNotNull();
                }));
    }

    @Test
    void asksForReadinessAndLivenessWhereTheServicesAnswer() {
        RenderedChart chart = RenderedChart.of("trial");

        for (String service : SERVICES) {
            Container container = chart.pod("demo-rivulet-" + service)
                    .getSpec()
                    .getContainers()
                    .getFirst();
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
            assertThat(container.getLivenessProbe().getHttpGet().getPort().getStrVal())
                    .isEqualTo("http");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production", "autoscaled"})
    void pointsEverySelectorAtPods(String values) {
        RenderedChart chart = RenderedChart.of(values);
        List<Map<String, String>> labels = chart.pods().values().stream()
                .map(pod -> pod.getMetadata().getLabels())
                .toList();

        assertThat(Stream.of(
                                chart.all(Service.class).stream()
                                        .map(each -> each.getSpec().getSelector()),
                                chart.all(PodDisruptionBudget.class).stream()
                                        .map(each ->
                                                each.getSpec().getSelector().getMatchLabels()),
                                chart.all(Deployment.class).stream()
                                        .map(each ->
                                                each.getSpec().getSelector().getMatchLabels()),
                                chart.all(StatefulSet.class).stream()
                                        .map(each ->
                                                each.getSpec().getSelector().getMatchLabels()))
                        .flatMap(each -> each))
                .hasSizeGreaterThan(10)
                .allSatisfy(selector -> assertThat(labels)
                        .filteredOn(each -> each.entrySet().containsAll(selector.entrySet()))
                        .hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void offersOnlyPortsThatAContainerHas(String values) {
        RenderedChart chart = RenderedChart.of(values);

        for (Service service : chart.all(Service.class)) {
            PodTemplateSpec pod = chart.pods().values().stream()
                    .filter(each -> each.getMetadata()
                            .getLabels()
                            .entrySet()
                            .containsAll(service.getSpec().getSelector().entrySet()))
                    .findFirst()
                    .orElseThrow();
            List<String> ports = pod.getSpec().getContainers().getFirst().getPorts().stream()
                    .map(port -> port.getName())
                    .toList();
            assertThat(service.getSpec().getPorts())
                    .as(service.getMetadata().getName())
                    .extracting(ServicePort::getTargetPort)
                    .allSatisfy(port -> assertThat(ports).contains(port.getStrVal()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void showsNoSecretOutsideTheSecret(String values) {
        RenderedChart chart = RenderedChart.of(values);

        chart.pods()
                .forEach((name, pod) -> assertThat(containers(pod).flatMap(each -> each.getEnv().stream()))
                        .filteredOn(each -> each.getName().matches(".*(TOKEN|PASSWORD|API_KEY|SHA256).*"))
                        .as(name)
                        .allSatisfy(each -> {
                            assertThat(each.getValue()).isNull();
                            assertThat(each.getValueFrom().getSecretKeyRef()).isNotNull();
                        }));
        assertThat(chart.pod("demo-rivulet-gateway")
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .extracting(EnvVar::getName)
                .contains("RIVULET_INTERNAL_TOKEN", "RIVULET_API_KEY_SHA256")
                .doesNotContain("RIVULET_API_KEY");
    }

    @ParameterizedTest
    @CsvSource({"trial,", "trial, none"})
    void gatewaysShareWhatEachMustKnowUnlessToldOtherwise(String values, @Nullable String shared) throws Exception {
        RenderedChart chart =
                shared == null ? RenderedChart.of(values) : RenderedChart.of(values, "gateway.shared", shared);

        assertThat(containers(chart.pod("demo-rivulet-gateway")).flatMap(each -> each.getEnv().stream()))
                .filteredOn(each -> each.getName().endsWith("_SHARED"))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .containsExactly(
                        tuple("RIVULET_BUDGET_SHARED", shared == null ? "kafka" : shared),
                        tuple("RIVULET_RESPONSES_SHARED", shared == null ? "kafka" : shared),
                        tuple("RIVULET_FEEDBACK_SHARED", shared == null ? "kafka" : shared));
    }

    @Test
    void makesRandomSecretsWhoseHashFits() throws Exception {
        Map<String, String> first = RenderedChart.of("trial")
                .one(Secret.class, "demo-rivulet-secrets")
                .getData();
        Map<String, String> second = RenderedChart.of("trial")
                .one(Secret.class, "demo-rivulet-secrets")
                .getData();

        assertThat(first.keySet())
                .containsExactlyInAnyOrder(
                        "api-key", "api-key-sha256", "internal-token", "console-password", "database-password");
        assertThat(first).allSatisfy((key, value) -> assertThat(value).isNotEqualTo(second.get(key)));
        byte[] key = Base64.getDecoder().decode(first.get("api-key"));
        assertThat(new String(key, StandardCharsets.UTF_8)).matches("rvk_[A-Za-z0-9]{43}");
        String hash = new String(Base64.getDecoder().decode(first.get("api-key-sha256")), StandardCharsets.UTF_8);
        assertThat(hash)
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(key)));
    }

    @Test
    void keepsTheSecretsOfAnEarlierInstall() {
        Map<String, String> earlier = RenderedChart.of("trial")
                .one(Secret.class, "demo-rivulet-secrets")
                .getData();

        RenderedChart upgraded = RenderedChart.of(earlier, "trial");

        assertThat(upgraded.one(Secret.class, "demo-rivulet-secrets").getData()).isEqualTo(earlier);
    }

    @Test
    void takesASecretAndABrokerAndADatabaseOfOnesOwn() {
        RenderedChart chart = RenderedChart.of("production");

        assertThat(chart.all(Secret.class)).isEmpty();
        assertThat(chart.pods().keySet()).noneMatch(name -> name.matches(".*(kafka|postgresql)"));
        String registry = "demo-rivulet-model-registry";
        assertThat(chart.variable(registry, "RIVULET_KAFKA").getValue()).startsWith("broker-1.example.org:9092,");
        assertThat(chart.variable(registry, "RIVULET_DATABASE_URL").getValue()).contains("sslmode=verify-full");
        assertThat(chart.variable(registry, "RIVULET_DATABASE_PASSWORD")
                        .getValueFrom()
                        .getSecretKeyRef()
                        .getName())
                .isEqualTo("rivulet-production");
        assertThat(chart.yaml()).contains("registry.example.org/rivulet/gateway-service:1.2.3");
    }

    @Test
    void callsEveryServiceByANameThatExists() {
        RenderedChart chart = RenderedChart.of("trial");
        Map<String, Integer> ports = chart.all(Service.class).stream()
                .collect(Collectors.toMap(
                        each -> each.getMetadata().getName(),
                        each -> each.getSpec().getPorts().getFirst().getPort()));

        chart.pods()
                .forEach((name, pod) -> containers(pod)
                        .flatMap(each -> each.getEnv().stream())
                        .filter(each ->
                                each.getValue() != null && each.getValue().startsWith("http://"))
                        .map(each -> URI.create(each.getValue().replace("$(POD_NAME)", "demo-rivulet-inference-0")))
                        .forEach(url -> {
                            String host = url.getHost().substring(url.getHost().indexOf('.') + 1);
                            assertThat(ports).as(name + " calls " + url).containsEntry(host, url.getPort());
                        }));
    }

    @Test
    void scalesByCpuOrByAMetricOfThePods() {
        RenderedChart chart = RenderedChart.of("autoscaled");

        HorizontalPodAutoscaler gateway = chart.one(HorizontalPodAutoscaler.class, "demo-rivulet-gateway");
        assertThat(gateway.getSpec().getMetrics().getFirst().getResource().getName())
                .isEqualTo("cpu");
        HorizontalPodAutoscaler inference = chart.one(HorizontalPodAutoscaler.class, "demo-rivulet-inference");
        assertThat(inference.getSpec().getMetrics().getFirst().getType()).isEqualTo("Pods");
        assertThat(inference.getSpec().getScaleTargetRef().getKind()).isEqualTo("StatefulSet");
        assertThat(chart.one(Deployment.class, "demo-rivulet-gateway").getSpec().getReplicas())
                .isNull();
        assertThat(chart.one(StatefulSet.class, "demo-rivulet-inference")
                        .getSpec()
                        .getReplicas())
                .isNull();
    }

    @Test
    void letsKedaScaleInPlaceOfTheAutoscaler() {
        RenderedChart chart = RenderedChart.of("gpu-keda");

        var scaled = chart.foreign("ScaledObject", ForeignKinds.ScaledObject.class);
        assertThat(scaled.scaleTargetRef().name()).isEqualTo("demo-rivulet-inference");
        assertThat(scaled.triggers())
                .extracting(ForeignKinds.Trigger::type)
                .containsExactly("prometheus", "prometheus", "kafka");
        assertThat(scaled.triggers().getFirst().metadata()).containsKeys("serverAddress", "query", "threshold");
        assertThat(chart.all(HorizontalPodAutoscaler.class)).isEmpty();
    }

    @Test
    void letsPrometheusInWithTheToken() {
        RenderedChart chart = RenderedChart.of("gpu-keda");

        var monitor = chart.foreign("ServiceMonitor", ForeignKinds.ServiceMonitor.class);
        assertThat(monitor.endpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.path()).isEqualTo("/actuator/prometheus");
            assertThat(endpoint.authorization().credentials().key()).isEqualTo("internal-token");
        });
        NetworkPolicy registry = chart.one(NetworkPolicy.class, "demo-rivulet-model-registry");
        assertThat(registry.getSpec()
                        .getIngress()
                        .getLast()
                        .getFrom()
                        .getFirst()
                        .getNamespaceSelector())
                .isNotNull();
    }

    @Test
    void putsReplicasOnGpuNodes() {
        StatefulSet replicas = RenderedChart.of("gpu-keda").one(StatefulSet.class, "demo-rivulet-inference");
        var pod = replicas.getSpec().getTemplate().getSpec();

        assertThat(pod.getContainers().getFirst().getResources().getLimits())
                .containsEntry("nvidia.com/gpu", new Quantity("2"))
                .containsKey("memory");
        assertThat(pod.getNodeSelector()).containsEntry("pool", "inference").containsKey("nvidia.com/gpu.present");
        assertThat(pod.getTolerations())
                .singleElement()
                .satisfies(each -> assertThat(each.getKey()).isEqualTo("nvidia.com/gpu"));
        assertThat(RenderedChart.of("trial").yaml()).doesNotContain("nvidia");
    }

    @Test
    void letsOnlyThoseCallWhoHaveTo() {
        RenderedChart chart = RenderedChart.of("production");

        NetworkPolicy replicas = chart.one(NetworkPolicy.class, "demo-rivulet-inference");
        assertThat(replicas.getSpec().getIngress().getFirst().getFrom())
                .extracting(peer -> peer.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
                .containsExactly("gateway", "console");
        NetworkPolicy gateway = chart.one(NetworkPolicy.class, "demo-rivulet-gateway");
        assertThat(gateway.getSpec().getIngress().getFirst().getFrom())
                .extracting(peer -> peer.getPodSelector() == null
                        ? "outside"
                        : peer.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
                .containsExactly("outside", "console", "test", "inference");
        NetworkPolicy models = chart.one(NetworkPolicy.class, "demo-rivulet-register-models");
        assertThat(models.getSpec().getIngress()).isNullOrEmpty();
    }

    @Test
    void keepsModelsAndSecretsAtAnUninstall() {
        RenderedChart chart = RenderedChart.of("trial");

        assertThat(chart.one(PersistentVolumeClaim.class, "demo-rivulet-artifacts")
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("helm.sh/resource-policy", "keep");
        assertThat(chart.one(Secret.class, "demo-rivulet-secrets").getMetadata().getAnnotations())
                .containsEntry("helm.sh/resource-policy", "keep");
    }

    @Test
    void keepsBlobsInABucketWithKeysFromASecretAlone() {
        String[] bucket = {"modelRegistry.s3.bucket", "models", "modelRegistry.s3.endpoint", "https://s3.example.org"};
        assertThat(RenderedChart.of("production").yaml()).doesNotContain("RIVULET_ARTIFACTS_S3", "ARTIFACTS_BACKEND");
        assertThat(RenderedChart.of("production", bucket).yaml()).doesNotContain("S3_SECRETKEY");

        String[] keys = {bucket[0], bucket[1], bucket[2], bucket[3], "modelRegistry.s3.credentialsSecret", "s3-keys"};
        List<EnvVar> environment = RenderedChart.of("production", keys)
                .one(Deployment.class, "demo-rivulet-model-registry")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv();
        assertThat(environment)
                .filteredOn(each -> each.getName().startsWith("RIVULET_ARTIFACTS_"))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .contains(
                        tuple("RIVULET_ARTIFACTS_BACKEND", "s3"),
                        tuple("RIVULET_ARTIFACTS_S3_BUCKET", "models"),
                        tuple("RIVULET_ARTIFACTS_S3_ENDPOINT", "https://s3.example.org"),
                        tuple("RIVULET_ARTIFACTS_S3_PATHSTYLE", "true"));
        assertThat(environment)
                .filteredOn(each -> each.getName().endsWith("KEY"))
                .extracting(each -> each.getValueFrom().getSecretKeyRef())
                .extracting(SecretKeySelector::getName, SecretKeySelector::getKey)
                .containsExactly(tuple("s3-keys", "access-key"), tuple("s3-keys", "secret-key"));
    }

    @Test
    void registersTheBuiltInModelsByAJobOfItsOwnPerRevision() {
        Job job = RenderedChart.of("trial").one(Job.class, "demo-rivulet-register-models-1");

        assertThat(job.getMetadata().getAnnotations()).isNullOrEmpty();
        assertThat(RenderedChart.of("smallest").all(Job.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.replicaz, 3",
        "gateway.replicas, 0",
        "gateway.shared, redis",
        "kafka.bootstrapServers, no port",
        "postgresql.url, mysql://x",
        "modelRegistry.s3.bucket, No_Bucket",
        "modelRegistry.s3.secretKey, in-the-values",
        "autoscaling.inference.metric, memory"
    })
    void refusesValuesItDoesNotKnow(String name, String value) {
        assertThatThrownBy(() -> RenderedChart.of("trial", name, value)).hasMessageContaining("schema");
    }

    private static EnvVar variable(Map<String, EnvVar> said, String name) {
        return Objects.requireNonNull(said.get(name), name);
    }

    @Test
    void everyServiceConnectsToSecuredBrokersAsItselfWithAPasswordOfASecret() {
        Map<String, String> users = Map.of(
                "config-server", "config-server",
                "console", "console",
                "federation", "federation-service",
                "gateway", "prod-gateway",
                "inference", "inference-service",
                "model-registry", "model-registry");
        Map<String, PodSpec> servers = RenderedChart.of("secured").servers();

        users.forEach((component, user) -> {
            PodSpec pod = servers.entrySet().stream()
                    .filter(server -> server.getKey().endsWith(component))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            Container container = pod.getContainers().getFirst();
            Map<String, EnvVar> said =
                    container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, variable -> variable));
            assertThat(variable(said, "RIVULET_KAFKA_PROTOCOL").getValue()).isEqualTo("SASL_SSL");
            assertThat(variable(said, "RIVULET_KAFKA_USER").getValue()).isEqualTo(user);
            assertThat(variable(said, "RIVULET_KAFKA_CA").getValue()).isEqualTo("/etc/rivulet/kafka/ca.crt");
            EnvVar password = variable(said, "RIVULET_KAFKA_PASSWORD");
            assertThat(password.getValue()).isNull();
            assertThat(password.getValueFrom().getSecretKeyRef().getName()).isEqualTo("kafka-users");
            assertThat(password.getValueFrom().getSecretKeyRef().getKey()).startsWith(component);
            assertThat(container.getVolumeMounts())
                    .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/rivulet/kafka"));
            assertThat(pod.getVolumes())
                    .anySatisfy(volume -> assertThat(volume.getName()).isEqualTo("kafka-ca"));
        });
    }

    @Test
    void aSecuredConnectionToTheTrialBrokerIsRefusedWithWhatToSet() {
        assertThatThrownBy(() -> RenderedChart.of("trial", "kafka.security.protocol", "SASL_SSL"))
                .hasMessageContaining("kafka.bootstrapServers");
    }
}
