// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the chart makes of a set of values.
 *
 * @param yaml as Helm writes it
 * @param objects as Kubernetes' model reads it
 */
record RenderedChart(String yaml, List<HasMetadata> objects) {

    static final Path CHART = Path.of("rivulet");
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Renders with a file of {@code src/test/resources/values} and further values in pairs. */
    static RenderedChart of(String values, String... more) {
        return of(null, values, more);
    }

    /** As {@link #of(String, String...)} where an earlier install left this secret. */
    static RenderedChart of(@Nullable Map<String, String> secret, String values, String... more) {
        try (FakeCluster cluster = FakeCluster.with(secret)) {
            return parsed(template(CHART, values, more).call());
        }
    }

    /** With the pod of {@code helm test}, which is a hook, and hooks are not rendered: it is made none in a copy of the chart. */
    static RenderedChart withItsTest(String values, Path folder) throws IOException {
        Path copy = folder.resolve("rivulet");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(CHART.relativize(file).toString()));
            }
        }
        Path test = copy.resolve("templates/tests/chat.yaml");
        Files.writeString(test, Files.readString(test).replace("helm.sh/hook: test", "tested: hook"));
        try (FakeCluster cluster = FakeCluster.with(null)) {
            return parsed(template(copy, values).call());
        }
    }

    private static TemplateCommand template(Path chart, String values, String... more) {
        TemplateCommand template = new Helm(chart)
                .template()
                .withName("demo")
                .withNamespace("demo")
                .withKubeVersion("1.33.0")
                .withValuesFile(Path.of("src/test/resources/values", values + ".yaml"));
        for (int i = 0; i < more.length; i += 2) {
            template.set(more[i], more[i + 1]);
        }
        return template;
    }

    private static RenderedChart parsed(String yaml) {
        KubernetesSerialization kubernetes = new KubernetesSerialization();
        List<HasMetadata> objects = Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
                .map(document -> (HasMetadata) kubernetes.unmarshal(document))
                .toList();
        return new RenderedChart(yaml, objects);
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T one(Class<T> type, String name) {
        return all(type).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    /** An object of somebody else's kind, read by a record that knows no other fields. */
    <T> T foreign(String kind, Class<T> type) {
        return foreigners(kind, type).stream().findFirst().orElseThrow(() -> new AssertionError("no " + kind));
    }

    /** Every object of somebody else's kind, read so. */
    <T> List<T> foreigners(String kind, Class<T> type) {
        return all(GenericKubernetesResource.class).stream()
                .filter(object -> object.getKind().equals(kind))
                .map(object -> STRICT.convertValue(object.get("spec"), type))
                .toList();
    }

    /** Every pod template by the name of what makes pods of it. */
    Map<String, PodTemplateSpec> pods() {
        Map<String, PodTemplateSpec> pods = new TreeMap<>();
        all(Deployment.class)
                .forEach(each ->
                        pods.put(each.getMetadata().getName(), each.getSpec().getTemplate()));
        all(StatefulSet.class)
                .forEach(each ->
                        pods.put(each.getMetadata().getName(), each.getSpec().getTemplate()));
        all(Job.class)
                .forEach(each ->
                        pods.put(each.getMetadata().getName(), each.getSpec().getTemplate()));
        all(Pod.class)
                .forEach(each -> pods.put(
                        each.getMetadata().getName(), new PodTemplateSpec(each.getMetadata(), each.getSpec())));
        return pods;
    }

    /** The pod template of one owner. */
    PodTemplateSpec pod(String owner) {
        return Objects.requireNonNull(pods().get(owner), owner);
    }

    /** A variable of an owner's first container. */
    EnvVar variable(String owner, String name) {
        return pod(owner).getSpec().getContainers().getFirst().getEnv().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(owner + " has no variable " + name));
    }

    /** Every pod spec that serves: what runs to its end is left out. */
    Map<String, PodSpec> servers() {
        Map<String, PodSpec> servers = new TreeMap<>();
        Stream.concat(all(Deployment.class).stream(), all(StatefulSet.class).stream())
                .map(each -> each.getMetadata().getName())
                .forEach(name -> servers.put(name, pod(name).getSpec()));
        return servers;
    }
}
