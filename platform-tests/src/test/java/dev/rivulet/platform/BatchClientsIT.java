// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files and batches through clients that people already use, unmodified. */
@ExtendWith(OnPlatform.class)
class BatchClientsIT {

    @TempDir
    private Path folder;

    @Test
    void openaiForNodeRunsABatchAndFetchesItsFiles(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "batches.mjs");

        assertThat(seen.path("file").path("purpose").asString("")).isEqualTo("batch");
        assertThat(seen.path("batch").path("status").asString("")).isEqualTo("completed");
        assertThat(seen.path("batch").path("metadata").path("from").asString(""))
                .isEqualTo("node");
        assertThat(seen.path("answers").path(0).path("custom_id").asString("")).isEqualTo("one");
        assertThat(seen.path("answers")
                        .path(0)
                        .path("response")
                        .path("body")
                        .path("choices")
                        .size())
                .isEqualTo(1);
        assertThat(seen.path("failures").path(0).path("custom_id").asString("")).isEqualTo("two");
        assertThat(seen.path("failures")
                        .path(0)
                        .path("response")
                        .path("status_code")
                        .asInt(0))
                .isEqualTo(400);
        assertThat(seen.path("batches").toString())
                .contains(seen.path("batch").path("id").asString(""));
        assertThat(seen.path("files").toString())
                .contains(seen.path("file").path("id").asString(""));
        assertThat(seen.path("deleted").path("deleted").asBoolean(false)).isTrue();
    }

    @Test
    void openaiForJavaRunsABatchAndFetchesItsFiles(Platform platform) throws Exception {
        Path requests = Files.writeString(
                folder.resolve("requests.jsonl"),
                "{\"custom_id\":\"one\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + Platform.MODEL
                        + "\",\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}}\n");
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .maxRetries(0)
                .build();
        try {
            FileObject file = client.files()
                    .create(FileCreateParams.builder()
                            .file(requests)
                            .purpose(FilePurpose.BATCH)
                            .build());
            Batch batch = client.batches()
                    .create(BatchCreateParams.builder()
                            .inputFileId(file.id())
                            .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                            .completionWindow(BatchCreateParams.CompletionWindow._24H)
                            .build());
            Awaitility.await("the batch ends")
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> client.batches().retrieve(batch.id()).status().equals(Batch.Status.COMPLETED));

            String output = client.batches().retrieve(batch.id()).outputFileId().orElseThrow();
            try (var content = client.files().content(output)) {
                assertThat(new String(content.body().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"custom_id\":\"one\"")
                        .contains("\"status_code\":200");
            }
            assertThat(client.files().delete(file.id()).deleted()).isTrue();
        } finally {
            client.close();
        }
    }
}
