// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

class GuardedServiceTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private final List<ConfigurableApplicationContext> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        started.forEach(ConfigurableApplicationContext::close);
        http.close();
    }

    @Test
    void aServiceOnEveryAddressWithoutATokenDoesNotStartAndSaysHowToMendIt() {
        assertThatThrownBy(() -> start("server.address=0.0.0.0"))
                .hasStackTraceContaining("0.0.0.0")
                .hasStackTraceContaining("RIVULET_INTERNAL_TOKEN")
                .hasStackTraceContaining("SERVER_ADDRESS=127.0.0.1");
        assertThatThrownBy(() -> start("server.address=::")).hasRootCauseInstanceOf(UnguardedServiceException.class);
    }

    @Test
    void theSameServiceStartsWithAToken() {
        assertThat(start("server.address=0.0.0.0", "RIVULET_INTERNAL_TOKEN=" + SECRET)
                        .isRunning())
                .isTrue();
    }

    @Test
    void anActuatorOnAPortOfItsOwnDoesNotStart() {
        assertThatThrownBy(() -> start("management.server.port=1")).hasStackTraceContaining("management.server.port");
    }

    @Test
    void aServiceListensOnLoopbackUnlessToldOtherwise() {
        assertThat(start().getEnvironment().getProperty("server.address")).isEqualTo("127.0.0.1");
    }

    @Test
    void probesAreOpenAndTheRestWantsTheToken() throws Exception {
        ConfigurableApplicationContext service =
                start("RIVULET_INTERNAL_TOKEN=" + SECRET, "rivulet.access.excluded-paths=/open/**");
        assertThat(get(service, "/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get(service, "/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get(service, "/open/here").statusCode()).isEqualTo(200);
        assertThat(get(service, "/actuator/health").statusCode()).isEqualTo(401);
        HttpResponse<String> refused = get(service, "/internal/secret");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(refused.headers().firstValue("www-authenticate")).isPresent();
        assertThat(refused.body()).contains("\"code\":\"invalid_token\"", "RIVULET_INTERNAL_TOKEN");
        assertThat(get(service, "/internal/secret", "Authorization", "Bearer " + SECRET)
                        .body())
                .isEqualTo("secret");
    }

    @Test
    void underV1TheRefusalIsAnOpenAiErrorWithAllFourKeys() throws Exception {
        ConfigurableApplicationContext service = start("RIVULET_INTERNAL_TOKEN=" + SECRET);
        assertThat(get(service, "/v1/models").body())
                .contains(
                        "\"error\":{",
                        "\"message\":",
                        "\"type\":\"authentication_error\"",
                        "\"param\":null",
                        "\"code\":");
    }

    @Test
    void aPageOfAnotherSiteIsRefusedEvenWithoutAToken() throws Exception {
        HttpResponse<String> refused = get(start(), "/internal/secret", "Origin", "https://evil.example");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("forbidden_origin", "RIVULET_ALLOWED_HOSTS");
    }

    @Test
    void ourClientsShowTheTokenTheyAreGiven() {
        ConfigurableApplicationContext service = start("RIVULET_INTERNAL_TOKEN=" + SECRET);
        ServiceToken token = service.getBean(ServiceToken.class);
        String url = url(service, "/internal/secret").toString();
        assertThat(RestClient.builder()
                        .defaultHeaders(token::authorize)
                        .build()
                        .get()
                        .uri(url)
                        .retrieve()
                        .body(String.class))
                .isEqualTo("secret");
        assertThat(WebClient.builder()
                        .defaultHeaders(token::authorize)
                        .build()
                        .get()
                        .uri(url)
                        .retrieve()
                        .bodyToMono(String.class)
                        .block())
                .isEqualTo("secret");
    }

    @Test
    void theConfigClientShowsTheToken() {
        ConfigurableApplicationContext service = start("RIVULET_INTERNAL_TOKEN=" + SECRET);
        assertThat(service.getEnvironment()
                        .getProperty("spring.cloud.config.headers." + HttpHeaders.AUTHORIZATION.toLowerCase()))
                .isEqualTo("Bearer " + SECRET);
    }

    private HttpResponse<String> get(ConfigurableApplicationContext service, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(service, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI url(ConfigurableApplicationContext service, String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }

    private ConfigurableApplicationContext start(String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "spring.cloud.config.enabled=false",
                "spring.main.banner-mode=off",
                "management.endpoint.health.probes.enabled=true"));
        all.addAll(List.of(properties));
        String[] arguments = all.stream().map("--"::concat).toArray(String[]::new);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Service.class).run(arguments);
        started.add(context);
        return context;
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Service {
        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET("/internal/secret", request -> ServerResponse.ok().bodyValue("secret"))
                    .GET("/open/here", request -> ServerResponse.ok().bodyValue("open"))
                    .build();
        }
    }
}
