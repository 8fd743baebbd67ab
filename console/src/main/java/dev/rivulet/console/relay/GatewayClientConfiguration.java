// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/** The connection to the gateway: it carries the console's key, which no browser sees. */
@Configuration(proxyBeanMethods = false)
class GatewayClientConfiguration {

    @Bean
    WebClient gatewayClient(WebClient.Builder builder, GatewaySettings settings) {
        HttpClient http = HttpClient.create()
                // A service that is replaced comes back at another address; a network of containers calls the old one
                // good for minutes.
                .resolver(names -> names.cacheMaxTimeToLive(Duration.ofSeconds(1)))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .responseTimeout(settings.idleTimeout());
        return builder.clone()
                .baseUrl(settings.url().toString())
                .clientConnector(new ReactorClientHttpConnector(http))
                .defaultHeaders(headers -> authenticate(headers, settings.apiKey()))
                .build();
    }

    private static void authenticate(HttpHeaders headers, String apiKey) {
        if (!apiKey.isEmpty()) {
            headers.setBearerAuth(apiKey);
        }
    }
}
