// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.testsupport.openai.PublishedSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Chunks of a chat as typed events, each held to what OpenAI publishes. */
class ResponsesStreamTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final PublishedSchema OPENAI = PublishedSchema.ofOpenAi();
    private static final Instant BEGAN = Instant.ofEpochSecond(100);
    private static final Instant ENDED = Instant.ofEpochSecond(107);

    private final List<ObjectNode> ended = new ArrayList<>();
    private final ResponsesStream stream = fresh(new ResponsesStream.Terms("7", false, false));

    private ResponsesStream fresh(ResponsesStream.Terms terms) {
        ObjectNode told = new ResponsesRequest(
                        JSON.readTree("{\"model\":\"m\",\"input\":\"hi\"}"), id -> JSON.createArrayNode(), "7")
                .read()
                .told();
        return new ResponsesStream(JSON, new ResponseObject("resp_7", BEGAN, told), terms, () -> ENDED, ended::add);
    }

    private static List<JsonNode> events(ResponsesStream of, String... chunks) {
        List<String> told = new ArrayList<>();
        for (String chunk : chunks) {
            told.addAll(of.event(chunk));
        }
        told.addAll(of.end());
        return read(told);
    }

    private static List<JsonNode> read(List<String> told) {
        told.removeIf(event -> event.startsWith(":"));
        List<JsonNode> events =
                told.stream().map(SseEvents::data).map(JSON::readTree).toList();
        for (int i = 0; i < events.size(); i++) {
            assertThat(OPENAI.faults("ResponseStreamEvent", events.get(i)))
                    .as(events.get(i).toString())
                    .isEmpty();
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
            assertThat(told.get(i)).startsWith("event: " + type(events.get(i)) + "\n");
        }
        return events;
    }

    private static String type(JsonNode event) {
        return event.path("type").asString();
    }

    @Test
    void textIsOneMessageWithOnePart() {
        List<JsonNode> events = events(
                stream,
                Chunks.ROLE,
                Chunks.text("Good "),
                Chunks.text("morning"),
                Chunks.end("stop"),
                Chunks.USAGE,
                Chunks.DONE);

        assertThat(events)
                .extracting(ResponsesStreamTest::type)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(events.get(6).path("text").asString()).isEqualTo("Good morning");
        JsonNode response = events.getLast().path("response");
        assertThat(response.path("output")).isEqualTo(JSON.readTree("""
                [{"type":"message","id":"msg_7_0","role":"assistant","status":"completed",
                  "content":[{"type":"output_text","text":"Good morning","annotations":[],"logprobs":[]}]}]"""));
        assertThat(response.path("usage")).isEqualTo(JSON.readTree("""
                {"input_tokens":10,"input_tokens_details":{"cached_tokens":4},
                 "output_tokens":3,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":13}"""));
        assertThat(response.path("created_at").asLong()).isEqualTo(100);
        assertThat(response.path("completed_at").asLong()).isEqualTo(107);
        assertThat(ended).hasSize(1);
        assertThat(JSON.readTree(ended.getFirst().toString())).isEqualTo(response);
    }

    @Test
    void callsOfFunctionsAreItemsAlsoWhenTheirFragmentsComeByTurns() {
        List<JsonNode> events = events(
                stream,
                Chunks.text("Yes."),
                Chunks.call(0, "c0", "dim", ""),
                Chunks.call(1, "c1", "heat", "{\"to\""),
                Chunks.more(0, "{}"),
                Chunks.more(1, ":21}"),
                Chunks.end("tool_calls"),
                Chunks.DONE);

        JsonNode output = events.getLast().path("response").path("output");
        assertThat(output.size()).isEqualTo(3);
        assertThat(output.get(1)).isEqualTo(JSON.readTree("""
                {"type":"function_call","id":"fc_7_1","call_id":"c0","name":"dim","arguments":"{}","status":"completed"}"""));
        assertThat(output.get(2).path("arguments").asString()).isEqualTo("{\"to\":21}");
        assertThat(events)
                .filteredOn(event -> type(event).equals("response.function_call_arguments.done"))
                .extracting(event -> event.path("output_index").asInt())
                .containsExactly(1, 2);
        assertThat(events).extracting(ResponsesStreamTest::type).endsWith("response.completed");
    }

    @Test
    void anAnswerThatReachedItsLimitIsIncomplete() {
        JsonNode last = events(stream, Chunks.text("Goo"), Chunks.end("length"), Chunks.DONE)
                .getLast();

        assertThat(type(last)).isEqualTo("response.incomplete");
        assertThat(last.at("/response/status").asString()).isEqualTo("incomplete");
        assertThat(last.at("/response/incomplete_details/reason").asString()).isEqualTo("max_output_tokens");
        assertThat(last.at("/response/output/0/status").asString()).isEqualTo("incomplete");
    }

    @Test
    void aRefusalIsAPartOfItsOwn() {
        List<JsonNode> events = events(
                stream,
                Chunks.text("I "),
                Chunks.delta("{\"refusal\":\"can't\"}"),
                Chunks.end("content_filter"),
                Chunks.DONE);

        assertThat(events)
                .extracting(ResponsesStreamTest::type)
                .contains("response.refusal.delta", "response.refusal.done")
                .endsWith("response.incomplete");
        assertThat(events.getLast().at("/response/output/0/content/1")).isEqualTo(JSON.readTree("""
                {"type":"refusal","refusal":"can't"}"""));
    }

    @Test
    void aStreamThatIsCutOffHasFailedAndKeepsWhatItSaid() {
        JsonNode last = events(stream, Chunks.text("Goo")).getLast();

        assertThat(type(last)).isEqualTo("response.failed");
        assertThat(last.at("/response/error/code").asString()).isEqualTo("server_error");
        assertThat(last.at("/response/output/0/content/0/text").asString()).isEqualTo("Goo");
    }

    @Test
    void aFailureWithinTheStreamIsToldOnceAndNothingAfterIt() {
        List<JsonNode> events = events(
                stream,
                Chunks.text("Goo"),
                "data: {\"error\":{\"message\":\"Too many.\",\"type\":\"x\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}\n\n",
                Chunks.text("d"),
                Chunks.DONE);

        assertThat(events.getLast().at("/response/error")).isEqualTo(JSON.readTree("""
                {"code":"rate_limit_exceeded","message":"Too many."}"""));
        assertThat(events)
                .filteredOn(event -> type(event).equals("response.failed"))
                .hasSize(1);
        assertThat(stream.failed(Problem.of(ProblemCode.REPLICA_LOST, "Lost."))).isEmpty();
    }

    @Test
    void whatHasNotBegunEndsWithAnErrorThatHasACode() {
        JsonNode only = read(new ArrayList<>(stream.failed(Problem.at(ProblemCode.MODEL_LOADING, "model", "Wait."))))
                .getFirst();

        assertThat(only).isEqualTo(JSON.readTree("""
                {"type":"error","code":"model_loading","message":"Wait.","param":"model","sequence_number":0}"""));
        assertThat(ended).isEmpty();
    }

    @Test
    void logProbabilitiesAreShownWhereTheyAreWanted() {
        String chunk = """
                data: {"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null,"logprobs":{"content":[
                {"token":"Hi","logprob":-0.5,"bytes":null,"top_logprobs":[{"token":"Ho","logprob":-1.5,"bytes":[72,111]}]}]}}]}

                """.replace("\n{", "{").replace("\n]", "]");
        JsonNode shown = events(
                        fresh(new ResponsesStream.Terms("7", true, false)), chunk, Chunks.end("stop"), Chunks.DONE)
                .getLast()
                .at("/response/output/0/content/0/logprobs");
        JsonNode hidden = events(stream, chunk, Chunks.end("stop"), Chunks.DONE)
                .getLast()
                .at("/response/output/0/content/0/logprobs");

        assertThat(shown).isEqualTo(JSON.readTree("""
                [{"token":"Hi","logprob":-0.5,"bytes":[],
                  "top_logprobs":[{"token":"Ho","logprob":-1.5,"bytes":[72,111]}]}]"""));
        assertThat(hidden.isEmpty()).isTrue();
    }

    @Test
    void oneThatWaitsSaysSoAtOnceAndTheSameChunksMakeTheSameEvents() {
        ResponsesStream.Terms waits = new ResponsesStream.Terms("7", false, true);
        List<JsonNode> once = events(fresh(waits), ": queued\n\n", Chunks.text("Hi"), Chunks.end("stop"), Chunks.DONE);
        List<JsonNode> again = events(fresh(waits), Chunks.text("Hi"), ": ping\n\n", Chunks.end("stop"), Chunks.DONE);

        assertThat(again).isEqualTo(once);
        assertThat(once)
                .extracting(ResponsesStreamTest::type)
                .startsWith("response.created", "response.queued", "response.in_progress")
                .endsWith("response.completed");
        assertThat(once.getFirst().at("/response/status").asString()).isEqualTo("queued");
    }

    @Test
    void oneThatWasCancelledEndsSo() {
        JsonNode last = events(stream, Chunks.text("Hi"), "data: {\"error\":{\"code\":\"cancelled\"}}\n\n")
                .getLast();

        assertThat(last.at("/response/status").asString()).isEqualTo("cancelled");
        assertThat(last.at("/response/output/0/status").asString()).isEqualTo("incomplete");
    }

    @Test
    void commentsPassAndWhatIsNoChunkIsRefused() {
        assertThat(stream.event(": ping\n\n")).containsExactly(": ping\n\n");
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> stream.event("data: {\n\n"));
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> stream.whole(JSON.readTree("{}")));
    }
}
