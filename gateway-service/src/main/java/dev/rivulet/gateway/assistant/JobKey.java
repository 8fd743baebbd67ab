// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.StageSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * The key under which all runs of a job find what earlier ones have left: of its tenant, its id, its request and the graph, so that no
 * other tenant, no other request and no gateway with another graph finds it.
 */
final class JobKey {

    private final List<String> graph = new ArrayList<>();

    JobKey(JobGraph graph) {
        this.graph.add(graph.spec().name());
        graph.stages().stream()
                .sorted(Comparator.comparing(StageSpec::name))
                .forEach(stage -> this.graph.addAll(List.of(
                        stage.name(),
                        stage.kind(),
                        String.valueOf(stage.model()),
                        // In an order of its own, which every process has.
                        new TreeMap<>(stage.inputs()).toString())));
    }

    /** 64 hexadecimal digits. */
    String of(String tenant, String job, byte[] request) {
        MessageDigest digest = sha256();
        List.of(tenant, job).forEach(part -> add(digest, part.getBytes(StandardCharsets.UTF_8)));
        add(digest, request);
        graph.forEach(part -> add(digest, part.getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update((part.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
