// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String CHUNK =
            "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}";
    private static final String ERROR =
            "{\"error\":{\"message\":\"lost\",\"type\":\"server_error\",\"param\":null,\"code\":\"replica_lost\"}}";

    private final AnswerCheck check = new AnswerCheck(PublishedSchema.ofOpenAi());

    private List<String> stream(String path, String body) {
        return check.faults(new Seen("POST", path, 200, "text/event-stream;charset=UTF-8", body));
    }

    private List<String> whole(String method, String path, int status, String body) {
        return check.faults(new Seen(method, path, status, "application/json", body));
    }

    @Test
    void aStreamOfChunksThatMayEndWithAnErrorIsAsPublished() {
        assertThat(stream(CHAT, ": ping\n\ndata: " + CHUNK + "\n\ndata: " + ERROR + "\n\n"))
                .isEmpty();
        assertThat(stream(CHAT, "data: " + CHUNK + "\n\ndata: [DONE]\n\n")).isEmpty();
    }

    @Test
    void everyChunkOfAStreamIsLookedAt() {
        String noEnd = CHUNK.replace(",\"finish_reason\":null", "");
        assertThat(stream(CHAT, "data: " + CHUNK + "\n\ndata: " + noEnd + "\n\ndata: [DONE]\n\n"))
                .singleElement()
                .asString()
                .contains("/choices/0", "finish_reason");
        assertThat(stream(CHAT, "data: {\"error\":{\"message\":\"lost\"}}\n\n")).isNotEmpty();
    }

    @Test
    void anErrorHasAllFourKeys() {
        assertThat(whole("POST", "/v1/anything", 404, ERROR)).isEmpty();
        assertThat(whole("POST", "/v1/anything", 404, ERROR.replace("\"param\":null,", "")))
                .singleElement()
                .asString()
                .contains("param");
    }

    @Test
    void aTextThatIsStreamedEndsOnlyOnce() {
        String text =
                "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"text\":\"a\",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}";
        assertThat(stream("/v1/completions", "data: " + text + "\n\n")).isEmpty();
        assertThat(stream("/v1/completions", "data: " + text.replace("\"a\"", "5") + "\n\n"))
                .isNotEmpty();
    }

    @Test
    void embeddingsMayBeNumbersOrBase64() {
        String answer =
                "{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":%s}],"
                        + "\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}";
        assertThat(whole("POST", "/v1/embeddings", 200, answer.formatted("[0.5]")))
                .isEmpty();
        assertThat(whole("POST", "/v1/embeddings", 200, answer.formatted("\"AAAA\"")))
                .isEmpty();
        assertThat(whole("POST", "/v1/embeddings", 200, answer.formatted("{}"))).isNotEmpty();
    }

    @Test
    void modelsAreListedAsPublished() {
        String model = "{\"id\":\"m\",\"object\":\"model\",\"created\":1,\"owned_by\":\"rivulet\",\"version\":\"1\"}";
        assertThat(whole("GET", "/v1/models/a%2Fb", 200, model)).isEmpty();
        assertThat(whole("GET", "/v1/models", 200, "{\"object\":\"list\",\"data\":[" + model + "]}"))
                .isEmpty();
        assertThat(whole("GET", "/v1/models", 200, "{\"data\":[" + model + "]}"))
                .isNotEmpty();
    }

    @Test
    void eventsOfAResponseAreToldApartByTheirType() {
        String delta =
                "{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,"
                        + "\"delta\":\"a\",\"sequence_number\":4,\"logprobs\":[]}";
        assertThat(stream("/v1/responses", "event: response.output_text.delta\ndata: " + delta + "\n\n"))
                .isEmpty();
        assertThat(stream("/v1/responses", "data: " + delta.replace(",\"sequence_number\":4", "") + "\n\n"))
                .isNotEmpty();
    }

    @Test
    void anEmptyPageHasNoIdsAndABatchMayLackWhatItHasNotReached() {
        String page = "{\"object\":\"list\",\"data\":[%s],\"first_id\":null,\"last_id\":null,\"has_more\":false}";
        String batch =
                "{\"id\":\"batch_1\",\"object\":\"batch\",\"endpoint\":\"/v1/chat/completions\",\"input_file_id\":\"file-1\","
                        + "\"completion_window\":\"24h\",\"status\":\"validating\",\"created_at\":1,\"completed_at\":null}";
        assertThat(whole("GET", "/v1/files", 200, page.formatted(""))).isEmpty();
        assertThat(whole("GET", "/v1/batches", 200, page.formatted(batch))).hasSize(2);
        assertThat(whole("POST", "/v1/batches", 200, batch)).isEmpty();
        assertThat(whole("GET", "/v1/batches/batch_1", 200, batch.replace("validating", "thinking")))
                .isNotEmpty();
    }

    @Test
    void pathsThatAreNotOpenAisAreNotJudged() {
        assertThat(whole("POST", "/v1/rerank", 200, "{}")).isEmpty();
        assertThat(whole("POST", "/v1/messages", 400, "{\"type\":\"error\"}")).isEmpty();
        assertThat(whole("GET", "/actuator/health", 503, "{}")).isEmpty();
    }
}
