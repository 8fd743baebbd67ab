// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import dev.rivulet.gateway.exchange.Endpoint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Servers beside the replicas, and who must not be taken to them.
 *
 * @param upstreams at most 100, each with a name of its own
 * @param siteOnlyKeys names of API keys whose requests never leave this site
 * @param upstreamProbe how often one is asked how it is, at least 1 s; as long again may pass until a new fault is seen
 */
@ConfigurationProperties("rivulet.routing")
record UpstreamProperties(
        @DefaultValue List<Server> upstreams,
        @DefaultValue Set<String> siteOnlyKeys,
        @DefaultValue("15s") Duration upstreamProbe) {

    private static final int MOST = 100;

    UpstreamProperties {
        upstreams = List.copyOf(upstreams);
        siteOnlyKeys = Set.copyOf(siteOnlyKeys);
        require(upstreams.size() <= MOST, "upstreams holds more than " + MOST);
        Set<String> names = new HashSet<>();
        upstreams.forEach(one -> require(names.add(one.name()), "upstreams has '" + one.name() + "' twice"));
        require(upstreamProbe.toMillis() >= 1_000, "upstream-probe is at least 1s");
    }

    /**
     * One server.
     *
     * @param name for logs and metrics
     * @param url its base address, as OpenAI clients take it: up to and with {@code /v1}
     * @param apiKey its key, from the environment: {@code ${OPENAI_API_KEY:}}
     * @param apiKeyFile a file that holds the key instead
     * @param models what it is asked for, 1 to 1,000
     * @param leavesSite whether what is sent to it leaves this site
     * @param replica whether it is a replica of Rivulet's, which is told the key's name and class and the time that is left, as those are
     *     that report themselves
     * @param sslBundle the name of an SSL bundle; null for the trust of the JDK
     */
    record Server(
            String name,
            URI url,
            @DefaultValue("") String apiKey,
            @Nullable Path apiKeyFile,
            @DefaultValue List<Model> models,
            @DefaultValue("true") boolean leavesSite,
            @DefaultValue("false") boolean replica,
            @Nullable String sslBundle) {

        private static final int MOST_MODELS = 1_000;

        Server {
            require(name.matches("[A-Za-z0-9._-]{1,64}"), "an upstream's name is 1 to 64 letters, digits, . - or _");
            requireBase(name, url);
            models = List.copyOf(models);
            require(!models.isEmpty() && models.size() <= MOST_MODELS, name + " has 1 to " + MOST_MODELS + " models");
            require(models.stream().map(Model::name).distinct().count() == models.size(), name + " has a model twice");
        }

        private static void requireBase(String name, URI url) {
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean bare = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
            require(
                    http && bare && url.getHost() != null && !url.toString().endsWith("/"),
                    "the url of " + name + " is a base address such as https://api.example.com/v1");
        }

        /** Never its key. */
        @Override
        public String toString() {
            return "Server[" + name + "]";
        }
    }

    /**
     * One model of it.
     *
     * @param name as callers name it
     * @param as how the server names it; null for the same
     * @param capabilities what it can be asked for, such as chat, completion or embeddings
     * @param contextLength tokens of prompt and answer together
     */
    record Model(
            String name,
            @Nullable String as,
            @DefaultValue("CHAT") Set<String> capabilities,
            @DefaultValue("8192") int contextLength) {

        private static final Set<String> KNOWN =
                Arrays.stream(Endpoint.values()).map(Endpoint::capability).collect(Collectors.toUnmodifiableSet());

        Model {
            require(!name.isBlank() && name.length() <= 200, "a model's name has 1 to 200 characters");
            capabilities = capabilities.stream()
                    .map(one -> one.toUpperCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
            require(KNOWN.containsAll(capabilities), "capabilities of '" + name + "' are among " + KNOWN);
            require(contextLength >= 1, "context-length of '" + name + "' is at least 1");
        }

        String wire() {
            return as == null ? name : as;
        }
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.routing: " + rule);
        }
    }
}
