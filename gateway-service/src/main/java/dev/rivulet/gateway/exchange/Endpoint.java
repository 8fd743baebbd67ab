// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The paths that are passed on to replicas, and what a model must be able to do for each. */
public enum Endpoint {
    CHAT("/v1/chat/completions", "CHAT"),
    TEXT("/v1/completions", "COMPLETION"),
    EMBEDDINGS("/v1/embeddings", "EMBEDDINGS"),
    RERANK("/v1/rerank", "RERANK"),
    CLASSIFY("/v1/classify", "CLASSIFY"),
    COMMANDS("/v1/audio/commands", "AUDIO_COMMANDS"),
    TRANSCRIPTIONS("/v1/audio/transcriptions", "TRANSCRIPTION"),
    TRANSLATIONS("/v1/audio/translations", "TRANSCRIPTION");

    private final String path;
    private final String capability;

    Endpoint(String path, String capability) {
        this.path = path;
        this.capability = capability;
    }

    public String path() {
        return path;
    }

    /** As replicas name it in their status. */
    public String capability() {
        return capability;
    }

    public static Optional<Endpoint> at(String path) {
        return Arrays.stream(values()).filter(one -> one.path.equals(path)).findFirst();
    }

    /** The paths of all, for messages. */
    public static String all() {
        return Arrays.stream(values()).map(Endpoint::path).collect(Collectors.joining(", "));
    }
}
