// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A folder on this machine becomes a model that answers: examined, quantised, measured, registered, followed and served. */
@ExtendWith(OnPlatform.class)
class ImportIT {

    private static final String NAME = "imported-assistant";
    private static final String FOLDER =
            Platform.repository().resolve("models/artefacts/rivulet-assistant").toString();

    @Test
    void anImportedModelAnswersAndItsVersionSaysWhatWasMeasured(Platform platform) {
        platform.run("models", "import", FOLDER, "--name", NAME, "--weights", "w8r")
                .succeeded();

        assertThat(platform.run("models", "show", NAME).succeeded().output())
                .contains("w8r", "perplexity", "quantised/");
        Chat chat = new Chat(platform);
        String body = Chat.body("Turn on the lights in room 12", 24, false).replace(Platform.MODEL, NAME);
        HttpResponse<String> answer = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> chat.post("/v1/chat/completions", body), one -> one.statusCode() == 200);
        assertThat(answer.body()).contains("\"model\":\"" + NAME + "\"", "12");
    }

    @Test
    void aSecondImportOfTheSameChangesNothing(Platform platform) {
        String[] command = {"models", "import", FOLDER, "--name", "imported-twice"};
        platform.run(command).succeeded();
        String once =
                platform.run("models", "show", "imported-twice").succeeded().output();

        platform.run(command).succeeded();

        assertThat(platform.run("models", "show", "imported-twice").succeeded().output())
                .isEqualTo(once);
    }

    @Test
    void whatIsNoModelIsRefusedBeforeTheRegistryHearsOfIt(Platform platform) {
        String folder = Platform.repository().resolve("docs").toString();

        Finished refused = platform.run("models", "import", folder, "--name", "no-model");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.errors()).contains("no weights that are read", "model.safetensors");
        assertThat(platform.run("models", "list").succeeded().output()).doesNotContain("no-model");
    }
}
