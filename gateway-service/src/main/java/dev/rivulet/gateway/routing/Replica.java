// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One replica as it last described itself.
 *
 * @param id its id
 * @param url where it answers: scheme http or https, a host, a port, nothing more
 * @param startedAt when its process started
 * @param sequence grows by one with every report since {@code startedAt}
 * @param draining whether it takes no new work
 * @param models what it serves, or tries to
 * @param upstream how it is reached if it is a server of another make; null for a replica of this platform
 */
public record Replica(
        String id,
        URI url,
        Instant startedAt,
        long sequence,
        boolean draining,
        List<Served> models,
        @Nullable Upstream upstream) {

    private static final int MOST_MODELS = 1_000;

    /** Where a model stands on a replica. */
    public enum State {
        LOADING,
        READY,
        FAILED,
        UNLOADING
    }

    /**
     * One version of a model.
     *
     * @param contextLength tokens of prompt and answer together
     * @param outstandingTokens tokens still to be prefilled or decoded at most
     * @param capabilities what it can be asked for, such as {@code CHAT} or {@code EMBEDDINGS}; empty if its replica does not say
     */
    public record Served(
            String model,
            String version,
            State state,
            int contextLength,
            long outstandingTokens,
            Set<String> capabilities) {

        public Served {
            capabilities = Set.copyOf(capabilities);
        }

        /** One whose replica does not say what it can do. */
        public Served(String model, String version, State state, int contextLength, long outstandingTokens) {
            this(model, version, state, contextLength, outstandingTokens, Set.of());
        }

        /** Whether it can be asked for that, as far as is known. */
        public boolean can(String capability) {
            return capabilities.isEmpty() || capabilities.contains(capability);
        }
    }

    /** A replica of this platform. */
    public Replica(String id, URI url, Instant startedAt, long sequence, boolean draining, List<Served> models) {
        this(id, url, startedAt, sequence, draining, models, null);
    }

    public Replica {
        if (id.isBlank() || id.length() > 200) {
            throw new IllegalArgumentException("a replica's id has 1 to 200 characters");
        }
        if (models.size() > MOST_MODELS) {
            throw new IllegalArgumentException(
                    "a replica reports " + models.size() + " models; " + MOST_MODELS + " is the limit");
        }
        requireEndpoint(url);
        models = List.copyOf(models);
    }

    /** Whether what is sent to it leaves this site. */
    public boolean leavesSite() {
        return upstream != null && upstream.leavesSite();
    }

    /** Whether this is a later word of the same replica than another, or of a later process. */
    boolean supersedes(Replica other) {
        int process = startedAt.compareTo(other.startedAt);
        return process > 0 || (process == 0 && sequence > other.sequence);
    }

    /** The ready version of a model, if this replica takes work for it. */
    Optional<Served> ready(String model) {
        return draining ? Optional.empty() : in(model, State.READY);
    }

    /** A ready version of a model, if this replica takes work for it. @param version null for any, the first that it names */
    Optional<Served> ready(String model, @Nullable String version) {
        return version == null
                ? ready(model)
                : ready(model)
                        .flatMap(any -> models.stream()
                                .filter(served -> served.model().equals(model)
                                        && served.state() == State.READY
                                        && served.version().equals(version))
                                .findFirst());
    }

    /** What it serves those who name no version: it names that first. */
    public Optional<String> plainVersion(String model) {
        return upstream == null ? in(model, State.READY).map(Served::version) : Optional.empty();
    }

    Optional<Served> in(String model, State state) {
        return models.stream()
                .filter(served -> served.model().equals(model) && served.state() == state)
                .findFirst();
    }

    private static void requireEndpoint(URI url) {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean bare = url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && (url.getRawPath() == null
                        || url.getRawPath().isEmpty()
                        || url.getRawPath().equals("/"));
        if (!http || !bare || url.getHost() == null || url.getPort() < 1 || url.getPort() > 65_535) {
            throw new IllegalArgumentException(
                    "a replica's url is http or https, a host and a port and nothing more, such as http://10.0.0.7:7103");
        }
    }
}
