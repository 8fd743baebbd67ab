package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.routing.Replica;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The paths that are passed on to replicas, and what a model must be able to do for each. */
enum Endpoint {
    CHAT("/v1/chat/completions", "CHAT"),
    TEXT("/v1/completions", "COMPLETION"),
    EMBEDDINGS("/v1/embeddings", "EMBEDDINGS"),
    RERANK("/v1/rerank", "RERANK"),
    CLASSIFY("/v1/classify", "CLASSIFY");

    private final String path;
    private final String capability;

    Endpoint(String path, String capability) {
        this.path = path;
        this.capability = capability;
    }

    String path() {
        return path;
    }

    /** As replicas name it in their status. */
    String capability() {
        return capability;
    }

    static Optional<Endpoint> at(String path) {
        return Arrays.stream(values()).filter(one -> one.path.equals(path)).findFirst();
    }

    /** The paths of all, for messages. */
    static String all() {
        return Arrays.stream(values()).map(Endpoint::path).collect(Collectors.joining(", "));
    }

    /** The paths that a model answers, for messages. */
    static String of(Replica.Served served) {
        return Arrays.stream(values())
                .filter(one -> served.can(one.capability))
                .map(Endpoint::path)
                .collect(Collectors.joining(" and "));
    }
}
