// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodSecurityTest {

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production", "gpu-keda", "smallest", "ways-in", "strimzi"})
    void everyPodIsTakenByARestrictedNamespaceAndHasNoTokenOfTheCluster(String values) {
        RenderedChart chart = RenderedChart.of(values);

        assertThat(chart.pods()).hasSizeGreaterThan(4).allSatisfy((name, pod) -> {
            assertThat(PodSecurity.brokenBy(pod.getSpec())).as(name).isEmpty();
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).as(name).isFalse();
        });
    }

    @Test
    void wouldFindWhatARestrictedNamespaceRefuses() {
        Pod pod = new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                spec:
                  hostNetwork: true
                  volumes: [{name: host, hostPath: {path: /}}]
                  containers:
                    - name: bad
                      ports: [{containerPort: 80, hostPort: 80}]
                      securityContext: {privileged: true, runAsUser: 0, capabilities: {add: [SYS_ADMIN]}}
                    - name: bare
                """, Pod.class);

        assertThat(PodSecurity.brokenBy(pod.getSpec()))
                .containsExactlyInAnyOrder(
                        "host namespaces",
                        "volume types",
                        "bad: privileged",
                        "bad: privilege escalation",
                        "bad: writable root (ours)",
                        "bad: capabilities",
                        "bad: running as non-root user",
                        "bad: running as non-root",
                        "bad: seccomp",
                        "bad: host ports",
                        "bare: no security context");
    }
}
