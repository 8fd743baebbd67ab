// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Kubernetes' Pod Security Standard "restricted", version 1.33, and nothing weaker than it: what a pod breaks of it. */
final class PodSecurity {

    private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");

    private final PodSpec pod;
    private final List<String> broken = new ArrayList<>();

    private PodSecurity(PodSpec pod) {
        this.pod = pod;
    }

    /** What is broken, in the words of the standard's controls; empty for a pod that a restricted namespace takes. */
    static List<String> brokenBy(PodSpec pod) {
        PodSecurity check = new PodSecurity(pod);
        check.shared();
        Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .forEach(check::container);
        return check.broken;
    }

    private void shared() {
        unless(!set(pod.getHostNetwork()) && !set(pod.getHostPID()) && !set(pod.getHostIPC()), "host namespaces");
        unless(pod.getVolumes().stream().allMatch(PodSecurity::ofAllowedKind), "volume types");
        PodSecurityContext context = pod.getSecurityContext();
        if (context != null) {
            unless(context.getSysctls().isEmpty(), "sysctls");
            unless(context.getSeLinuxOptions() == null, "SELinux");
            unless(context.getAppArmorProfile() == null, "AppArmor");
            unless(!Objects.equals(context.getRunAsUser(), 0L), "running as non-root user");
        }
    }

    private void container(Container container) {
        String name = container.getName();
        SecurityContext own = container.getSecurityContext();
        if (own == null) {
            broken.add(name + ": no security context");
            return;
        }
        PodSecurityContext shared = pod.getSecurityContext();
        unless(!set(own.getPrivileged()), name + ": privileged");
        unless(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()), name + ": privilege escalation");
        unless(set(own.getReadOnlyRootFilesystem()), name + ": writable root (ours)");
        unless(capabilities(own.getCapabilities()), name + ": capabilities");
        unless(own.getProcMount() == null, name + ": /proc mount type");
        unless(own.getSeLinuxOptions() == null, name + ": SELinux");
        unless(!Objects.equals(own.getRunAsUser(), 0L), name + ": running as non-root user");
        Boolean nonRoot = own.getRunAsNonRoot() != null
                ? own.getRunAsNonRoot()
                : shared == null ? null : shared.getRunAsNonRoot();
        unless(set(nonRoot), name + ": running as non-root");
        SeccompProfile seccomp = own.getSeccompProfile() != null
                ? own.getSeccompProfile()
                : shared == null ? null : shared.getSeccompProfile();
        unless(seccomp != null && PROFILES.contains(seccomp.getType()), name + ": seccomp");
        unless(
                container.getPorts().stream().map(ContainerPort::getHostPort).allMatch(Objects::isNull),
                name + ": host ports");
    }

    private static boolean capabilities(@Nullable Capabilities capabilities) {
        return capabilities != null
                && capabilities.getDrop().contains("ALL")
                && Set.of("NET_BIND_SERVICE").containsAll(capabilities.getAdd());
    }

    private static boolean ofAllowedKind(Volume volume) {
        return Stream.of(
                        volume.getConfigMap(),
                        volume.getCsi(),
                        volume.getDownwardAPI(),
                        volume.getEmptyDir(),
                        volume.getEphemeral(),
                        volume.getPersistentVolumeClaim(),
                        volume.getProjected(),
                        volume.getSecret())
                .anyMatch(Objects::nonNull);
    }

    private static boolean set(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private void unless(boolean holds, String control) {
        if (!holds) {
            broken.add(control);
        }
    }
}
