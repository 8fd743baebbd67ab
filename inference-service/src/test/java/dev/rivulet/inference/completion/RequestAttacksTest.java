// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Attacks by the content of a request: 8, 9, 11, 13 and 14 of docs/robustness.md. */
@Timeout(60)
class RequestAttacksTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String USER =
            "\"model\":\"fake\",\"max_tokens\":2,\"messages\":[{\"role\":\"user\",\"content\":";
    private static final String CACHED = "/usage/prompt_tokens_details/cached_tokens";

    private static Replica replica;

    @BeforeAll
    static void start() {
        replica = Replica.start().serving(2, 24, Watcher.NONE);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    static Stream<String> addresses() {
        return Stream.of(
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]:PORT/",
                "http://0x7f000001:PORT/",
                "http://2130706433:PORT/",
                "http://example.com@127.0.0.1:PORT/",
                "http://127.0.0.1:PORT/redirect",
                "http://localhost:PORT/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:PORT/_GET",
                "data:image/svg+xml,<svg onload=alert(1)>",
                "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgABAAAAAQAACAYAAAA=");
    }

    /** A replica fetches nothing: addresses are refused as they stand, without a look-up of a name or a connection. */
    @ParameterizedTest
    @MethodSource("addresses")
    void anImageIsRefusedAndNothingIsFetched(String address) throws Exception {
        try (ServerSocket victim = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = address.replace("PORT", Integer.toString(victim.getLocalPort()));
            EntityExchangeResult<String> answer = post(
                    USER + "[{\"type\":\"image_url\",\"image_url\":{\"url\":" + JSON.writeValueAsString(url) + "}}]}]",
                    "test");
            refused(answer, "messages[0].content[0].image_url.url");
            victim.setSoTimeout(1);
            assertThatThrownBy(victim::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aThousandPartsAreRefusedAtTheFirstThatIsNoPicture() {
        String part = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}";
        refused(
                post(USER + "[" + (part + ",").repeat(999) + part + "]}]", "test"),
                "messages[0].content[0].image_url.url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|a)*b",
                "((((((a*)*)*)*)*)*)*b",
                "(.*)*.*.*.*=.*",
                "(a{0,99}){0,99}",
                "[a-z]{0,999}[0-9]{0,999}",
            })
    void anExpressionThatBacktrackersChokeOnIsCompiledOrRefusedWithinItsBudget(String expression) {
        EntityExchangeResult<String> answer =
                post(USER + "\"x\"}],\"guided_regex\":" + JSON.writeValueAsString(expression), "test");
        assertThat(answer.getStatus().value()).as(answer.getResponseBody()).isIn(200, 400);
        served();
    }

    @Test
    void aSchemaThatIsTooLargeOrTooDeepIsRefused() {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            values.append("\"value-").append(i).append("\",");
        }
        String deep = "{\"type\":\"array\",\"items\":".repeat(200) + "{}" + "}".repeat(200);
        for (String schema : List.of("{\"enum\":[" + values + "\"x\"]}", deep)) {
            EntityExchangeResult<String> answer = post(
                    USER + "\"x\"}],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\","
                            + "\"strict\":true,\"schema\":" + schema + "}}",
                    "test");
            assertThat(answer.getStatus().value()).as(answer.getResponseBody()).isEqualTo(400);
        }
        served();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\u0000\\ud83d\\ude00'; --\"", "5", "null", "[[]]", "{\"a\":{}}", "\"blue\""})
    void aSaltOfTheCallersIsIgnoredWhateverItIs(String salt) {
        String question = "\"Is salt " + salt.hashCode() + " of any use to anybody at all?\"}],\"cache_salt\":";
        assertThat(cached(post(USER + question + salt, "blue"))).isZero();
        assertThat(cached(post(USER + question + "\"another\"", "blue")))
                .as("another salt finds the same prefix")
                .isPositive();
        assertThat(cached(post(USER + question + salt, "green"))).isZero();
    }

    /**
     * What a prompt costs is what of it must be computed. A tenant who guesses another's prompts computes as many tokens
     * as for prompts that nobody has ever sent, so that the time to his first token is drawn from the same distribution.
     */
    @Test
    void whoProbesAnothersPromptsComputesAsMuchAsForOnesThatNobodySent() {
        String secret = "\"The secret of blue is that number %03d is the one that wins the lottery.\"}]";
        List<Integer> probes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            post(USER + secret.formatted(i), "blue");
            assertThat(cached(post(USER + secret.formatted(i), "blue")))
                    .as("whose own it is finds it, so the probe could")
                    .isPositive();
            probes.add(cached(post(USER + secret.formatted(i), "probe-" + i)));
            probes.add(cached(post(USER + secret.formatted(i + 500), "unseen-" + i)));
        }
        assertThat(probes).containsOnly(0);
    }

    private static void served() {
        assertThat(post(USER + "\"x\"}]", "test").getStatus().value()).isEqualTo(200);
    }

    private static int cached(EntityExchangeResult<String> answer) {
        assertThat(answer.getStatus().value()).as(answer.getResponseBody()).isEqualTo(200);
        return JSON.readTree(answer.getResponseBody()).at(CACHED).asInt();
    }

    private static void refused(EntityExchangeResult<String> answer, String param) {
        JsonNode error = JSON.readTree(answer.getResponseBody()).path("error");
        assertThat(answer.getStatus().value()).as(answer.getResponseBody()).isEqualTo(400);
        assertThat(error.path("param").asString()).isEqualTo(param);
        assertThat(error.path("code").asString()).isIn("unsupported_parameter", "invalid_value");
    }

    private static EntityExchangeResult<String> post(String fields, String tenant) {
        return replica.client()
                .mutate()
                .responseTimeout(Duration.ofSeconds(30))
                .build()
                .post()
                .uri("/v1/chat/completions")
                .header(RequestTerms.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{" + fields + "}")
                .exchange()
                .expectBody(String.class)
                .returnResult();
    }
}
