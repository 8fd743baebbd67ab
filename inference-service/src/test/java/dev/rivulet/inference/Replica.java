// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import dev.rivulet.testsupport.FakeLanguageModel;
import dev.rivulet.testsupport.openai.AnswerCheck;
import dev.rivulet.testsupport.openai.PublishedSchema;
import dev.rivulet.testsupport.openai.Seen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A replica on a free port, without a broker and a registry unless the properties name them. */
public final class Replica implements AutoCloseable {

    public static final String MODEL = "fake";

    private static final String NO_BROKER = "spring.kafka.bootstrap-servers=127.0.0.1:1";

    /** The binder asks for its topics one after the other when a replica starts. */
    private static final List<String> GIVE_UP_SOON = List.of(
            "spring.cloud.stream.kafka.binder.configuration[default.api.timeout.ms]=200",
            "spring.cloud.stream.kafka.binder.configuration[request.timeout.ms]=100");

    private static final AnswerCheck PUBLISHED = new AnswerCheck(PublishedSchema.ofOpenAi());

    private final ConfigurableApplicationContext context;

    private Replica(@Nullable Supplier<Engine> engine, List<String> properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "spring.main.banner-mode=off",
                NO_BROKER,
                "spring.cloud.config.enabled=false",
                "spring.config.import=",
                "spring.cloud.bus.enabled=false",
                "rivulet.replica.id=test",
                "rivulet.replica.url=http://127.0.0.1"));
        properties.forEach(property -> {
            String name = property.substring(0, property.indexOf('=') + 1);
            all.removeIf(other -> other.startsWith(name));
            all.add(property);
        });
        if (all.contains(NO_BROKER)) {
            all.addAll(GIVE_UP_SOON);
        }
        context = new SpringApplicationBuilder(InferenceApplication.class)
                .initializers(fresh -> {
                    if (engine != null) {
                        ((GenericApplicationContext) fresh).registerBean(Engine.class, engine);
                    }
                })
                .run(all.stream().map(property -> "--" + property).toArray(String[]::new));
    }

    public static Replica start(String... properties) {
        return new Replica(null, List.of(properties));
    }

    /** A replica that loads models by {@code engine} in place of the one on the class path. */
    public static Replica startWith(Supplier<Engine> engine, String... properties) {
        return new Replica(engine, List.of(properties));
    }

    /** Serves the fake model in so many slots. */
    public Replica serving(int slots, int meanAnswerTokens, Watcher watcher) {
        return serving(
                MODEL, "1", new FakeLanguageModel(new EngineOptions(slots, 0, 1, 64), meanAnswerTokens, watcher));
    }

    public Replica serving(String model, String version, FakeLanguageModel fake) {
        models().serve(new ModelVersion(model, version), fake, null);
        return this;
    }

    public ServingModels models() {
        return context.getBean(ServingModels.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** A client that holds every whole answer under {@code /v1} to OpenAI's published schema. */
    public WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl(url())
                .entityExchangeResultConsumer(Replica::published)
                .responseTimeout(java.time.Duration.ofSeconds(60))
                .build();
    }

    private static void published(EntityExchangeResult<?> answer) {
        MediaType type = answer.getResponseHeaders().getContentType();
        byte[] body = answer.getResponseBodyContent();
        Seen seen = new Seen(
                answer.getMethod().name(),
                answer.getUrl().getPath(),
                answer.getStatus().value(),
                type == null ? null : type.toString(),
                body == null ? "" : new String(body, StandardCharsets.UTF_8));
        assertThat(PUBLISHED.faults(seen))
                .as(seen.method() + " " + seen.path() + " answers as OpenAI publishes it")
                .isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
