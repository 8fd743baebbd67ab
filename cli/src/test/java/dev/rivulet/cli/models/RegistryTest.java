// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Registers folders with a registry that keeps what it is told in memory. */
class RegistryTest {
    @TempDir
    Path folder;

    MemoryRegistry server;
    Map<String, String> kept;
    Map<String, String> aliases;
    Api api;

    @BeforeEach
    void start() throws IOException {
        server = new MemoryRegistry();
        kept = server.kept;
        aliases = server.aliases;
        api = new Api("model-registry", server.url(), "token");
    }

    @AfterEach
    void stop() {
        api.close();
        server.close();
    }

    private Path model(String weights) throws IOException {
        Path model = Files.createDirectories(folder.resolve("My Model"));
        Files.writeString(model.resolve("config.json"), "{\"architectures\":[\"LlamaForCausalLM\"]}");
        Files.writeString(model.resolve("model.safetensors"), weights);
        Files.writeString(model.resolve(".hidden"), "x");
        return model;
    }

    private Registry.Registration register(Path model, boolean move) throws Exception {
        return new Registry(api).register(new Registry.Wanted(model, "", "", "", "champion", move, ""));
    }

    @Test
    void aFolderBecomesAModelItsFilesAVersionAndTheChampion() throws Exception {
        Registry.Registration done = register(model("w"), true);

        assertThat(done.model()).isEqualTo("my-model");
        assertThat(done.task()).isEqualTo("text-generation");
        assertThat(done.created()).isTrue();
        assertThat(done.version()).matches("[0-9a-f]{12}");
        assertThat(aliases).containsEntry("champion", done.version());
        JsonNode version = new JsonMapper().readTree(kept.get("/api/models/my-model/versions/" + done.version()));
        assertThat(version.path("files").values().stream()
                        .map(file -> file.path("path").asString()))
                .containsExactly("config.json", "model.safetensors");
        assertThat(kept.keySet())
                .filteredOn(path -> path.startsWith("/api/blobs/"))
                .hasSize(2);
    }

    @Test
    void anAdapterIsRegisteredWithTheModelThatItChanges() throws Exception {
        Path adapter = Files.createDirectories(folder.resolve("House"));
        Files.writeString(adapter.resolve("adapter_config.json"), "{\"peft_type\":\"LORA\"}");
        Files.writeString(adapter.resolve("adapter_model.safetensors"), "w");
        Files.writeString(adapter.resolve("optimizer.pt"), "left out");
        Registry.Wanted wanted = new Registry.Wanted(adapter, "", "", "", "champion", true, "");

        Registry.Registration done = new Registry(api).register(wanted, "assistant");

        assertThat(done.task()).isEqualTo("lora-adapter");
        JsonNode version = new JsonMapper().readTree(kept.get("/api/models/house/versions/" + done.version()));
        assertThat(version.path("tags").path("base").asString("")).isEqualTo("assistant");
        assertThat(version.path("files").size()).isEqualTo(2);
        assertThatThrownBy(() -> new Registry(api).register(wanted))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--base");
        Path whole = model("w");
        assertThatThrownBy(() -> new Registry(api)
                        .register(new Registry.Wanted(whole, "", "", "", "champion", true, ""), "assistant"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a model of its own");
        Files.delete(adapter.resolve("adapter_model.safetensors"));
        assertThatThrownBy(() -> new Registry(api).register(wanted, "assistant"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("adapter_model.safetensors is missing");
    }

    @Test
    void aSecondTimeUploadsNothing() throws Exception {
        Registry.Registration first = register(model("w"), true);
        server.writes.clear();

        Registry.Registration second = register(model("w"), true);

        assertThat(second.created()).isFalse();
        assertThat(second.uploaded()).isZero();
        assertThat(second.version()).isEqualTo(first.version());
        assertThat(server.writes).noneMatch(write -> write.contains("/api/blobs/"));
    }

    @Test
    void anAliasThatSomeoneMovedStaysUnlessItIsToBeMoved() throws Exception {
        Registry.Registration done = register(model("w"), false);
        aliases.put("champion", "other");

        register(model("w"), false);
        assertThat(aliases).containsEntry("champion", "other");

        register(model("w"), true);
        assertThat(aliases).containsEntry("champion", done.version());
    }

    @Test
    void otherWeightsAreAnotherVersionThatLeads() throws Exception {
        Registry.Registration first = register(model("w"), false);
        Registry.Registration second = register(model("x"), false);

        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(aliases).containsEntry("champion", second.version());
    }

    @Test
    void aFolderThatIsNoModelIsRefusedInWords() {
        assertThatThrownBy(() -> register(folder, true))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("config.json is missing");
    }

    @Test
    void aLargeFileGoesOnWhereItsConnectionsBreakAtEveryTenth() throws Exception {
        int size = 10 << 20;
        Path model = model("w".repeat(size));
        server.breakAfter = size / 10;
        List<Duration> pauses = new ArrayList<>();
        Patience patience =
                new Patience(2, Duration.ofSeconds(1), Duration.ofMinutes(1), 1 << 19, pauses::add, _ -> {});

        new Registry(api, patience).register(new Registry.Wanted(model, "", "", "", "champion", true, ""));

        assertThat(server.offsets).hasSize(10).isSorted().doesNotHaveDuplicates();
        assertThat(pauses).hasSize(9);
        assertThat(kept.values()).contains(Integer.toString(size));
    }

    @Test
    void patienceEndsAndWhatTheRegistryHasStays() throws Exception {
        Path model = model("w".repeat(2 << 20));
        server.breakAfter = 1000;
        Patience patience = new Patience(2, Duration.ofSeconds(1), Duration.ofMinutes(1), 1 << 30, _ -> {}, _ -> {});

        assertThatThrownBy(() -> new Registry(api, patience)
                        .register(new Registry.Wanted(model, "", "", "", "champion", true, "")))
                .hasMessageContaining("3 times in a row");
        assertThat(server.offsets).containsExactly(0L, 1000L, 2000L);
    }

    @Test
    void anErrorOfTheRegistryIsHandedOn() throws Exception {
        Path model = model("w");
        try (Api stranger = new Api("model-registry", server.url(), "wrong")) {
            Registry registry = new Registry(stranger);
            assertThatThrownBy(() -> registry.register(new Registry.Wanted(model, "", "", "", "a", true, "")))
                    .hasMessageContainingAll("401", "no");
        }
    }
}
