// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;

/** Makes an upstream of its settings. */
final class UpstreamConfiguration {

    private UpstreamConfiguration() {}

    /** @throws IllegalArgumentException if its key can't be read or its SSL bundle can't be used */
    static Upstream upstream(UpstreamProperties.Server server, @Nullable SslBundles bundles, Duration probeEvery) {
        return new Upstream(server, key(server), tls(server, bundles), probeEvery);
    }

    private static Supplier<String> key(UpstreamProperties.Server server) {
        Path file = server.apiKeyFile();
        if (file == null) {
            return server::apiKey;
        }
        try {
            String key = Files.readString(file).strip();
            return () -> key;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "rivulet.routing.upstreams: the api-key-file of '" + server.name() + "' can't be read", e);
        }
    }

    private static @Nullable SslContext tls(UpstreamProperties.Server server, @Nullable SslBundles bundles) {
        String name = server.sslBundle();
        if (name == null) {
            return null;
        }
        if (bundles == null) {
            throw new IllegalArgumentException("rivulet.routing.upstreams: there are no SSL bundles");
        }
        SslManagerBundle managers = bundles.getBundle(name).getManagers();
        try {
            return SslContextBuilder.forClient()
                    .keyManager(managers.getKeyManagerFactory())
                    .trustManager(managers.getTrustManagerFactory())
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "rivulet.routing.upstreams: the SSL bundle of '" + server.name() + "' can't be used", e);
        }
    }
}
