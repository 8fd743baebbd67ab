// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static dev.rivulet.gateway.policy.Chats.USAGE;
import static dev.rivulet.gateway.policy.Chats.asking;
import static dev.rivulet.gateway.policy.Chats.call;
import static dev.rivulet.gateway.policy.Chats.chunk;
import static dev.rivulet.gateway.policy.Chats.content;
import static dev.rivulet.gateway.policy.Chats.finishes;
import static dev.rivulet.gateway.policy.Chats.streaming;
import static dev.rivulet.gateway.policy.Chats.told;
import static dev.rivulet.gateway.policy.Chats.whole;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyStepTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FREE_KEY = "free-key";
    private static final String STRICT_KEY = "strict-key";
    private static GatewayFixture gateway;

    private final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.keys[1].name=free",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(FREE_KEY),
                "rivulet.identity.keys[2].name=strict",
                "rivulet.identity.keys[2].sha256=" + GatewayFixture.sha256(STRICT_KEY),
                "rivulet.routing.probe-timeout=20s",
                "rivulet.caching.size=1MB",
                "rivulet.policy.enabled=true",
                "rivulet.policy.default-policy=house",
                "rivulet.policy.keys[free]=none",
                "rivulet.policy.keys[strict]=strict",
                "rivulet.policy.filters[pii].pii=email,card",
                "rivulet.policy.filters[secrets].patterns[0]=\\bsk-[a-z0-9]{8,40}\\b",
                "rivulet.policy.filters[phoenix].patterns[0]=(?i)project phoenix",
                "rivulet.policy.policies[house].input.secrets=block",
                "rivulet.policy.policies[house].input.pii=redact",
                "rivulet.policy.policies[house].input.phoenix=flag",
                "rivulet.policy.policies[house].output.secrets=block",
                "rivulet.policy.policies[house].output.pii=redact",
                "rivulet.policy.policies[house].output.phoenix=flag",
                "rivulet.policy.policies[strict].input.phoenix=block");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        gateway.join(replica);
        replica.json(200, whole("fine", "null"));
        audit.start();
        auditLog().addAppender(audit);
    }

    @AfterEach
    void leave() {
        auditLog().detachAppender(audit);
        gateway.routes().left(replica.id());
        replica.close();
    }

    @Test
    void aRequestWithWhatIsBlockedIsRefusedAndNoModelReadsIt() throws Exception {
        HttpResponse<String> answer = gateway.chat(asking("take sk-abcdefgh1234 for it"));

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("code").asString()).isEqualTo("content_policy_violation");
        assertThat(error.path("param").asString()).isEqualTo("messages[0].content");
        assertThat(answer.body()).doesNotContain("abcdefgh");
        assertThat(replica.received).isEmpty();
        assertThat(gateway.chat(asking("streamed sk-abcdefgh1234").replace("{\"model", "{\"stream\":true,\"model"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsRedactedNeverReachesTheModelInWhateverPartOfTheRequestItStands() throws Exception {
        gateway.chat("""
                {"model":"m","seed":12345678901234567890,"messages":[{"role":"system","content":"I am ada@example.com \\ud800"},\
                {"role":"user","content":[{"type":"text","text":"card 4111 1111 "},\
                {"type":"image_url","image_url":{"url":"data:image/png;base64,ada@example.com"}},\
                {"type":"text","text":"1111 1111 ok"}]},{"role":"assistant","tool_calls":[{"id":"c","type":"function",\
                "function":{"name":"mail","arguments":"{\\"to\\":\\"ada@example.com\\"}"}}]}],\
                "tools":[{"type":"function","function":{"name":"mail","description":"mails ada@example.com"}}]}""");

        JsonNode read = JSON.readTree(replica.received.getLast().body());
        assertThat(read.path("seed").bigIntegerValue()).hasToString("12345678901234567890");
        JsonNode messages = read.path("messages");
        assertThat(messages.at("/0/content").asString()).startsWith("I am [EMAIL] ");
        assertThat(messages.at("/1/content/0/text").asString()).isEqualTo("card [CARD]");
        assertThat(messages.at("/1/content/1/image_url/url").asString()).endsWith("ada@example.com");
        assertThat(messages.at("/1/content/2/text").asString()).isEqualTo(" ok");
        assertThat(messages.at("/2/tool_calls/0/function/arguments").asString()).isEqualTo("{\"to\":\"[EMAIL]\"}");
        assertThat(read.at("/tools/0/function/description").asString()).isEqualTo("mails [EMAIL]");
    }

    @Test
    void aRequestInWhichNothingIsFoundPassesByteForByte() throws Exception {
        String body =
                "{ \"model\" : \"m\", \"messages\":[{\"role\":\"user\",\"content\":\"h\\u0069 " + unique() + "\"}] }";
        HttpResponse<String> answer = gateway.chat(body);

        assertThat(new String(replica.received.getLast().body(), StandardCharsets.UTF_8))
                .isEqualTo(body);
        assertThat(answer.headers().firstValue("x-rivulet-policy")).isEmpty();
        assertThat(gateway.chat("{\"model\":\"m\",\"messages\":[],\"messages\":[]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aWholeAnswerIsRedactedWithItsLikelihoodsAndItsUsageStays() throws Exception {
        replica.json(
                200,
                whole(
                        "Ask ada@example.com of Project Phoenix",
                        "{\"content\":[{\"token\":\"ada\",\"logprob\":-0.1,\"bytes\":null,\"top_logprobs\":[]}],\"refusal\":null}"));

        HttpResponse<String> answer = gateway.chat(asking("who " + unique()));

        JsonNode read = JSON.readTree(answer.body());
        assertThat(read.at("/choices/0/message/content").asString()).isEqualTo("Ask [EMAIL] of Project Phoenix");
        assertThat(read.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(read.path("usage")).isEqualTo(JSON.readTree(USAGE));
        assertThat(answer.headers().firstValue("x-rivulet-policy")).hasValue("output/phoenix/flag, output/pii/redact");
    }

    @Test
    void aWholeAnswerEndsBeforeWhatIsBlocked() throws Exception {
        replica.json(200, whole("The key is sk-abcdefgh1234, keep it", "null"));

        JsonNode read = JSON.readTree(gateway.chat(asking("key " + unique())).body());

        assertThat(read.at("/choices/0/message/content").asString()).isEqualTo("The key is ");
        assertThat(read.at("/choices/0/finish_reason").asString()).isEqualTo("content_filter");
    }

    @Test
    void whatIsSplitOverEventsIsRedactedAndTheRestOfTheStreamPassesAsItCame() throws Exception {
        replica.streaming(
                chunk(0, "{\"role\":\"assistant\",\"content\":\"\"}", null),
                content(0, "Ask a"),
                content(0, "da@exa"),
                content(0, "mple.com"),
                content(0, " or "),
                chunk(
                        0,
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"f\",\"arguments\":\"\"}}]}",
                        null),
                call("{\"n\":\"4111 11"),
                call("11 1111 1111\"}"),
                chunk(0, "{}", "tool_calls"),
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":"
                        + USAGE + "}\n\n",
                "data: [DONE]\n\n");

        HttpResponse<String> answer = gateway.chat(streaming("who " + unique()));

        assertThat(told(answer.body(), 0, "content")).isEqualTo("Ask [EMAIL] or ");
        assertThat(told(answer.body(), 0, "arguments")).isEqualTo("{\"n\":\"[CARD]\"}");
        assertThat(answer.body())
                .contains(content(0, " or "), USAGE, "\"finish_reason\":\"tool_calls\"")
                .contains(": x-rivulet-policy output/pii/redact\n\n")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void aStreamEndsBeforeWhatIsBlockedAndOtherChoicesGoOn() throws Exception {
        replica.streaming(
                content(0, "It is sk-abc"),
                content(1, "Nothing "),
                content(0, "defgh12"),
                content(1, "secret"),
                content(0, " and more"),
                chunk(0, "{}", "stop"),
                chunk(1, "{}", "stop"),
                "data: [DONE]\n\n");

        HttpResponse<String> answer = gateway.chat(streaming("two " + unique()));

        assertThat(told(answer.body(), 0, "content")).isEqualTo("It is ");
        assertThat(told(answer.body(), 1, "content")).isEqualTo("Nothing secret");
        assertThat(finishes(answer.body(), 0)).containsExactly("content_filter");
        assertThat(finishes(answer.body(), 1)).containsExactly("stop");
    }

    @Test
    void whatIsHeldIsToldWhenTheStreamEndsInWhateverWay() throws Exception {
        replica.streaming(content(0, "ask sk-abc"));
        assertThat(told(gateway.chat(streaming("cut " + unique())).body(), 0, "content"))
                .isEqualTo("ask sk-abc");

        replica.streaming(
                content(0, "ask ada@example.com"),
                "data: {\"error\":{\"message\":\"x\",\"type\":\"y\",\"param\":null," + "\"code\":\"z\"}}\n\n");
        HttpResponse<String> failed = gateway.chat(streaming("failing " + unique()));
        assertThat(told(failed.body(), 0, "content")).isEqualTo("ask [EMAIL]");
        assertThat(failed.body()).contains("\"code\":\"z\"").doesNotContain("ada@");
    }

    @Test
    void whatCanNotBeReadIsNotPassedOn() throws Exception {
        replica.streaming(content(0, "fine "), "data: sk-abcdefgh1234 {\n\n", "data: [DONE]\n\n");

        HttpResponse<String> answer = gateway.chat(streaming("odd " + unique()));

        assertThat(answer.body()).contains("replica_lost").doesNotContain("sk-abc");
    }

    @Test
    void keysHavePoliciesOfTheirOwn() throws Exception {
        String leaking = asking("sk-abcdefgh1234 of project phoenix");
        assertThat(as(FREE_KEY, leaking).statusCode()).isEqualTo(200);
        assertThat(as(STRICT_KEY, leaking).statusCode()).isEqualTo(400);
        assertThat(as(STRICT_KEY, asking("sk-abcdefgh1234")).statusCode()).isEqualTo(200);
    }

    @Test
    void anAnswerFromTheCacheIsFilteredToo() throws Exception {
        replica.json(200, whole("ada@example.com", "null"));
        String body = asking("cached " + unique()).replace("{\"model", "{\"temperature\":0,\"model");

        assertThat(gateway.chat(body).body()).contains("[EMAIL]");
        HttpResponse<String> again = gateway.chat(body);

        assertThat(again.headers().firstValue("x-rivulet-cache")).hasValue("hit");
        assertThat(again.body()).contains("[EMAIL]").doesNotContain("ada@");
    }

    @Test
    void anthropicsFormIsFilteredToo() throws Exception {
        String asked = "{\"model\":\"m\",\"max_tokens\":9%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
        HttpResponse<String> refused = gateway.post("/v1/messages", asked.formatted("", "sk-abcdefgh1234"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/error/type").asString()).isEqualTo("invalid_request_error");

        replica.streaming(
                content(0, "It is sk-abc"), content(0, "defgh12 or"), chunk(0, "{}", "stop"), "data: [DONE]\n\n");
        String stream = gateway.post("/v1/messages", asked.formatted(",\"stream\":true", "go " + unique()))
                .body();
        assertThat(stream)
                .contains("\"text\":\"It is \"", "\"stop_reason\":\"refusal\"")
                .doesNotContain("sk-abc");
    }

    @Test
    void inputsOfOtherModelsAreFilteredAndTokenNumbersAreRefused() throws Exception {
        replica.json(
                200,
                "{\"object\":\"list\",\"data\":[],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
        gateway.post("/v1/embeddings", "{\"model\":\"m\",\"input\":[\"x\",\"ada@example.com\"]}");
        assertThat(new String(replica.received.getLast().body(), StandardCharsets.UTF_8))
                .contains("[\"x\",\"[EMAIL]\"]");
        HttpResponse<String> ranked = gateway.post(
                "/v1/rerank", "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"d\",{\"text\":\"ada@example.com\"}]}");
        assertThat(ranked.statusCode()).as(ranked.body()).isEqualTo(200);
        assertThat(new String(replica.received.getLast().body(), StandardCharsets.UTF_8))
                .contains("{\"text\":\"[EMAIL]\"}");

        HttpResponse<String> numbers = gateway.post("/v1/embeddings", "{\"model\":\"m\",\"input\":[[1,2]]}");
        assertThat(numbers.statusCode()).isEqualTo(400);
        assertThat(numbers.body()).contains("token numbers");
    }

    @Test
    void whatIsFoundIsCountedAndWrittenToTheAuditWithoutItsText() throws Exception {
        double before = flagged();
        gateway.chat(asking("project phoenix and PROJECT PHOENIX " + unique()));

        assertThat(flagged() - before).isEqualTo(2);
        assertThat(audit.list).hasSize(1);
        assertThat(audit.list.getFirst().getKeyValuePairs().toString())
                .contains("policy.flag", "\"house\"", "\"phoenix\"", "\"test\"", "\"input\"");
        assertThat(audit.list.toString().toLowerCase(java.util.Locale.ROOT)).doesNotContain("project");
    }

    private static double flagged() {
        return gateway.bean(MeterRegistry.class)
                .counter("rivulet.gateway.policy", "filter", "phoenix", "action", "flag", "direction", "input")
                .count();
    }

    private static Logger auditLog() {
        return (Logger) LoggerFactory.getLogger("dev.rivulet.gateway.audit");
    }

    private static HttpResponse<String> as(String key, String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Two requests are never the same one to the cache. */
    private static String unique() {
        return "at " + System.nanoTime() + "ns";
    }
}
