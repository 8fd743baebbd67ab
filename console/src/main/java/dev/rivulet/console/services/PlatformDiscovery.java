// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.services;

import dev.rivulet.console.replicas.Replica;
import dev.rivulet.console.replicas.ReplicaBoard;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** The services of the configuration and the replicas that announced themselves, for Spring Boot Admin and for the pages. */
public final class PlatformDiscovery implements DiscoveryClient {

    private static final Logger log = LoggerFactory.getLogger(PlatformDiscovery.class);
    private static final String REPLICAS = "inference-service";

    private final ServicesSettings settings;
    private final ReplicaBoard board;

    /**
     * A running part.
     *
     * @param service its name, such as {@code gateway-service}
     * @param url where it answers
     */
    public record Part(String service, URI url) {

        /** Host and port, which tell instances of one service apart. */
        public String instance() {
            return authority(url);
        }
    }

    PlatformDiscovery(ServicesSettings settings, ReplicaBoard board) {
        this.settings = settings;
        this.board = board;
    }

    @Override
    public String description() {
        return "The services of this platform";
    }

    @Override
    public List<String> getServices() {
        return Stream.concat(
                        settings.urls().keySet().stream(), replicaUrls().isEmpty() ? Stream.of() : Stream.of(REPLICAS))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<ServiceInstance> getInstances(String service) {
        TreeMap<String, ServiceInstance> found = new TreeMap<>();
        URI url = settings.urls().get(service);
        if (url != null) {
            found.put(authority(url), instance(service, url));
        }
        if (service.equals(REPLICAS)) {
            replicaUrls().forEach(replica -> found.putIfAbsent(authority(replica), instance(service, replica)));
        }
        return new ArrayList<>(found.values());
    }

    /** Every instance of every service, by service and address. */
    public List<Part> parts() {
        return getServices().stream()
                .flatMap(
                        service -> getInstances(service).stream().map(instance -> new Part(service, instance.getUri())))
                .toList();
    }

    /** Host and port of every instance: where the internal token may be sent. */
    Set<String> authorities() {
        return Stream.concat(settings.urls().values().stream(), replicaUrls().stream())
                .map(PlatformDiscovery::authority)
                .collect(Collectors.toSet());
    }

    private List<URI> replicaUrls() {
        return board.replicas().stream()
                .map(Replica::url)
                .map(PlatformDiscovery::parsed)
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable URI parsed(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() == null ? null : uri;
        } catch (IllegalArgumentException e) {
            log.warn("A replica announced an address that can't be read: {}", e.getMessage());
            return null;
        }
    }

    private static ServiceInstance instance(String service, URI url) {
        return new DefaultServiceInstance(
                service + "@" + authority(url), service, url.getHost(), port(url), secure(url));
    }

    static String authority(URI url) {
        return url.getHost() + ":" + port(url);
    }

    private static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : secure(url) ? 443 : 80;
    }

    private static boolean secure(URI url) {
        return "https".equalsIgnoreCase(url.getScheme());
    }
}
