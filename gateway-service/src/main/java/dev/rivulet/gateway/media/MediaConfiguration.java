// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import java.net.InetAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MediaProperties.class)
class MediaConfiguration {

    private static final int THREADS = 2;
    private static final int QUEUE = 256;
    private static final int CONNECTIONS = 32;

    @Bean(destroyMethod = "dispose")
    Scheduler mediaScheduler() {
        return Schedulers.newBoundedElastic(THREADS, QUEUE, "media", 30, true);
    }

    @Bean(destroyMethod = "dispose")
    ConnectionProvider mediaConnections() {
        return ConnectionProvider.builder("media")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(QUEUE)
                .build();
    }

    @Bean
    MediaStep mediaStep(
            JsonMapper json, MediaProperties limits, Scheduler mediaScheduler, ConnectionProvider mediaConnections) {
        HttpClient client = HttpClient.create(mediaConnections)
                .resolver(new CheckedResolver(InetAddress::getAllByName, Addresses::open, mediaScheduler::schedule));
        PictureFetcher fetcher = new PictureFetcher(client, new PictureHosts(limits.hosts()), limits);
        return new MediaStep(json, fetcher, limits, mediaScheduler);
    }
}
